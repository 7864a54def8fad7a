"""Filters: what isn't, what there is, parts of titles, keys, countries, and times."""

from datetime import UTC, datetime

import pytest

from home.models import StandardPage
from partners.models import CooperationPage, Topic

pytestmark = pytest.mark.usefixtures("from_shelf_and_pages")


def ids(answer):
    assert answer["meta"]["total_count"] == len(answer["items"])
    return {item["id"] for item in answer["items"]}


@pytest.fixture
def listed(api):
    """The ids of a whole list."""
    return lambda path: ids(api(path + ("&" if "?" in path else "?") + "limit=100&fields=_,id"))


def test_what_is_not_and_what_there_is(listed):
    every = listed("cooperations/")
    for name, value in (
        ("kind", "network"), ("kind", "network,partner"), ("level", "local"), ("country", "SK"),
        ("country", "SK,LV"),
    ):  # fmt: skip
        assert listed(f"cooperations/?{name}__in={value}") == every - listed(
            f"cooperations/?{name}__not={value}"
        )
    for name, some in (
        ("level", "local,regional,national,international"), ("country", "SK,LV,DE"), ("topic", ""),
        ("organisation", ""), ("since", ""),
    ):  # fmt: skip
        there = listed(f"cooperations/?{name}__exists=true")
        assert there == every - listed(f"cooperations/?{name}__exists=false")
        assert there and (not some or there == listed(f"cooperations/?{name}__in={some}"))
    assert listed("cooperations/?since__not=2004") == every - listed("cooperations/?since=2004")


def test_what_is_not_public_is_not_there(listed, kis_page):
    page = kis_page("triade")
    assert page.pk in listed("cooperations/?organisation__exists=true")
    assert page.pk in listed("pages/?type=kis_partners.PartnerPage&organisation__exists=true")
    key = page.organisation.translation_key
    type(page.organisation).objects.filter(translation_key=key).update(live=False)
    for path in ("cooperations/?", "pages/?type=kis_partners.PartnerPage&"):
        assert page.pk not in listed(f"{path}organisation__exists=true")
        assert page.pk in listed(f"{path}organisation__exists=false")
        assert page.pk in listed(f"{path}organisation__not={key}")


def test_parts_of_titles_in_any_case(listed, kis_page):
    home = kis_page("start")
    pages = [
        home.add_child(instance=StandardPage(title=title, slug=f"t-{number}")).pk
        for number, title in enumerate(["Ämter und 100% mehr", "Žiadne ÄMTER", "Anderes"])
    ]
    for text, found in (("ämter", pages[:2]), ("Ämter", pages[:2]), ("žiad", pages[1:2]),
                        ("100%25", pages[:1]), ("_nder", [])):  # fmt: skip
        assert listed(f"pages/?title__contains={text}") & set(pages) == set(found), text
    every = listed("pages/?locale=de")
    title = "Anderes"
    assert listed(f"pages/?locale=de&title__not={title}") == every - {pages[2]}
    assert listed("pages/?locale=de&search_description__exists=false") <= every


@pytest.mark.parametrize(
    "query",
    ["title__contains=", "title__contains=%20", "level__exists=maybe", "country=XX",
     "country__not=XX", "country__in=SK,QQ", "slug__contains=a", "kind__not=nope", "topic__not=x",
     "kind__exists=true"],
)  # fmt: skip
def test_a_value_that_can_not_be_is_refused_by_name(api, query):
    said = api(f"cooperations/?{query}", status=400)
    assert said["parameter"] == query.partition("=")[0]
    if "country" in query:
        assert "XX" in said["detail"] or "QQ" in said["detail"]


def test_arrays_as_php_writes_them_are_told_what_to_write(api):
    said = api("cooperations/?kind[]=partner", status=400)
    assert "did you mean kind?" in said["detail"] and "commas" in said["detail"]


def test_keys_are_taken_where_ids_are(listed, kis_page):
    page = kis_page("triade")
    path = "pages/?type=kis_partners.PartnerPage&organisation"
    key = page.organisation.translation_key
    assert page.pk in listed(f"{path}={page.organisation_id}")
    assert listed(f"{path}={page.organisation_id}") <= listed(f"{path}={key}")
    assert (
        listed(f"{path}={key}")
        == listed(f"{path}__in={key}")
        == listed(f"cooperations/?organisation={key}&kind=partner")
    )
    index = page.get_parent()
    for name in ("child_of", "descendant_of"):
        assert listed(f"pages/?locale=de&{name}={index.pk}") == listed(
            f"pages/?locale=de&{name}={index.translation_key}"
        )
    assert listed(f"pages/?locale=sk&child_of={index.translation_key}") == listed(
        f"pages/?locale=sk&child_of={kis_page('triade', 'sk').get_parent().pk}"
    )
    topic = Topic.objects.first()
    assert listed(f"cooperations/?topic={topic.translation_key}")


def test_moments_are_in_utc_and_go_back_in(api, listed, kis_page):
    page = kis_page("triade")
    moment = datetime(2024, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
    CooperationPage.objects.filter(pk=page.pk).update(
        first_published_at=moment, last_published_at=moment
    )
    for name in ("first_published_at", "last_published_at"):
        item = api(f"cooperations/{page.pk}/?fields=_,{name}")
        assert item["meta"][name] == "2024-03-01T12:30:15.123456Z"
        at = item["meta"][name]
        later = at.replace("T12", "T14")
        ends = [(at, "Z"), (at, "+00:00"), (at, "%2B00:00"), (at, "+0000"), (later, "+02:00")]
        for text in (start.replace("Z", end) for start, end in ends):
            assert page.pk in listed(f"cooperations/?{name}={text}"), text
            assert page.pk in listed(f"cooperations/?{name}__gte={text}"), text
    assert page.pk in listed("pages/?first_published_at__lte=2024-03-01 13:31")
