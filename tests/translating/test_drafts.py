"""Translations as drafts and published: content, references, the editor, the review screen."""

from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail_localize.models import StringTranslation, Translation

from partners.models import Topic
from partners.public.translations import translation_state
from partners.translating import drafts, extraction, review

KEY = "triade"


def of(page):
    return Translation.objects.select_related("source", "target_locale").get(
        source__object_id=page.translation_key, target_locale=page.locale
    )


def say(page, path, text):
    StringTranslation.objects.filter(
        context__object_id=page.translation_key, context__path=path, locale=page.locale
    ).update(data=text)


def forget(page, path):
    StringTranslation.objects.filter(
        context__object_id=page.translation_key, context__path=path, locale=page.locale
    ).delete()


def now(page):
    return Page.objects.get(pk=page.pk).specific


def text_of(response):
    return unescape(response.content.decode())


@pytest.fixture
def slovak(kis_page):
    return kis_page(KEY, "sk")


@pytest.fixture
def translator(client, django_user_model):
    """A client that may edit Slovak pages and publish none."""
    user = django_user_model.objects.create_user("mara", password="geheim")
    group = Group.objects.create(name="Übersetzung")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group,
        page=Page.objects.get(depth=1),
        permission=Permission.objects.get(codename="change_page"),
    )
    user.groups.add(group)
    client.force_login(user)
    client.user = user
    return client


class TestDrafts:
    def test_a_draft_never_touches_what_readers_see(self, slovak, client):
        say(slovak, "lead", "Rozpracovaný úvod")
        before = dict(Page.objects.filter(pk=slovak.pk).values()[0])
        drafts.save(of(slovak))
        after = now(slovak)
        assert after.lead == slovak.lead != "Rozpracovaný úvod"
        assert after.get_latest_revision_as_object().lead == "Rozpracovaný úvod"
        assert after.live and after.has_unpublished_changes
        assert after.last_published_at == before["last_published_at"]
        assert "Rozpracovaný" not in client.get(slovak.url).content.decode()

    def test_publishing_does(self, slovak, client):
        say(slovak, "lead", "Nový úvod")
        drafts.save(of(slovak), publish=True)
        assert "Nový úvod" in client.get(slovak.url).content.decode()

    def test_a_new_translation_is_seen_by_nobody_before_it_is_published(self, slovak, client):
        german = Page.objects.get(
            translation_key=slovak.translation_key, locale__language_code="de"
        ).specific
        slovak.delete()
        translation = of(slovak)
        Translation.objects.filter(pk=translation.pk).update(enabled=True)
        drafts.save(translation)
        draft = german.get_translation(translation.target_locale)
        assert not draft.live
        drafts.save(translation, publish=True)
        draft.refresh_from_db()
        assert draft.live

    def test_a_snippet_as_a_draft(self, kis_page):
        topic = Topic.objects.filter(locale__language_code="sk").first()
        say(topic, "name", "Rozpracované")
        drafts.save(of(topic))
        topic.refresh_from_db()
        assert topic.name != "Rozpracované"
        drafts.save(of(topic), publish=True)
        topic.refresh_from_db()
        assert topic.name == "Rozpracované"

    def test_a_text_that_does_not_fit_is_told_and_changes_nothing(self, slovak):
        say(slovak, "title", "x" * 300)
        translation = of(slovak)
        with pytest.raises(Exception, match="255"):
            drafts.save(translation, publish=True)
        row = StringTranslation.objects.get(
            context__object_id=slovak.translation_key,
            context__path="title",
            locale=slovak.locale,
        )
        assert row.has_error and "255" in row.get_error()
        assert now(slovak).title == slovak.title
        assert translation_state(slovak).state == "partial"

    def test_taking_over_changes_without_publishing(self, slovak, editor):
        german = slovak.get_translation(Locale.objects.get(language_code="de"))
        german.lead = "Neue deutsche Worte"
        german.save_revision().publish()
        source = of(slovak).source
        url = reverse("wagtail_localize:update_translations", args=[source.pk])
        assert editor.post(url, {}).status_code == 302
        assert now(slovak).lead == slovak.lead
        assert translation_state(slovak).state == "partial"
        assert not translation_state(slovak).source_newer
        editor.post(url, {"publish_translations": "on"})
        assert now(slovak).lead == "Neue deutsche Worte"


