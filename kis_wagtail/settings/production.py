"""Settings for a server; environment variables set the values of a deployment.

Without those that only the owner can know it doesn't start; ``check --deploy`` looks at the others.
"""

from django.core.exceptions import ImproperlyConfigured

from kis_wagtail.settings.base import *

#: What has no default. A number of proxies that isn't true lets strangers evade the limits of
#: signing in, or count as one with everybody else.
NEEDED = {
    "SECRET_KEY": "50 random characters or more that nobody else knows",
    "ALLOWED_HOSTS": "the host names of the site, with commas between them",
    "BASE_URL": "the address of the site, such as https://www.example.org",
    "TRUSTED_PROXIES": "how many proxies of yours add to X-Forwarded-For; 0 without one",
}
if missing := [f"{name} ({what})" for name, what in NEEDED.items() if not env.str(name, "")]:
    raise ImproperlyConfigured(f"The environment lacks {'; '.join(missing)}.")

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
WAGTAILADMIN_BASE_URL = env.str("BASE_URL")
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# In seconds. A new connection for each request would take longer than most answers.
DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)

if "CACHE_URL" in env:
    CACHES = {"default": env.cache("CACHE_URL")}
    if CACHES["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
        CACHES["default"] = {
            **CACHES["default"],
            "BACKEND": "partners.delivery.answers.redis.ForgivingRedisCache",
            # In seconds, so that a hanging Redis doesn't block requests.
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }

# This process serves static files, after `manage.py collectstatic`.
MIDDLEWARE.insert(2, "whitenoise.middleware.WhiteNoiseMiddleware")
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Probes come by plain HTTP from the machine or the network that the site runs in.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Whether all of a domain, its other hosts included, is served by HTTPS alone, its owner decides.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
