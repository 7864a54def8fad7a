"""Actions that members of an editorial team attempt in the admin, by the requests of its forms.

The success of an attempt is read from the database, not from the response.
"""

from __future__ import annotations

from copy import copy, deepcopy
from io import BytesIO
from urllib.parse import urlencode

from django.urls import reverse
from wagtail.models import GroupApprovalTask, Locale, Page, PageViewRestriction, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield
from wagtail_localize.models import StringTranslation, Translation

from home.models import StandardPage
from partners.models import Consent, Person, Term, TermWord, Topic


def attempt(method):
    """Marks a method as an attempt; tests/roles/test_roles.py has a table row for each."""
    method.tried = True
    return method


FORM = "application/x-www-form-urlencoded"


def page_data(page, **fields):
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "purpose": page.purpose,
            "body": streamfield([]),
            "comments": inline_formset([]),
            **fields,
        }
    )


class Attempt:
    """The attempts of a signed-in user in one language; each gives whether it succeeded.

    None means that the action doesn't exist in the language.
    """

    def __init__(self, client, kis_page, language):
        self.client = client
        self.locale = Locale.objects.get(language_code=language)
        self.page = kis_page("impressum", language)
        self.other = kis_page("datenschutz", language)
        self.home = kis_page("start", language)
        self.is_source = language == "de"
        german = Topic.objects.get(name="Kinderschutz", locale__language_code="de")
        self.topic = german.get_translation_or_none(self.locale) or german

    # helpers

    def afresh(self):
        """The same person and language, with items in memory that no attempt has changed."""
        again = copy(self)
        for name in ("page", "other", "home", "topic"):
            setattr(again, name, deepcopy(getattr(self, name)))
        return again

    def post(self, name, *args, data=None, query=""):
        return self.client.post(reverse(name, args=args) + query, data or {})

    def sees(self, url):
        return self.client.get(url).status_code == 200

    def again(self, item):
        return type(item).objects.filter(pk=item.pk).first()

    def translation_of(self, item):
        return Translation.objects.get(
            source__object_id=item.translation_key, target_locale=self.locale
        )

    def edit_string(self, item):
        translation = self.translation_of(item)
        segment = translation.source.stringsegment_set.first()
        url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        self.client.put(url, urlencode({"value": "Geändert"}), FORM)
        return StringTranslation.objects.filter(locale=self.locale, data="Geändert").exists()

    def upload_po(self, item):
        translation = self.translation_of(item)
        po = translation.export_po()
        po[0].msgstr = "Hochgeladen"
        file = BytesIO(str(po).encode())
        file.name = "a.po"
        self.post("wagtail_localize:upload_pofile", translation.pk, data={"file": file})
        return StringTranslation.objects.filter(locale=self.locale, data="Hochgeladen").exists()

    def disable(self, item):
        """Stop the translation, so that the item is edited in Wagtail's own form."""
        Translation.objects.filter(
            source__object_id=item.translation_key, target_locale=self.locale
        ).update(enabled=False)

    # pages

    @attempt
    def view_page(self):
        return self.sees(reverse("wagtailadmin_pages:edit", args=[self.page.pk]))

    @attempt
    def explore(self):
        return self.sees(reverse("wagtailadmin_explore", args=[self.home.pk]))

    @attempt
    def create_page(self):
        new = StandardPage(title="Neu", slug="neu", purpose="text")
        self.post(
            "wagtailadmin_pages:add", "home", "standardpage", self.home.pk, data=page_data(new)
        )
        return StandardPage.objects.child_of(self.home).filter(draft_title="Neu").exists()

    @attempt
    def save_draft(self):
        self.disable(self.page)
        self.post(
            "wagtailadmin_pages:edit", self.page.pk, data=page_data(self.page, title="Anders")
        )
        return self.again(self.page).draft_title == "Anders"

    @attempt
    def publish_page(self):
        self.disable(self.page)
        data = {**page_data(self.page, title="Anders"), "action-publish": "1"}
        self.post("wagtailadmin_pages:edit", self.page.pk, data=data)
        return self.again(self.page).title == "Anders"

    @attempt
    def unpublish_page(self):
        self.post("wagtailadmin_pages:unpublish", self.page.pk)
        return not self.again(self.page).live

    @attempt
    def delete_page(self):
        self.post("wagtailadmin_pages:delete", self.page.pk)
        return self.again(self.page) is None

    @attempt
    def move_page(self):
        self.post("wagtailadmin_pages:move_confirm", self.page.pk, self.other.pk)
        return self.again(self.page).is_descendant_of(self.other)

    @attempt
    def copy_page(self):
        data = {
            "new_title": "Kopie",
            "new_slug": "kopie",
            "new_parent_page": self.home.pk,
            "publish_copies": "",
        }
        self.post("wagtailadmin_pages:copy", self.page.pk, data=data)
        return Page.objects.filter(draft_title="Kopie").exists()

    @attempt
    def restrict_page(self):
        data = {"restriction_type": "login"}
        self.post("wagtailadmin_pages:set_privacy", self.page.pk, data=data)
        return PageViewRestriction.objects.filter(page=self.page).exists()

    @attempt
    def lock_page(self):
        self.post("wagtailadmin_pages:lock", self.page.pk)
        return self.again(self.page).locked

    @attempt
    def see_history(self):
        return self.sees(reverse("wagtailadmin_pages:history", args=[self.page.pk]))

    @attempt
    def submit_page(self):
        self.disable(self.page)
        data = {**page_data(self.page, title="Anders"), "action-submit": "1"}
        self.post("wagtailadmin_pages:edit", self.page.pk, data=data)
        return WorkflowState.objects.filter(object_id=str(self.page.pk)).exists()

    @attempt
    def approve_page(self):
        """Approve a page that somebody else has submitted to its workflow."""
        workflow = self.page.get_workflow()
        if workflow is None:
            return None
        self.page.title = "Anders"
        self.page.save_revision()
        state = workflow.start(self.page, None)
        assert isinstance(state.current_task_state.task.specific, GroupApprovalTask)
        self.post(
            "wagtailadmin_pages:workflow_action",
            self.page.pk, "approve", state.current_task_state.pk, query="?told",
        )  # fmt: skip
        return self.again(self.page).title == "Anders"

    # translation of pages

    @attempt
    def edit_segment(self):
        return None if self.is_source else self.edit_string(self.page)

    @attempt
    def upload_segments(self):
        return None if self.is_source else self.upload_po(self.page)

    @attempt
    def publish_translation(self):
        if self.is_source:
            return None
        before = self.page.get_latest_revision()
        self.post(
            "wagtailadmin_pages:edit", self.page.pk, data={"action": "publish", "incomplete": "1"}
        )
        return self.again(self.page).get_latest_revision() != before

    @attempt
    def stop_translation(self):
        if self.is_source:
            return None
        self.post("wagtail_localize:stop_translation", self.translation_of(self.page).pk)
        return not self.translation_of(self.page).enabled

    @attempt
    def make_alias(self):
        if self.is_source:
            return None
        self.post("wagtail_localize:convert_to_alias", self.page.pk)
        return self.again(self.page).alias_of_id is not None

    @attempt
    def begin_translation(self):
        if self.is_source:
            return None
        german = Page.objects.get(
            translation_key=self.home.translation_key, locale__language_code="de"
        )
        new = german.add_child(instance=StandardPage(title="Neu", slug="neu"))
        self.post(
            "wagtail_localize:submit_page_translation", new.pk, data={"locales": self.locale.pk}
        )
        return new.has_translation(self.locale) and not new.get_translation(self.locale).alias_of

    # snippets

    def url(self, name, *args):
        return reverse(Topic.snippet_viewset.get_url_name(name), args=args)

    @attempt
    def list_snippet(self):
        response = self.client.get(self.url("list") + f"?locale={self.locale.language_code}")
        return response.status_code == 200 and self.topic.name in response.content.decode()

    @attempt
    def choose_snippet(self):
        name = Topic.snippet_viewset.chooser_viewset.get_url_name("choose_results")
        response = self.client.get(reverse(name), {"locale": self.locale.language_code})
        return response.status_code == 200 and self.topic.name in response.content.decode()

    @attempt
    def view_snippet(self):
        return self.sees(self.url("edit", self.topic.pk))

    @attempt
    def create_snippet(self):
        self.client.post(
            self.url("add") + f"?locale={self.locale.language_code}", {"name": "Neues Thema"}
        )
        return Topic.objects.filter(name="Neues Thema", locale=self.locale).exists()

    @attempt
    def create_in_chooser(self):
        """A snippet created in a page's chooser is in the site's language."""
        if not self.is_source:
            return None
        chooser = Topic.snippet_viewset.chooser_viewset
        self.client.post(
            reverse(chooser.get_url_name("create")),
            {"create-form-name": "Neues Thema", "name": "Neues Thema"},
        )
        return Topic.objects.filter(name="Neues Thema", locale=self.locale).exists()

    @attempt
    def edit_snippet(self):
        self.disable(self.topic)
        self.client.post(self.url("edit", self.topic.pk), {"name": "Anders"})
        return self.again(self.topic).get_latest_revision_as_object().name == "Anders"

    @attempt
    def publish_snippet(self):
        self.disable(self.topic)
        data = {"name": "Anders", "action-publish": "1"}
        self.client.post(self.url("edit", self.topic.pk), data)
        return self.again(self.topic).name == "Anders"

    @attempt
    def unpublish_snippet(self):
        self.client.post(self.url("unpublish", self.topic.pk))
        return not self.again(self.topic).live

    @attempt
    def delete_snippet(self):
        self.client.post(self.url("delete", self.topic.pk))
        return self.again(self.topic) is None

    @attempt
    def delete_snippets_in_bulk(self):
        url = reverse("wagtail_bulk_action", args=["kis_partners", "topic", "delete"])
        self.client.post(f"{url}?id={self.topic.pk}", {})
        return self.again(self.topic) is None

    @attempt
    def edit_snippet_segment(self):
        return None if self.is_source else self.edit_string(self.topic)

    @attempt
    def upload_snippet_segments(self):
        return None if self.is_source else self.upload_po(self.topic)

    @attempt
    def publish_snippet_translation(self):
        if self.is_source:
            return None
        before = self.topic.get_latest_revision()
        self.client.post(self.url("edit", self.topic.pk), {"action": "publish"})
        return self.again(self.topic).get_latest_revision() != before

    @attempt
    def begin_snippet_translation(self):
        if self.is_source:
            return None
        new = Topic.objects.create(name="Neu")
        self.post(
            "wagtail_localize:submit_snippet_translation",
            "kis_partners", "topic", new.pk, data={"locales": self.locale.pk},
        )  # fmt: skip
        return new.has_translation(self.locale)


