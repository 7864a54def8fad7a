"""The site in production, with the systems beside it that it is compared with."""

from kis_wagtail.settings.production import *

ROOT_URLCONF = "benchmarks.delivery.urls"

# A server without answers in a cache keeps all else there, such as Wagtail's addresses of sites.
if env.bool("BENCHMARK_UNCACHED", default=False):
    KIS_PARTNERS = {**KIS_PARTNERS, "CACHE_SLOTS": 0}
