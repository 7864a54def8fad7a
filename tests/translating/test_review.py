"""Reviews of translations: reader, time, and their end when a text changes."""

import pytest
from wagtail_localize.models import StringTranslation, Translation

from partners.public.translations import translation_state
from partners.translating import review


def of(page):
    return Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )


def change(page, path, text, kind="machine"):
    StringTranslation.objects.filter(
        context__object_id=page.translation_key, context__path=path, locale=page.locale
    ).update(data=text, translation_type=kind)


@pytest.fixture
def slovak(kis_page):
    return kis_page("triade", "sk")


def test_a_reviewed_page_is_complete_in_the_api_and_says_nothing_to_readers(
    slovak, editor, client, api
):
    translation = of(slovak)
    before = api(f"pages/{slovak.pk}/")["meta"]["language"]
    assert (before["state"], before["reviewed"], before["reviewed_at"]) == ("machine", False, None)
    count = review.mark(translation, editor.user)
    assert count == translation.source.stringsegment_set.count()
    after = api(f"pages/{slovak.pk}/")["meta"]["language"]
    assert (after["state"], after["reviewed"]) == ("complete", True)
    assert after["reviewed_at"].startswith("20")
    assert "kis-state" not in client.get(slovak.url).content.decode()
    assert {part.reviewed_by for part in review.segments_of(translation)} == {editor.user}


@pytest.mark.parametrize("kind", ["machine", "manual"])
def test_a_review_ends_for_exactly_the_segment_that_changes(slovak, editor, client, kind):
    translation = of(slovak)
    review.mark(translation, editor.user)
    change(slovak, "lead", "Niečo iné", kind)
    waiting = [part.path for part in review.segments_of(translation) if part.waits]
    assert waiting == ["lead"]
    state = translation_state(slovak)
    assert not state.reviewed and state.reviewed_at is None
    assert state.state == ("machine" if kind == "machine" else "complete")
    text = client.get(slovak.url).content.decode()
    assert ("po kontrole zmenil" in text) == (kind == "manual")
    assert ("strojovo" in text) == (kind == "machine")
    review.mark(translation, editor.user)
    assert translation_state(slovak).reviewed


def test_single_segments_are_reviewed_and_a_review_is_taken_back(slovak, editor):
    translation = of(slovak)
    first, *_rest = review.segments_of(translation)
    assert review.mark(translation, editor.user, [first.pk]) == 1
    assert [part.path for part in review.segments_of(translation) if part.how == "reviewed"] == [
        first.path
    ]
    assert not translation_state(slovak).reviewed
    assert review.withdraw(translation, [first.pk]) == 1
    assert all(part.waits for part in review.segments_of(translation))


def test_a_second_reader_changes_nothing_of_what_is_reviewed(slovak, editor, django_user_model):
    translation = of(slovak)
    review.mark(translation, editor.user)
    other = django_user_model.objects.create_user("max", password="geheim")
    assert review.mark(translation, other) == 0
    assert {part.reviewed_by for part in review.segments_of(translation)} == {editor.user}


def test_the_state_of_a_reviewed_page_is_that_of_its_language_alone(slovak, editor, kis_page):
    review.mark(of(slovak), editor.user)
    assert translation_state(kis_page("triade", "lv")).state == "machine"