class TestReferences:
    def test_links_and_choosers_lead_to_the_page_of_that_language(self, slovak, kis_page):
        german = slovak.get_translation(Locale.objects.get(language_code="de"))
        goal, spoken = kis_page("fachtagungen"), kis_page("fachtagungen", "sk")
        link = f'<a id="{goal.pk}" linktype="page">Triade</a>'
        german.body = german._meta.get_field("body").to_python(
            [
                {"type": "paragraph", "id": "p1", "value": f"<p>Siehe {link}.</p>"},
                {
                    "type": "links",
                    "id": "l1",
                    "value": {
                        "heading": "",
                        "links": [
                            {
                                "type": "item",
                                "id": "i1",
                                "value": {"title": "Triade", "page": goal.pk, "url": ""},
                            }
                        ],
                    },
                },
            ]
        )
        german.save_revision().publish()
        extraction.ensure_source(german, update=True)
        drafts.save(of(slovak), publish=True)
        paragraph, links = now(slovak).body.get_prep_value()
        assert f'id="{spoken.pk}"' in paragraph["value"]
        assert links["value"]["links"][0]["value"]["page"] == spoken.pk

    def test_a_page_that_is_not_published_in_that_language_stays_german(self, slovak, kis_page):
        goal = kis_page("fachtagungen")
        before = slovak.body.get_prep_value()[0]["value"]
        kis_page("fachtagungen", "sk").unpublish()
        german = slovak.get_translation(Locale.objects.get(language_code="de"))
        german.body = german._meta.get_field("body").to_python(
            [
                {
                    "type": "paragraph",
                    "id": "p1",
                    "value": f'<p><a id="{goal.pk}" linktype="page">Tagung</a></p>',
                }
            ]
        )
        german.save_revision().publish()
        extraction.ensure_source(german, update=True)
        drafts.save(of(slovak), publish=True)
        [paragraph] = now(slovak).body.get_prep_value()
        assert before and f'id="{goal.pk}"' in paragraph["value"]


class TestTheEditor:
    def edit_url(self, page):
        return reverse("wagtailadmin_pages:edit", args=[page.pk])

    def test_publishing(self, slovak, editor):
        say(slovak, "lead", "Nový úvod")
        response = editor.post(self.edit_url(slovak), {"action": "publish"})
        assert response.status_code == 302
        assert now(slovak).lead == "Nový úvod"

    def test_an_incomplete_translation_asks_first(self, slovak, editor):
        forget(slovak, "lead")
        response = editor.post(self.edit_url(slovak), {"action": "publish"})
        assert "Unvollständig veröffentlichen" in text_of(response)
        assert now(slovak).lead == slovak.lead
        editor.post(self.edit_url(slovak), {"action": "publish", "incomplete": "1"})
        german = slovak.get_translation(Locale.objects.get(language_code="de"))
        assert now(slovak).lead == german.lead

    def test_who_may_not_publish_does_not(self, slovak, translator):
        say(slovak, "lead", "Nový úvod")
        translator.post(self.edit_url(slovak), {"action": "publish"})
        assert now(slovak).lead == slovak.lead

    def test_it_says_what_waits_for_a_review_and_that_the_german_is_newer(self, slovak, editor):
        german = slovak.get_translation(Locale.objects.get(language_code="de"))
        german.lead = "Neue deutsche Worte"
        german.save_revision().publish()
        text = text_of(editor.get(self.edit_url(slovak)))
        number = sum(part.waits for part in review.segments_of(of(slovak)))
        assert f"{number} Abschnitte warten auf eine Prüfung" in text
        assert "Das Original wurde" in text
        assert reverse("kis_review", args=[of(slovak).pk]) in text

    def test_a_newer_snippet_is_told(self, db):
        german = Topic.objects.filter(locale__language_code="de").first()
        slovak = german.get_translation(Locale.objects.get(language_code="sk"))
        assert not translation_state(slovak).source_newer
        german.name = "Neue deutsche Worte"
        german.save_revision().publish()
        assert translation_state(slovak).source_newer

    def test_what_waits_in_a_snippet(self, editor):
        topic = Topic.objects.filter(locale__language_code="sk").first()
        url = reverse(Topic.snippet_viewset.get_url_name("edit"), args=[topic.pk])
        assert reverse("kis_review", args=[of(topic).pk]) in text_of(editor.get(url))


class TestTheReviewScreen:
    def url(self, page):
        return reverse("kis_review", args=[of(page).pk])

    def test_segments_are_marked_and_taken_back(self, slovak, editor):
        first, second, *_rest = review.segments_of(of(slovak))
        assert first.text.split("<")[0] in text_of(editor.get(self.url(slovak)))
        editor.post(self.url(slovak), {"mark": "1", "segment": [first.pk, second.pk]})
        marked = [part.pk for part in review.segments_of(of(slovak)) if part.how == "reviewed"]
        assert marked == [first.pk, second.pk]
        assert f"geprüft von {editor.user}" in text_of(editor.get(self.url(slovak)))
        editor.post(self.url(slovak), {"withdraw": "1", "segment": [first.pk]})
        marked = [part.pk for part in review.segments_of(of(slovak)) if part.how == "reviewed"]
        assert marked == [second.pk]

    def test_all_at_once(self, slovak, editor):
        editor.post(self.url(slovak), {"all": "1"})
        assert translation_state(slovak).reviewed

    def test_who_may_not_edit_the_page_may_not_review_it(self, slovak, translator):
        assert translator.get(self.url(slovak)).status_code == 200
        GroupPagePermission.objects.all().delete()
        assert translator.post(self.url(slovak), {"all": "1"}).status_code in (302, 403)
        assert not translation_state(slovak).reviewed
