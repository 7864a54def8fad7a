"""Mirrored pages: the test site mirrors itself by its own API."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.html import escape
from wagtail.models import Locale, Page, Site

from home.models import StandardPage
from partners.mirror.models import MirroredPage
from partners.mirror.safe_html import safe
from tests.django_http import session

URL = "http://localhost/"


@pytest.fixture
def http(db, monkeypatch):
    monkeypatch.setattr("partners.client.http.time.sleep", lambda seconds: None)
    made, adapter = session()
    made.adapter = adapter
    yield made
    made.close()


@pytest.fixture
def below(db):
    """A page for mirrored pages, in German and Slovak."""
    german = Site.objects.get(is_default_site=True).root_page
    page = german.add_child(instance=StandardPage(title="Von anderen", slug="von-anderen"))
    slovak = page.copy_for_translation(Locale.objects.get(language_code="sk"))
    slovak.title, slovak.slug = "Od iných", "od-inych"
    slovak.save_revision().publish()
    return page


@pytest.fixture
def mirror(http, below, capsys, tmp_path):
    def run(**options):
        options = {"below": below.pk, "copy": str(tmp_path / "copy.sqlite3"), **options}
        call_command("mirror", URL, session=http, **options)
        return capsys.readouterr().out.strip()

    return run


def here(page):
    return MirroredPage.objects.get(remote_id=page.pk)


def test_cooperations_come_in_each_language_both_have(mirror, below, kis_page):
    out = mirror()
    assert out == f"{MirroredPage.objects.count()} created, 0 changed, 0 removed"
    german, slovak = here(kis_page("triade")), here(kis_page("triade", "sk"))
    assert german.get_parent() == below.page_ptr
    assert slovak.get_parent().slug == "od-inych"
    assert german.translation_key == slovak.translation_key != kis_page("triade").translation_key
    assert (german.locale.language_code, slovak.locale.language_code) == ("de", "sk")
    assert not MirroredPage.objects.exclude(locale__language_code__in=["de", "sk"]).exists()
    assert german.title == kis_page("triade").title and "<p>" in german.body
    assert not german.unreviewed and slovak.unreviewed
    assert not german.revisions.exists()


def test_every_field_of_the_kind_is_kept_and_told(mirror, kis_page, api):
    mirror()
    for page in (kis_page("triade"), kis_page("fachkraefteaustausch")):
        item, mirrored = api(f"pages/{page.pk}/"), here(page)
        for name in ("id", "type", "meta", "title", "lead", "body"):
            del item[name]
        assert mirrored.values == item and {"period", "topics"} <= set(item)
        assert api(f"pages/{mirrored.pk}/")["values"] == item
        shown = Client().get(mirrored.url).content.decode()
        for told in [item["period"], *item["topics"], *item.get("countries", [])]:
            assert told is None or escape(told.get("text") or told["name"]) in shown
    assert "basis" in here(kis_page("triade")).values


def test_a_folder_that_is_missing_is_named(mirror, tmp_path):
    copy = tmp_path / "var" / "copy.sqlite3"
    with pytest.raises(CommandError, match=r"there is no folder .*var; make it first"):
        mirror(copy=str(copy))


def test_a_second_run_changes_nothing(mirror, tmp_path):
    mirror()
    before = list(MirroredPage.objects.order_by("pk").values())
    assert mirror() == mirror(copy=":memory:") == "Nothing changed."
    assert list(MirroredPage.objects.order_by("pk").values()) == before


def test_changes_arrive_and_what_is_gone_goes_in_the_same_run(mirror, kis_page):
    mirror()
    page, other = kis_page("triade"), kis_page("landesjugendpfarramt-sachsen")
    mirrored = here(page)
    page.title = "Ein neuer Titel"
    page.save_revision().publish()
    other.unpublish()
    # The page, and those whose related pages it or the other one is.
    assert mirror() == "0 created, 5 changed, 2 removed"
    mirrored.refresh_from_db()
    assert mirrored.title == "Ein neuer Titel"
    assert not MirroredPage.objects.filter(remote_id=other.pk).exists()


def test_pages_of_other_origin_stay_and_strays_go(mirror, below, kis_page):
    own = below.add_child(instance=StandardPage(title="Eigenes", slug="eigenes"))
    mirror()
    first = here(kis_page("triade"))
    copy = first.copy(update_attrs={"slug": "kopie", "title": "Kopie"})
    first.delete()
    assert mirror() == "0 created, 1 changed, 0 removed"
    assert here(kis_page("triade")).pk == copy.pk
    another = copy.copy(update_attrs={"slug": "noch-eine"})
    mirror()
    assert not Page.objects.filter(pk=another.pk).exists()
    assert StandardPage.objects.filter(pk=own.pk).exists()


def test_a_language_without_a_place_is_said(http, below, capsys):
    call_command("mirror", URL, session=http, below=below.pk)
    assert "in “lv”" in capsys.readouterr().err


def test_what_can_be_no_page_is_left_out(mirror, http, kis_page, monkeypatch, capsys):
    page = kis_page("triade")
    Page.objects.filter(pk=page.pk).update(title=" ")
    mirror()
    assert not MirroredPage.objects.filter(remote_id=page.pk).exists()
    assert MirroredPage.objects.count() > 5


def test_while_the_source_is_silent_everything_stays(mirror, http):
    mirror()
    number = MirroredPage.objects.count()
    http.adapter.faults = [(404, {})]
    with pytest.raises(CommandError, match="404"):
        mirror()
    assert MirroredPage.objects.count() == number


@pytest.mark.parametrize(
    "url, options, why",
    [
        ("ftp://example.org/", {}, "https://"),
        (URL, {"below": 99999}, "no page 99999"),
        (URL, {"types": ["no.Page"]}, "type doesn't exist"),
        (URL, {"locales": ["xx"]}, "unknown language: xx"),
    ],
)
def test_a_wrong_call_gets_a_reason(http, url, options, why):
    with pytest.raises(CommandError, match=why):
        call_command("mirror", url, session=http, **options)


def test_a_reader_finds_the_source_and_search_engines_do_too(mirror, kis_page):
    mirror()
    page = here(kis_page("triade", "sk"))
    html = Client().get(page.url).content.decode()
    assert f'<link rel="canonical" href="{page.source_url}">' in html
    assert html.count("<h1") == 1 and f'href="{page.source_url}" rel="external"' in html
    assert '<html lang="sk">' in html
    assert page.full_url not in Client().get("/sitemap.xml").content.decode()


def test_editors_read_it_and_change_nothing(mirror, kis_page, editor, below):
    mirror()
    page = here(kis_page("triade"))
    answer = editor.get(f"/admin/pages/{page.pk}/edit/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert page.source_url in html and "von einer anderen Website" in html
    assert 'name="title"' not in html and 'name="lead"' not in html
    editor.post(
        f"/admin/pages/{page.pk}/edit/",
        {"title": "Anders", "slug": page.slug, "action-publish": "1"},
    )
    editor.post(f"/admin/pages/{page.pk}/unpublish/", {})
    page.refresh_from_db()
    assert page.title != "Anders" and page.live
    assert page.title == kis_page("triade").title
    creating = f"/admin/pages/add/kis_mirror/mirroredpage/{below.pk}/"
    assert editor.get(creating).status_code in (302, 403)


@pytest.mark.parametrize(
    "html, clean",
    [
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ("<script>alert(1)</script><p>a</p>", "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href="/relative/">a</a>', "<a>a</a>"),
        (
            '<a href="https://example.org/" target="_top">a</a>',
            '<a href="https://example.org/">a</a>',
        ),
        ('<p lang="de"><b>a</b> &lt;i&gt;</p>', '<p lang="de"><b>a</b> &lt;i&gt;</p>'),
        ("<h1>a</h1><table><tr><td>b</td></tr></table>", "ab"),
        ('<img src="https://example.org/pixel.gif">', ""),
        ("<style>*{display:none}</style><iframe src=x></iframe>", ""),
    ],
)
def test_html_from_elsewhere_is_reduced(html, clean):
    assert safe(html) == clean


ODD = [None, 1, -1, True, "x", [], ["x"], {}, {"a": {}}, 2**70, "\0", 1.5]
PLACES = [
    "", "meta", "meta.next", "meta.has_more", "changes", "changes.0", "changes.0.action",
    "changes.0.id", "changes.0.item", "changes.0.item.id", "changes.0.item.meta",
    "changes.0.item.meta.type", "changes.0.item.meta.locale", "changes.0.item.meta.slug",
    "changes.0.item.meta.translation_key", "changes.0.item.meta.html_url",
    "changes.0.item.meta.language", "changes.0.item.meta.first_published_at",
    "changes.0.item.title", "changes.0.item.lead", "changes.0.item.body",
    "changes.0.item.body.0", "changes.0.item.body.0.type", "changes.0.item.body.0.value",
]  # fmt: skip


def put(answer, place, value):
    """An answer with another value at a place; None where there is no such place."""
    *above, last = place.split(".")
    if not last:
        return value
    found = answer
    for name in above:
        found = found[int(name) if name.isdecimal() else name]
    found[int(last) if last.isdecimal() else last] = value
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_an_answer_of_other_types_is_refused_or_left_out(mirror, http, api, place, kis_page):
    page = kis_page("triade")
    page.last_published_at = None
    answer = api("changes/?type=kis_partners.PartnerPage&locale=de&limit=1")
    answer["meta"]["has_more"] = False
    for value in ODD:
        wrong = put(json.loads(json.dumps(answer)), place, value)
        http.adapter.faults = [(200, {}, json.dumps(wrong).encode())] * 3
        try:
            mirror(copy=":memory:")
        except CommandError as refused:
            assert len(str(refused)) < 700
        assert Page.objects.exists()


def test_a_feed_without_end_is_left(mirror, http, monkeypatch):
    monkeypatch.setattr("partners.client.mirror.MOST_PAGES", 20)
    for following in ("same", None):
        pages = [
            {"meta": {"next": following or f"c{number}", "has_more": True}, "changes": []}
            for number in range(100)
        ]
        http.adapter.faults = [(200, {}, json.dumps(page).encode()) for page in pages]
        with pytest.raises(CommandError):
            mirror(copy=":memory:")
        assert len(http.adapter.faults) >= 79


def test_an_answer_without_end_is_left(mirror, http, monkeypatch):
    monkeypatch.setattr("partners.client.http.LARGEST", 1_000_000)
    body = b'{"changes": [' + b" " * 10_000_000 + b'], "meta": {}}'
    http.adapter.faults = [(200, {}, body)]
    with pytest.raises(CommandError, match="gives more than 1,000,000 bytes"):
        mirror()
    http.adapter.faults = [(200, {}, b"[" * 900_000)] * 2
    mirror()


def test_a_redirect_is_told_and_not_followed(mirror, http):
    http.adapter.faults = [(302, {"Location": "http://169.254.169.254/latest/"})]
    with pytest.raises(CommandError, match=r"leads elsewhere: http://169\.254\.169\.254/latest/"):
        mirror()
    assert [path for path, _status in http.adapter.asked if "latest" in path] == []


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00Z", "2199-01-01T00:00:00Z", "soon"]
)
def test_a_date_that_cannot_be_is_none(mirror, http, api, moment):
    answer = api("changes/?type=kis_partners.PartnerPage&locale=de&limit=1")
    answer["meta"]["has_more"] = False
    answer["changes"][0]["item"]["meta"]["first_published_at"] = moment
    http.adapter.faults = [(200, {}, json.dumps(answer).encode())]
    mirror()
    page = MirroredPage.objects.get()
    assert page.first_published_at is None
    assert api(f"pages/{page.pk}/")["meta"]["first_published_at"] is None
    assert [one["id"] for one in api("pages/?order=first_published_at&limit=100")["items"]]
