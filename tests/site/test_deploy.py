"""``manage.py check --deploy`` with the production settings, in the environment of a deployment."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

#: The environment that docs/operators.md names.
DOCUMENTED = {
    "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.production",
    "SECRET_KEY": "kJ8-weoir2_dslkf93kdlsDKEle93lspqwmnvbcxyzAAE01zQx",
    "ALLOWED_HOSTS": "www.example.org",
    "BASE_URL": "https://www.example.org",
    "TRUSTED_PROXIES": "1",
    "DATABASE_URL": "postgres://kis@127.0.0.1:5432/kis",
    "CACHE_URL": "redis://127.0.0.1:6379/1",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "kis@example.org",
    "MEDIA_ROOT": "/srv/kis/media",
    "MEDIA_LOCATION": "/_media/",
}


def check(**changes):
    environment = {**os.environ, **DOCUMENTED, **changes}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_the_documented_environment_is_clean():
    status, said = check()
    assert status == 0, said


@pytest.mark.slow
def test_what_has_no_default_is_named_at_once_without_a_traceback():
    names = ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "TRUSTED_PROXIES")
    status, said = check(**dict.fromkeys(names))
    assert status != 0 and "Traceback" not in said
    for name in names:
        assert f"{name} (" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": "x" * 60}, "SECRET_KEY can be guessed."),
        ({"SECRET_KEY": "short-4Kd!"}, "SECRET_KEY can be guessed."),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS allows every host name"),
        ({"BASE_URL": "http://www.example.org"}, "BASE_URL is 'http://www.example.org'"),
        ({"DATABASE_URL": None}, "Set DATABASE_URL"),
        ({"CACHE_URL": None}, "Set CACHE_URL"),
        ({"EMAIL_URL": None}, "Set EMAIL_URL"),
        ({"SECURE_HSTS_SECONDS": "0"}, "security.W004"),
        ({"SECURE_SSL_REDIRECT": "0"}, "security.W008"),
    ],
)
def test_what_is_weak_is_named(changes, sentence):
    status, said = check(**changes)
    assert status != 0
    assert sentence in said
