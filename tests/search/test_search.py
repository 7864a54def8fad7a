"""Search in the API and in the admin, and the upkeep of the index."""

from unittest.mock import patch

import pytest
from django.core import checks
from django.core.cache import cache as kept
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page
from wagtail.search.backends import get_search_backend

from partners.models import IndexVersion, Organisation, PartnerPage, Topic
from partners.search.query import search
from tests.whole import asked

NASTY = [
    *('"', '"offen', "'", "*", "**", "a*", "*a", ":", "live:true", "Täter:innen", "(", ")", "((a"),
    *("AND", "OR", "NOT", "a AND", "NOT a", "a OR OR b", "NEAR(a b)", "{title}:a", "a^2", "a~"),
    *("a\\", "\\", "a|b", "a&b", "!a", "a <-> b", "-", "--", "%", "_", "\x00", "a\x00b", "\x1f"),
    *("x" * 10_000, "Gewalt " * 1500, "é" * 300, "😀", "👩\u200d👩\u200d👧", "مساعدة", "עזרה"),
    *("\u202eabc", "ß", "ı", "ﬁ", "𝔊𝔢𝔴𝔞𝔩𝔱", "1", "0", "<script>", "&amp;", "' OR 1=1 --"),
    *("delgewalt0", "zzgew", "Täter*", "täter*innen", ";", "\n\r\t", "", " "),
]


def titles(api, query):
    return [item["title"] for item in api(f"pages/?{query}")["items"]]


def matching(api, query):
    """The titles of the pages that have the words themselves."""
    answer = api(f"pages/?{query}")
    return [item["title"] for item in answer["items"]][: answer["meta"]["matching_count"]]


def found(queryset, text, **how):
    return {item.pk for item in search(queryset, text, **how)}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Landesjugendpfarramt", "Jugendpfarramt", "landesjugendpfarramtes"]),
        ("de", ["haeuslicher Gewalt", "hauslich gewalt", "Gewalten häusliche"]),
        ("de", ["Täterinnen", "Täter*innen", "taeter"]),
        ("en", ["perpetrators", "perpetrator"]),
        ("sk", ["násilím", "nasilie", "nasilia"]),
        ("lv", ["vardarbībai", "vardarbiba"]),
    ],
)
def test_every_form_of_a_word_finds_the_same(api, language, words):
    answers = [matching(api, f"locale={language}&search={word}&limit=50") for word in words]
    assert answers[0]
    assert all(set(answer) == set(answers[0]) for answer in answers)


def test_what_is_related_comes_behind_what_has_the_words(api):
    words = "pages/?locale=de&search=Beratung&limit=50"
    answer, exact = api(words), api(f"{words}&search_operator=and")
    count = answer["meta"]["matching_count"]
    assert 0 < count < answer["meta"]["total_count"]
    assert answer["items"][:count] == exact["items"]
    assert exact["meta"]["total_count"] == exact["meta"]["matching_count"] == count
    assert "matching_count" not in api("pages/?locale=de")["meta"]


def test_the_language_of_the_query_need_not_be_known(api):
    answer = api("pages/?search=násilím&search_operator=and")
    by_language = {item["meta"]["locale"] for item in answer["items"]}
    assert by_language == {"sk"}


def test_operators(api):
    both = matching(api, "locale=de&search=Polizei Kinderschutz")
    either = titles(api, "locale=de&search=Polizei Kinderschutz&search_operator=or")
    assert both == []
    assert len(either) >= 2


def test_title_and_lead_weigh_more_than_body(api):
    assert "Polizeidirektion" in titles(api, "locale=de&search=Polizei")[0]
    assert "Kinderschutz" in titles(api, "locale=de&search=Kinderschutz")[0]


def test_search_terms_of_the_editor_find_a_page_and_are_not_published(api, kis_page):
    page = kis_page("polizeidirektion-leipzig")
    page.search_terms = "Schutzmann, Wache"
    page.save_revision().publish()
    assert titles(api, "locale=de&search=Schutzmannes") == [page.title]
    assert "Schutzmann" not in str(api(f"pages/{page.pk}/"))
    assert "Schutzmann" not in Client().get(page.url).content.decode()


def test_topics_find_a_page_as_soon_as_it_is_published(api):
    page = PartnerPage.objects.filter(locale__language_code="de").first()
    topic = Topic.objects.create(name="Zwangsverheiratung", locale=page.locale)
    page.topics.create(topic=topic)
    page.save_revision().publish()
    assert titles(api, "locale=de&search=Zwangsverheiratungen") == [page.title]


def test_a_renamed_organisation_is_found_on_its_pages(api, django_capture_on_commit_callbacks):
    page = PartnerPage.objects.filter(locale__language_code="de").first()
    with django_capture_on_commit_callbacks(execute=True):
        organisation = Organisation.objects.get(pk=page.organisation_id)
        organisation.name = "Kriminalistenverein"
        organisation.save_revision().publish()
    assert titles(api, "locale=de&search=Kriminalistenvereine") == [page.title]


