"""Settings for development (``make run``)."""

from django.core.management.utils import get_random_secret_key

from kis_wagtail.settings.base import *

DEBUG = env.bool("DEBUG", default=True)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

VAR_DIR.mkdir(exist_ok=True)
# The key is stored in a file, so that sessions outlast a restart.
_secret = VAR_DIR / "secret_key"
if not _secret.exists():
    _secret.write_text(get_random_secret_key())
    _secret.chmod(0o600)
# A template that somebody edits shows with the next request.
KIS_PARTNERS["PAGES_READ"] = None
SECRET_KEY = _secret.read_text()
# Passkeys work at http://localhost:8000, but not at an IP address.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
