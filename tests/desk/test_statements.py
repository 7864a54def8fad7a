"""Screens of the admin take as many statements for 120 cooperations as for 20, in four languages.

Times are measured by ``make bench-admin``.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale

from partners.models import Organisation, PartnerPage, Term, TermWord, Topic
from partners.roles.creation import create_roles
from tests.languages import LANGUAGES
from tests.many import add_translated

FEW, MANY = 20, 100
MOST_STATEMENTS, MOST_BYTES = 60, 300_000

#: Screens by name; ``{index}`` is the list of cooperations, ``{page}`` one that is translated.
SCREENS = {
    "first page": "",
    "overview": "reports/translation-overview/?q=",
    "overview, filtered": "reports/translation-overview/?language=sk&state=partial",
    "explorer": "pages/{index}/",
    "root of the explorer": "pages/",
    "all cooperations": "cooperations/",
    "search": "pages/search/?q=",
    "findings": "reports/keeping-true/",
    "unused terms": "reports/glossary/",
    "receipts": "reports/forgotten-people/",
    "site history": "reports/site-history/",
    "ageing pages": "reports/aging-pages/",
    "page types": "reports/page-types-usage/",
    "locked pages": "reports/locked/",
    "pages of a type": "pages/usage/kis_partners/partnerpage/",
    "files": "translation-files/",
    "runs": "translations/runs/",
    "chooser": "choose-page/{index}/",
    "search of the chooser": "choose-page/search/?q=",
    "topics": "snippets/kis_partners/topic/",
    "people": "snippets/kis_partners/person/",
    "organisations": "snippets/kis_partners/organisation/",
    "chooser of organisations": "snippets/choose/kis_partners/organisation/",
    "glossary": "snippets/kis_partners/term/",
    "images": "images/",
    "documents": "documents/",
    "editor": "pages/{page}/edit/",
    "history": "pages/{page}/history/",
    "submitting a tree": "localize/submit/page/{index}/",
}


def measured(client, name, places):
    """The statements of a screen asked for the second time, and its bytes.

    Once a minute, a request looks after its session besides; so the cheaper of two counts.
    """
    url = f"/admin/{SCREENS[name].format(**places)}"
    client.get(url)
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as found:
            response = client.get(url)
        assert response.status_code == 200, name
        counts.append(len(found))
    return min(counts), len(response.content)


@pytest.fixture
def grow(kis_page, unindexed):
    """Adds cooperations in all languages, and as many topics and organisations."""
    indexes = [kis_page("kooperationen", code) for code in LANGUAGES]
    german = Locale.objects.get(language_code="de")

    def add(number):
        office = Organisation.objects.filter(locale=german).first()
        add_translated(indexes, number, organisation=office)
        for model in (Topic, Organisation):
            model.objects.bulk_create(
                [
                    model(name=f"{model.__name__} {place} von {number}", locale=german)
                    for place in range(number)
                ]
            )

    return add


@pytest.mark.slow
@pytest.mark.parametrize("role", ["", "editing", "translation-sk", "administration"])
def test_as_many_for_many_as_for_few(client, django_user_model, kis_page, grow, role):
    create_roles()
    user = django_user_model.objects.create_user("anna", is_superuser=not role)
    if role:
        user.groups.add(*user.groups.model.objects.filter(kis_role__key=role))
    client.force_login(user)
    term = Term(word="Netzwerk")
    term.words = [TermWord(language="sk", word="sieť")]
    term.save()
    places = {"index": kis_page("kooperationen").pk, "page": kis_page("triade").pk}
    if role == "translation-sk":
        places = {"index": kis_page("kooperationen", "sk").pk, "page": kis_page("triade", "sk").pk}
    open_to = [name for name in SCREENS if _is_open(client, SCREENS[name].format(**places))]
    assert len(open_to) > 10
    # Both times, lists have more than one page.
    grow(40 + FEW)
    few = {name: measured(client, name, places) for name in open_to}
    grow(MANY)
    many = {name: measured(client, name, places) for name in open_to}
    assert {name: one[0] for name, one in few.items()} == {
        name: one[0] for name, one in many.items()
    }
    localize = {"editor"} if role == "translation-sk" else set()
    for name, (statements, size) in many.items():
        assert statements <= MOST_STATEMENTS or name in localize, (name, statements)
        assert size <= MOST_BYTES, (name, size)


def _is_open(client, path):
    return client.get(f"/admin/{path}").status_code == 200


def test_one_report_on_translations(editor):
    response = editor.get(reverse("wagtail_localize:translations_report"))
    assert response.url == reverse("translation_overview")
    menu = editor.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("wagtail_localize:translations_report") not in menu


def test_menus_of_lists_are_wagtail_localizes(editor, kis_page):
    """The same two entries as in the menu of the page itself, by the same conditions."""
    index = kis_page("kooperationen")
    fresh = index.add_child(
        instance=PartnerPage(title="Neu", slug="neu", organisation=Organisation.objects.first())
    )
    text = editor.get(reverse("wagtailadmin_explore", args=[index.pk])).content.decode()
    submit = reverse("wagtail_localize:submit_page_translation", args=[fresh.pk])
    assert text.count(f'"{submit}"') == 1
    for page in index.get_children():
        submit = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        assert (f'"{submit}"' in text) == (page.pk == fresh.pk)
    assert text.count("/localize/update/") == 1 + index.get_children().count() - 1
    assert text.count("/side-by-side/") == 1 + index.get_children().count() - 1
    text = editor.get("/admin/snippets/kis_partners/topic/?locale=de").content.decode()
    assert text.count("/localize/update/") == Topic.objects.filter(locale=index.locale).count()


def test_menus_of_lists_offer_nothing_forbidden(client, django_user_model, kis_page):
    create_roles()
    user = django_user_model.objects.create_user("erika")
    user.groups.add(user.groups.model.objects.get(kis_role__key="editing"))
    client.force_login(user)
    index = kis_page("kooperationen")
    text = client.get(reverse("wagtailadmin_explore", args=[index.pk])).content.decode()
    assert "/localize/submit/" not in text and "/localize/update/" not in text
