"""Grades of translations that are kept: true after any change, by whatever writes it."""

import pytest
from django.db import connection
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from partners.models import GradeNote, Review, Topic, TranslationGrade
from partners.public.translations import progress
from partners.translating import grades, review, submitting


def kept():
    grades.settle()
    rows = TranslationGrade.objects.filter(translation__enabled=True)
    return {
        (one.translation.source.object_id, one.translation.target_locale_id): one.state
        for one in rows.select_related("translation__source")
    }


def counted():
    found = {}
    for place, state in progress().items():
        found[place] = (
            "machine" if state.state == "complete" and not state.reviewed else state.state
        )
    return found


@pytest.fixture
def slovak(kis_page):
    page = kis_page("triade", "sk")
    return Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )


def texts(translation):
    return StringTranslation.objects.filter(
        context__object_id=translation.source.object_id, locale=translation.target_locale
    )


def by_people(translation):
    texts(translation).update(translation_type="manual")


def one_missing(translation):
    texts(translation).first().delete()


def all_missing(translation):
    texts(translation).delete()


def one_wrong(translation):
    texts(translation).filter(context__path="lead").update(has_error=True)


def all_read(translation):
    review.mark(translation, None)


def changed_after_review(translation):
    review.mark(translation, None)
    texts(translation).filter(context__path="title").update(
        data="Anders", translation_type="manual"
    )


def review_withdrawn(translation):
    review.mark(translation, None)
    Review.objects.all().delete()


def source_changed(translation):
    page = translation.source.get_source_instance()
    page.lead = "Ganz neu"
    page.save_revision().publish()
    translation.source.update_from_db()


def segment_gone(translation):
    one_missing(translation)
    StringSegment.objects.filter(source=translation.source).delete()


def raw_sql(translation):
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {StringTranslation._meta.db_table} SET has_error = %s WHERE context_id = %s",
            [True, texts(translation).first().context_id],
        )


def stopped_and_started(translation):
    Translation.objects.filter(pk=translation.pk).update(enabled=False)
    by_people(translation)
    Translation.objects.filter(pk=translation.pk).update(enabled=True)


def source_gone(translation):
    TranslationSource.objects.filter(pk=translation.source_id).delete()


def another_translation(translation):
    topic = Topic.objects.create(name="Neu")
    submitting.submit(topic, [translation.target_locale])


CHANGES = [
    by_people, one_missing, all_missing, one_wrong, all_read, changed_after_review,
    review_withdrawn, source_changed, segment_gone, raw_sql, stopped_and_started, source_gone,
    another_translation,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_a_change_they_are_what_is_counted(slovak, change):
    assert kept() == counted()
    assert not GradeNote.objects.exists()
    change(slovak)
    assert GradeNote.objects.exists()
    assert kept() == counted()


def test_where_nothing_has_changed_one_statement_says_so(db, django_assert_num_queries):
    grades.settle()
    with django_assert_num_queries(1):
        grades.settle()


def test_a_note_of_what_is_gone_does_no_harm(slovak):
    GradeNote.objects.create(source=10**9)
    GradeNote.objects.create(context=10**9)
    assert kept() == counted()
