"""Settings for the test suite; the database is that of ``DATABASE_URL``."""

import os
import tempfile

from kis_wagtail.settings.base import *

DEBUG = False
SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["*"]
MEDIA_ROOT = tempfile.mkdtemp(prefix="kis-media-")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WAGTAILADMIN_BASE_URL = "http://testserver"
# The suffix of the test database, so that several runs can share a machine.
_lane = os.environ.get("KIS_LANE", "")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, so that it can begin as a copy of a prepared one.
    VAR_DIR.mkdir(exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / f"test{_lane}.sqlite3"}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_{DATABASES['default']['NAME']}{_lane}"}
