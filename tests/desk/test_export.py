"""Exports of reports: what an editor has typed isn't calculated by a spreadsheet."""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail_localize.models import StringTranslation

from partners.delivery.models import Failure
from partners.delivery.report import URL_NAME as FAULTS
from partners.desk.export import FORMULA
from partners.desk.findings_report import URL_NAME as FINDINGS
from partners.desk.terms import URL_NAME as GLOSSARY
from partners.desk.translation_overview import URL_NAME as OVERVIEW
from partners.models import Term, TermWord

EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture
def evil(kis_page):
    """A page whose title a spreadsheet would calculate, listed by each report."""
    page = kis_page("triade")
    page.title, page.check_again_by = EVIL, datetime.date(2020, 1, 1)
    page.save_revision().publish()
    type(page).objects.filter(alias_of=None, translation_key=page.translation_key).update(
        title=EVIL, draft_title=EVIL
    )
    Failure.objects.create(page_id=page.pk, error="@SUM(1)", retry_at=timezone.now())
    term = Term(word="Netzwerk")
    term.words = [TermWord(language="sk", word="zväzok")]
    term.save()
    StringTranslation.objects.filter(
        translation_of__data__contains="Netzwerk", locale__language_code="sk"
    ).update(data=EVIL)


def rows(response):
    """The rows of an export in CSV or XLSX."""
    body = b"".join(response.streaming_content)
    if body.startswith(b"PK"):
        [sheet] = load_workbook(io.BytesIO(body)).worksheets
        return [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows()]
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


@pytest.mark.parametrize("report", [OVERVIEW, FINDINGS, GLOSSARY, FAULTS])
def test_nothing_in_an_export_is_a_formula(evil, editor, report):
    found = rows(editor.get(reverse(report), {"export": "csv"}))
    cells = [cell for row in found for cell in row]
    assert [cell for cell in cells if cell.startswith(("'=", "'@"))]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    kinds = {
        kind
        for row in rows(editor.get(reverse(report), {"export": "xlsx"}))
        for kind, value in row
        if str(value).startswith(FORMULA)
    }
    assert kinds == {"s"}
