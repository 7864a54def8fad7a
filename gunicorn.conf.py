"""How gunicorn runs the site, but for what the command line says."""

worker_class = "gthread"
threads = 4
# Path and status, without query, referrer, address and browser: a query may be a search term, and
# who reads these pages is nobody's business.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(b)s'
