"""What may stand in this site's logs."""

from __future__ import annotations

import logging
import re

_QUERY = re.compile(r"\?[^\s\"']*")


class WithoutQuery(logging.Filter):
    """Cuts what follows the question mark of an address: it may be what someone searched for."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _QUERY.sub("", record.getMessage())
        record.args = ()
        return True
