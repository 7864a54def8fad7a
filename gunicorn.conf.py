"""How gunicorn runs the site, but for what the command line says."""

import os

from partners.site import logs

worker_class = "gthread"
threads = 4
# Path and status, without query, referrer, address and browser: a query may be a search term, and
# who reads these pages is nobody's business.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(b)s %({x-request-id}o)s'
# gunicorn's own lines, of workers that start and end, in the same form as those of the site, which
# logs requests itself if LOG_REQUESTS says so.
if os.environ.get("LOG_FORMAT") == "json":
    logconfig_dict = logs.configuration(as_json=True)
    logconfig_dict["loggers"] = {
        name: {"level": level, "handlers": ["console"], "propagate": False, "qualname": name}
        for name, level in (("gunicorn.error", "INFO"), ("gunicorn.access", "CRITICAL"))
    }
