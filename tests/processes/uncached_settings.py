"""Settings of a process that makes every answer from the pages themselves."""

from tests.processes.settings import *

# Payloads and answers of the workers belong to another release, which this one doesn't serve.
KIS_PARTNERS_RELEASE = "uncached"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