def test_drafts_are_not_found(api):
    page = PartnerPage.objects.filter(locale__language_code="de").first()
    page.title = "Geheimplanung"
    page.save_revision()
    assert titles(api, "search=Geheimplanung") == []
    page.get_latest_revision().publish()
    assert titles(api, "search=Geheimplanungen") == ["Geheimplanung"]
    Page.objects.get(pk=page.pk).unpublish()
    assert titles(api, "search=Geheimplanung") == []


def test_a_private_document_is_not_found_by_its_title(
    api, kis_page, django_capture_on_commit_callbacks
):
    from wagtail.documents import get_document_model

    document = get_document_model().objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        document.title = "Merkblattsammlung"
        document.save()
    assert titles(api, "locale=de&search=Merkblattsammlungen")
    with django_capture_on_commit_callbacks(execute=True):
        CollectionViewRestriction.objects.create(
            collection=Collection.get_first_root_node(),
            restriction_type=CollectionViewRestriction.LOGIN,
        )
    assert titles(api, "locale=de&search=Merkblattsammlung") == []


def by_bulk_action(editor, document, private):
    editor.post(
        f"{reverse('wagtail_bulk_action', args=['wagtaildocs', 'document', 'add_to_collection'])}"
        f"?id={document.pk}",
        {"collection": private.pk},
    )


def by_moving_its_collection(editor, document, private):
    own = Collection.get_first_root_node().add_child(name="Merkblätter")
    type(document).objects.filter(pk=document.pk).update(collection=own)
    editor.post(
        reverse("wagtailadmin_collections:edit", args=[own.pk]),
        {"name": own.name, "parent": private.pk},
    )


@pytest.mark.parametrize("move", [by_bulk_action, by_moving_its_collection])
def test_a_document_moved_to_a_private_collection_is_not_found(
    api, editor, move, django_capture_on_commit_callbacks
):
    from wagtail.documents import get_document_model

    document = get_document_model().objects.get()
    document.title = "Merkblattsammlung"
    private = Collection.get_first_root_node().add_child(name="Intern")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    with django_capture_on_commit_callbacks(execute=True):
        document.save()
    with django_capture_on_commit_callbacks(execute=True):
        move(editor, document, private)
    document.refresh_from_db()
    assert private in document.collection.get_ancestors(inclusive=True)
    assert titles(api, "locale=de&search=Merkblattsammlung") == []


def test_an_alias_is_found_by_the_words_of_its_source(db):
    page = PartnerPage.objects.filter(locale__language_code="de").first()
    polish = Locale.objects.create(language_code="pl")
    for ancestor in page.get_ancestors().filter(depth__gt=1):
        ancestor.copy_for_translation(polish, copy_parents=True, alias=True)
    alias = page.copy_for_translation(polish, copy_parents=True, alias=True)
    assert alias.search_locale() == "de"
    assert "delkooperation0" in alias.specific.search_keys()


# The admin


@pytest.fixture
def ask(editor):
    def get(name, query, *args):
        response = editor.get(reverse(name, args=args), query)
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("Polizeidirektionen", "Kooperation mit der Polizeidirektion Leipzig"),
        ("Poliz", "Kooperation mit der Polizeidirektion Leipzig"),
        ("kooperationen polizeidir", "Kooperation mit der Polizeidirektion Leipzig"),
        ("Täter:innen", "Netzwerk gegen häusliche Gewalt und Stalking"),
        ("Täter*innen", "Netzwerk gegen häusliche Gewalt und Stalking"),
        ("policajným riaditeľstvom", "Spolupráca s"),
    ],
)
def test_the_admin_finds_pages_the_same_way(ask, query, title):
    assert title in ask("wagtailadmin_pages:search", {"q": query})
    assert title in ask("wagtailadmin_choose_page_search", {"q": query.replace(":", "*")})


def test_the_admin_still_filters(ask):
    assert "Polizeidirektion Leipzig" in ask(
        "wagtailadmin_pages:search", {"q": "Polizei published:true"}
    )
    assert "Polizeidirektion Leipzig" not in ask(
        "wagtailadmin_pages:search", {"q": "Polizei published:false"}
    )


def test_snippets_and_their_choosers_find_the_same_way(ask, editor):
    name = Organisation.snippet_viewset.get_url_name("list")
    assert "Polizeidirektion Leipzig" in ask(name, {"q": "polizeidirektionen"})
    chooser = Organisation.snippet_viewset.chooser_viewset.get_url_name("choose_results")
    assert "Polizeidirektion Leipzig" in ask(chooser, {"q": "Polizeidirektionen"})


def test_models_without_keys_are_searched_as_ever(ask):
    assert "Flyer" in ask("wagtaildocs:index", {"q": "Fly"})
    assert "Flyer" in ask("wagtaildocs_chooser:choose_results", {"q": 'Flyer"'})


