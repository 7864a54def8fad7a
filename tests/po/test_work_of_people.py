"""What people wrote or read is replaced by no file, unless that was asked for."""

import pytest
from wagtail_localize.models import StringTranslation, Translation

from partners.models import Review
from partners.po.incoming import read_upload
from partners.po.outgoing import to_po


@pytest.fixture
def slovak(kis_page):
    page = kis_page("triade", "sk")
    return Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )


def lead_of(translation):
    return StringTranslation.objects.get(
        context__object_id=translation.source.object_id,
        locale=translation.target_locale,
        context__path="lead",
    )


def bring(po, **options):
    [report] = read_upload("datei.po", str(po).encode(), **options)
    return report


def with_lead(translation, text, fuzzy=False):
    po = to_po(translation)
    [entry] = [one for one in po if one.msgctxt == "lead"]
    entry.msgstr, entry.flags = text, ["fuzzy"] if fuzzy else []
    return po


HOW = {
    "machine": lambda row: None,
    "manual": lambda row: StringTranslation.objects.filter(pk=row.pk).update(
        translation_type="manual"
    ),
    "reviewed": lambda row: Review.objects.create(translation=row, text=row.data),
    "changed": lambda row: [
        StringTranslation.objects.filter(pk=row.pk).update(translation_type="manual"),
        Review.objects.create(translation=row, text="Anders"),
    ],
}


@pytest.mark.parametrize("how", HOW)
def test_only_what_nobody_has_looked_at_is_replaced(slovak, how):
    HOW[how](lead_of(slovak))
    before, po = lead_of(slovak).data, with_lead(slovak, "Z programu")
    report = bring(po)
    if how == "machine":
        assert report.taken == 1 and lead_of(slovak).data == "Z programu"
        return
    assert (report.taken, [note.context for note in report.remarks]) == (0, ["lead"])
    assert lead_of(slovak).data == before
    assert bring(po, overwrite=True).taken == 1
    assert lead_of(slovak).data == "Z programu"


@pytest.mark.parametrize("how", ["machine", "changed"])
def test_who_leaves_a_text_as_it_is_has_read_it(slovak, how, editor):
    HOW[how](lead_of(slovak))
    po = with_lead(slovak, lead_of(slovak).data)
    assert bring(po).confirmed == 0  # by nobody
    assert not Review.objects.filter(translation=lead_of(slovak), text=lead_of(slovak).data)
    assert bring(po, user=editor.user).confirmed == 1
    review = Review.objects.get(translation=lead_of(slovak))
    assert (review.text, review.reviewed_by) == (lead_of(slovak).data, editor.user)
    assert bring(po, user=editor.user).confirmed == 0


def test_what_is_still_fuzzy_was_not_read(slovak, editor):
    report = bring(with_lead(slovak, lead_of(slovak).data, fuzzy=True), user=editor.user)
    assert report.confirmed == 0 and not Review.objects.exists()


def test_files_that_mark_nothing_as_fuzzy_confirm_nothing(slovak, editor):
    """wagtail-localize writes every text as if somebody had read it."""
    report = bring(slovak.export_po(), user=editor.user)
    assert report.confirmed == 0 and report.unchanged and not Review.objects.exists()


def test_a_text_with_a_fault_is_replaced(slovak):
    StringTranslation.objects.filter(pk=lead_of(slovak).pk).update(
        has_error=True, field_error="zu lang", translation_type="machine"
    )
    assert bring(with_lead(slovak, "Kratšie")).taken == 1
    assert lead_of(slovak).data == "Kratšie" and not lead_of(slovak).has_error


def test_a_text_with_a_fault_is_not_read_by_leaving_it(slovak, editor):
    StringTranslation.objects.filter(pk=lead_of(slovak).pk).update(has_error=True)
    report = bring(with_lead(slovak, lead_of(slovak).data), user=editor.user)
    assert report.confirmed == 0 and not Review.objects.exists()


def test_nobody_brings_in_what_they_may_not_edit(slovak):
    before = lead_of(slovak).data
    report = bring(with_lead(slovak, "Z programu"), may_edit=lambda _translation: False)
    assert report.refused and report.taken == 0 and lead_of(slovak).data == before


def test_a_translation_that_was_stopped_takes_nothing(slovak):
    po, localize = with_lead(slovak, "Z programu"), slovak.export_po()
    Translation.objects.filter(pk=slovak.pk).update(enabled=False)
    assert bring(po).refused and bring(localize).refused


def test_a_file_is_for_the_language_and_the_item_that_were_chosen(slovak, kis_page):
    po = with_lead(slovak, "Z programu")
    other = Translation.objects.filter(target_locale=slovak.target_locale).exclude(pk=slovak.pk)
    assert bring(po, language="lv").refused
    assert bring(po, translation=other.first()).refused
    assert bring(po, language="sk", translation=slovak).taken == 1
