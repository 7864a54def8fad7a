"""The lab site with one fault in its settings, which ``FAULT`` in the environment names."""

import os

from lab_settings import *  # noqa: F403
from lab_settings import BASE_DIR, INSTALLED_APPS, KIS_PARTNERS, MIDDLEWARE

match os.environ["FAULT"]:
    case "last":
        INSTALLED_APPS = [*(one for one in INSTALLED_APPS if one != "kis_partners"), "kis_partners"]
    case "zones":
        USE_TZ = False
    case "languages":
        del WAGTAIL_CONTENT_LANGUAGES  # noqa: F821
        WAGTAIL_I18N_ENABLED = False
    case "locale":
        MIDDLEWARE = [one for one in MIDDLEWARE if not one.endswith("LocaleMiddleware")]
    case "values":
        KIS_PARTNERS = {**KIS_PARTNERS, "MAX_BYTES": "262144", "HEADLESS": "no"}
    case "folder":
        KIS_PARTNERS = {**KIS_PARTNERS, "CONTENT": BASE_DIR / "nowhere"}