def test_nothing_that_is_typed_breaks_the_api(db):
    client = Client()
    kinds = [(path, how) for how in ("and", "or") for path in ("pages", "documents", "images")]
    for text, (path, operator) in [
        *((text, ("pages", "and")) for text in NASTY),
        *asked(NASTY, kinds),
    ]:
        query = {"search": text, "search_operator": operator, "fields": "_,id"}
        answer = client.get(f"/api/v2/{path}/", query)
        assert answer.status_code in (200, 400), (path, text[:50])


@pytest.mark.slow
def test_nothing_that_is_typed_breaks_the_admin(editor):
    organisations = Organisation.snippet_viewset
    names = [
        "wagtailadmin_pages:search_results",
        "wagtailadmin_choose_page_search",
        "wagtaildocs_chooser:choose_results",
        organisations.get_url_name("list_results"),
        organisations.chooser_viewset.get_url_name("choose_results"),
    ]
    # All of them search by the same backend, each for objects of its own.
    for text, name in asked(NASTY, names):
        assert editor.get(reverse(name), {"q": text}).status_code == 200, (name, text[:50])


# The index


def test_a_search_takes_few_statements(db, django_assert_max_num_queries):
    Page.objects.all()
    list(search(Page.objects.all(), "Gewalt"))
    with django_assert_max_num_queries(4):
        results = search(Page.objects.all(), "häusliche Gewalt und Stalking")
        assert results.count()
        list(results[:10])


def test_indexing_a_page_asks_little(kis_page, django_assert_max_num_queries):
    page = PartnerPage.objects.filter(locale__language_code="de").first()
    get_search_backend().add(page)
    with django_assert_max_num_queries(40):
        get_search_backend().add(PartnerPage.objects.get(pk=page.pk))


def test_an_index_of_another_analyser_is_reported(transactional_db_free):
    def ids():
        return [message.id for message in checks.run_checks(databases=["default"])]

    assert "kis_partners.W003" not in ids()
    IndexVersion.objects.update_or_create(pk=1, defaults={"version": "0"})
    assert "kis_partners.W003" in ids()
    call_command("update_index", verbosity=0)
    assert "kis_partners.W003" not in ids()


@pytest.fixture
def transactional_db_free(db):
    """Rebuild the index inside the transaction of the test."""


def test_a_site_without_the_backend_is_told(settings):
    settings.WAGTAILSEARCH_BACKENDS = {}
    assert "kis_partners.W002" in [message.id for message in checks.run_checks()]


@pytest.mark.parametrize("package", ["wagtail.search", "modelsearch"])
def test_a_site_with_a_stock_backend_of_an_engine_is_told_ours(settings, package):
    backend = f"{package}.backends.opensearch3"
    settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": backend}}
    [error] = [one for one in checks.run_checks() if one.id == "kis_partners.E019"]
    assert "partners.search.backend" in error.hint and '"opensearch3"' in error.hint


def test_a_rebuilt_index_finds_the_same(api):
    """As what the process has indexed that migrated the database and loaded the content."""
    words = ["Gewalt", "Polizei", "násilie", "policija", "violence"]
    queries = [
        "locale=de&type=kis_partners.PartnerPage&search=Landesjugendpfarramt",
        "locale=sk&search=nasilie",
        "locale=lv&search=Gewaltschutz",
        "locale=lv&search=vardarbibas apkarosana",
    ]

    def everything():
        counts = [api(f"pages/?{query}")["meta"]["total_count"] for query in queries]
        return counts, {word: found(Page.objects.all(), word) for word in words}

    loaded, by_words = everything()
    assert loaded[0] == 1
    assert loaded[1] > 3
    assert loaded[2] == 0
    assert all(by_words.values())
    call_command("update_index", verbosity=0)
    kept.clear()
    assert everything() == (loaded, by_words)


def test_a_publication_indexes_its_page_once_and_a_draft_does_not(kis_page):
    page = kis_page("polizeidirektion-leipzig")
    page.title = "Kriminalistenverein"
    with patch.object(
        PartnerPage, "search_texts", autospec=True, side_effect=PartnerPage.search_texts
    ) as asked_for:
        page.save_revision()
        assert asked_for.call_count == 0
        page.latest_revision.publish()
        assert asked_for.call_count == 1


def test_a_page_saved_by_code_is_found_by_what_it_shows(api, kis_page):
    page = kis_page("polizeidirektion-leipzig")
    page.topics.create(topic=Topic.objects.create(name="Zwangsverheiratung", locale=page.locale))
    page.save()
    assert titles(api, "locale=de&search=Zwangsverheiratungen") == [page.title]


def test_of_a_page_saved_in_part_the_rest_is_found_as_it_is_stored(api, kis_page):
    page = kis_page("polizeidirektion-leipzig")
    before, page.title = page.title, "Kriminalistenverein"
    page.search_terms = "Schutzmann"
    page.save(update_fields=["search_terms"])
    assert titles(api, "locale=de&search=Schutzmannes") == [before]
    assert titles(api, "locale=de&search=Kriminalistenvereine") == []