class AnyLanguage:
    """Attempts on objects without a language: consents, users, groups, workflows, images."""

    def __init__(self, client):
        self.client = client
        person = Person.objects.get(role__startswith="Landesjugendwartin")
        self.consent = Consent.objects.create(
            person=person, name=True, given_on="2026-01-02", evidence="Brief im Ordner 7"
        )

    def url(self, model, name, *args):
        return reverse(model.snippet_viewset.get_url_name(name), args=args)

    def sees(self, url, words=""):
        response = self.client.get(url)
        return response.status_code == 200 and words in response.content.decode()

    @attempt
    def list_consents(self):
        return self.sees(self.url(Consent, "list"), "2026")

    @attempt
    def read_evidence(self):
        names = ["edit", "history", "usage", "delete"]
        urls = [self.url(Consent, name, self.consent.pk) for name in names]
        return any(self.sees(url, "Brief im Ordner 7") for url in urls)

    @attempt
    def record_consent(self):
        data = {
            "person": self.consent.person_id,
            "name": "on",
            "given_on": "2026-01-03",
            "evidence": "Brief 8",
        }
        self.client.post(self.url(Consent, "add"), data)
        return Consent.objects.filter(evidence="Brief 8").exists()

    @attempt
    def delete_consent(self):
        self.client.post(self.url(Consent, "delete", self.consent.pk))
        return not Consent.objects.filter(pk=self.consent.pk).exists()

    @attempt
    def list_consents_by_localize(self):
        args = ["kis_partners", "consent"]
        return self.sees(reverse("wagtail_localize:snippets_api_listing", args=args), "2026")

    @attempt
    def choose_consents(self):
        chooser = Consent.snippet_viewset.chooser_viewset
        return self.sees(reverse(chooser.get_url_name("choose")), "2026")

    @attempt
    def read_glossary(self):
        term = Term.objects.get_or_create(word="Schutzwohnung")[0]
        term.words.add(TermWord(language="sk", word="bezpečné bývanie"))
        term.save()
        return self.sees(self.url(Term, "list"), "bezpečné bývanie") and self.sees(
            self.url(Term, "inspect", term.pk), "bezpečné bývanie"
        )

    @attempt
    def write_glossary(self):
        words = nested_form_data({"words": inline_formset([])})
        self.client.post(self.url(Term, "add"), {"word": "Wegweisung", **words})
        return Term.objects.filter(word="Wegweisung").exists()

    @attempt
    def forget_person(self):
        return self.sees(reverse("forget_person", args=[self.consent.person_id]))

    @attempt
    def manage_users(self):
        return self.sees(reverse("wagtailusers_users:index"))

    @attempt
    def manage_groups(self):
        return self.sees(reverse("wagtailusers_groups:index"))

    @attempt
    def manage_workflows(self):
        return self.sees(reverse("wagtailadmin_workflows:index"))

    @attempt
    def upload_images(self):
        return self.sees(reverse("wagtailimages:add"))

    @attempt
    def edit_exit_control(self):
        from home.models import ExitControl

        return self.sees(self.url(ExitControl, "add"))
