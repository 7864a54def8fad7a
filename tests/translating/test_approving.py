"""What readers would miss is told wherever somebody publishes, not in the editor alone."""

import re
from html import unescape

import pytest
from django.urls import reverse

from partners.models import Organisation, PartnerPage

KEY = "landesjugendpfarramt-sachsen"


def text_of(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


@pytest.fixture
def german(kis_page):
    return kis_page(KEY)


@pytest.fixture
def organisation(german):
    item = Organisation(locale=german.locale, live=False, name="Neuer Verein e.V.")
    item.save()
    item.save_revision()
    return item


@pytest.fixture
def told(organisation):
    return f"„{organisation}“ ist erst ein Entwurf"


def submitted(page, user):
    """The page's step of its workflow, after it was submitted."""
    page.save_revision()
    return page.get_workflow().start(page, user).current_task_state


def url_of(name, page, state):
    return reverse(f"wagtailadmin_pages:{name}", args=[page.pk, "approve", state.pk])


class TestApproving:
    @pytest.fixture
    def state(self, editor, german, organisation):
        german.organisation = organisation
        return submitted(german, editor.user)

    def is_published(self, page, organisation):
        page.refresh_from_db()
        return page.organisation_id == organisation.pk

    def test_the_button_of_the_first_page_asks(self, editor, german, organisation, state, told):
        url = url_of("workflow_action", german, state)
        assert url in text_of(editor.get("/admin/"))
        text = text_of(editor.post(url, {"next": "/admin/"}))
        assert told in text and not self.is_published(german, organisation)
        action = re.search(r'<form action="([^"]+)" method="post"', text)[1]
        along = re.search(r'name="along" value="([^"]+)" checked', text)[1]
        assert editor.post(action, {"next": "/admin/", "along": along}).url == "/admin/"
        assert self.is_published(german, organisation)
        organisation.refresh_from_db()
        assert organisation.live

    def test_or_publishes_nothing_along(self, editor, german, organisation, state):
        url = url_of("workflow_action", german, state)
        editor.post(f"{url}?told")
        organisation.refresh_from_db()
        assert self.is_published(german, organisation) and not organisation.live

    def test_a_comment_is_kept(self, editor, german, state):
        url = url_of("workflow_action", german, state)
        text = text_of(editor.post(url, {"comment": "Gut so"}))
        assert 'name="comment" value="Gut so"' in text
        editor.post(f"{url}?told", {"comment": "Gut so"})
        state.refresh_from_db()
        assert state.comment == "Gut so"

    @pytest.mark.parametrize("name", ["workflow_action", "collect_workflow_action_data"])
    def test_dialogs_list_it(self, editor, german, state, told, name):
        """The one on the first page, and the one in the editor."""
        html = editor.get(url_of(name, german, state)).json()["html"]
        assert told in unescape(html) and 'name="comment"' in html

    def test_what_the_dialog_of_the_first_page_sends_is_done(
        self, editor, german, organisation, state
    ):
        url = url_of("workflow_action", german, state)
        action = re.search(r'<form action="([^"]+)"', editor.get(url).json()["html"])[1]
        script = {"headers": {"x-requested-with": "XMLHttpRequest"}}
        answer = editor.post(action, {"comment": "", "next": "/admin/"}, **script)
        assert answer.json() == {"step": "success", "redirect": "/admin/"}
        assert self.is_published(german, organisation)

    def test_refusing_asks_nothing(self, editor, german, state, told):
        url = reverse("wagtailadmin_pages:workflow_action", args=[german.pk, "reject", state.pk])
        assert told not in unescape(editor.get(url).json()["html"])
        assert editor.post(url, {"comment": "Noch nicht"}).status_code == 302

    def test_nothing_is_asked_where_nothing_is_missing(self, editor, german):
        german.title = "Neuer Titel"
        state = submitted(german, editor.user)
        assert editor.post(url_of("workflow_action", german, state)).status_code == 302
        german.refresh_from_db()
        assert german.title == "Neuer Titel"


class TestInBulk:
    def act(self, editor, pages, **fields):
        ids = "&".join(f"id={page.pk}" for page in pages)
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        return editor.post(f"{url}?{ids}&next=/admin/pages/", fields)

    def test_the_explorer_asks_first(self, editor, german, organisation, kis_page, told):
        other = kis_page("triade")
        before, shown = german.organisation_id, other.title
        german.organisation = organisation
        german.save_revision()
        other.title = "TRIADE neu"
        other.save_revision()
        text = text_of(self.act(editor, [german, other]))
        assert told in text and german.title in text and "TRIADE neu" not in text
        german.refresh_from_db()
        other.refresh_from_db()
        assert (german.organisation_id, other.title) == (before, shown)
        fields = dict(re.findall(r'type="hidden" name="(told)" value="([^"]*)"', text))
        assert self.act(editor, [german, other], **fields).url == "/admin/pages/"
        german.refresh_from_db()
        other.refresh_from_db()
        assert (german.organisation_id, other.title) == (organisation.pk, "TRIADE neu")

    def test_of_what_is_below_too(self, editor, german, organisation, told):
        index = german.get_parent()
        new = PartnerPage(title="Neu", slug="neu", live=False, organisation=organisation)
        index.add_child(instance=new)
        assert self.act(editor, [index]).status_code == 302
        text = text_of(self.act(editor, [index], include_descendants="on"))
        assert told in text and 'name="include_descendants" value="on"' in text
        new.refresh_from_db()
        assert not new.live

    def test_nothing_is_asked_where_nothing_is_missing(self, editor, german):
        german.title = "Neuer Titel"
        german.save_revision()
        assert self.act(editor, [german]).status_code == 302
        german.refresh_from_db()
        assert german.title == "Neuer Titel"
