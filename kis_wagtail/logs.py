"""A logging filter that keeps query strings out of the logs."""

from __future__ import annotations

import logging
import re

_QUERY = re.compile(r"\?[^\s\"']*")


class WithoutQuery(logging.Filter):
    """Removes the query strings of addresses, because they can contain search terms."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _QUERY.sub("", record.getMessage())
        record.args = ()
        return True
