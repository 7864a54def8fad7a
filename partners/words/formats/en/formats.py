"""Dates in English forms."""

DATE_INPUT_FORMATS = ["%d/%m/%Y"]
DATETIME_INPUT_FORMATS = ["%d/%m/%Y %H:%M"]
TIME_INPUT_FORMATS = ["%H:%M"]
