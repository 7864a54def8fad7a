"""Exports of reports that a spreadsheet shows and doesn't calculate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language, override
from wagtail.admin.views.reports import ReportView

#: What a cell of a formula begins with, by OWASP's description of CSV injection.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class PlainReportView(ReportView):
    """A report whose files are in the user's language, and hold no formulas.

    In CSV files, what begins like a formula has an apostrophe in front of it; in XLSX files Wagtail
    writes every text as a text.
    """

    def stream_csv(self, queryset: Any) -> Iterator[Any]:
        # The answer is read when the request, and with it the user's language, is over.
        language = get_language()

        def lines() -> Iterator[Any]:
            rows = super(PlainReportView, self).stream_csv(queryset)
            while True:
                with override(language):
                    line = next(rows, None)
                if line is None:
                    return
                yield line

        return lines()

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        value = super().preprocess_field_value(field, value, export_format)
        if export_format == self.FORMAT_CSV and isinstance(value, str):
            return f"'{value}" if value.startswith(FORMULA) else value
        return value
