"""Dates in Latvian forms."""

DATE_INPUT_FORMATS = ["%d.%m.%Y.", "%d.%m.%Y"]
DATETIME_INPUT_FORMATS = ["%d.%m.%Y. %H:%M", "%d.%m.%Y %H:%M"]
TIME_INPUT_FORMATS = ["%H:%M"]
