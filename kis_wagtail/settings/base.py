"""Settings for all environments; environment variables set the values of a deployment."""

from pathlib import Path

import environ
from corsheaders.defaults import default_headers as cors_headers
from csp.constants import NONE, SELF
from django import VERSION
from django.utils.translation import gettext_lazy as _

from partners.site import logs

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

INSTALLED_APPS = [
    "kis_wagtail",
    "home",
    "search",
    "signin",
    "partners",
    "partners.delivery",
    "partners.mirror",
    "partners.webhooks",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.api.v2",
    "wagtail_headless_preview",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail",
    "rest_framework",
    "corsheaders",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "partners.site.logs.RequestIdMiddleware",
    "partners.delivery.answers.cache.ConditionalCacheMiddleware",
    "kis_wagtail.middleware.SafetyHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kis_wagtail.middleware.SiteLocaleMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "partners.roles.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "signin.sessions.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "kis_wagtail.urls"
WSGI_APPLICATION = "kis_wagtail.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The folder of database and media in a checkout. A deployment sets DATABASE_URL and MEDIA_ROOT.
VAR_DIR = BASE_DIR / "var"
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers wait for each other for 20 s instead of failing at once; readers never wait.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # PostgreSQL's just-in-time compiler takes longer than it saves on the longest statements:
    # 211 instead of 17 ms at 2,000 pages, 2 s at 5,000.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    # Wagtail's search index has fields of it.
    INSTALLED_APPS.append("django.contrib.postgres")

AUTHENTICATION_BACKENDS = ["partners.roles.rights.LanguageBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Signing in needs a password, and a second factor if a group requires it or the account has one.
# Attempts are counted in the database (signin/limits.py), so allauth's limits in the cache are off.
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_ADAPTER = "signin.adapter.Adapter"
ACCOUNT_FORMS = {"login": "signin.forms.SignInForm"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
# How many reverse proxies add to X-Forwarded-For; what others write into it is never believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "KIS Leipzig"
MFA_FORMS = {
    "authenticate": "signin.forms.CodeForm",
    "reauthenticate": "signin.forms.ConfirmingCodeForm",
}
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "signin.forms.ResetForm"
WAGTAIL_PASSWORD_REQUIRED_TEMPLATE = "signin/password_required.html"
WAGTAILDOCS_PASSWORD_REQUIRED_TEMPLATE = "signin/password_required.html"
SECOND_FACTOR_FOR_SUPERUSERS = env.bool("SECOND_FACTOR_FOR_SUPERUSERS", default=False)
# The longest duration of a session and of a pause in it, in seconds.
SESSION_LIMIT = SESSION_COOKIE_AGE = env.int("SESSION_LIMIT", default=12 * 3600)
SESSION_IDLE_LIMIT = env.int("SESSION_IDLE_LIMIT", default=2 * 3600)
# No cookie stays on a device when the browser is closed.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_AGE = None

# German is the source language; the others are translations.
LANGUAGE_CODE = "de"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("de", _("German")),
    ("en", _("English")),
    ("sk", _("Slovak")),
    ("lv", _("Latvian")),
]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAIL_ALLOW_UNICODE_SLUGS = False
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "kis_wagtail" / "admin_locale"]
FORMAT_MODULE_PATH = "partners.words.formats"
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "kis_wagtail" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "partners.files.storage.MediaStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

WAGTAIL_SITE_NAME = "KIS Leipzig"
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")
WAGTAILAPI_LIMIT_MAX = 100
WAGTAILAPI_RICH_TEXT_FORMAT = "html"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "partners.search.backend"}}
WAGTAILIMAGES_IMAGE_FORM_BASE = "partners.files.forms.CleanImageForm"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# The admin's pages load nothing from other servers.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
# Deleting a German page keeps the texts of its translators.
WAGTAILLOCALIZE_DISABLE_ON_DELETE = True
# Texts are sent to a translation service only if the environment names one and its key.
if MACHINE_TRANSLATION := env.str("MACHINE_TRANSLATION", default=""):
    WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "partners.translating.machine.DiscreetTranslator",
        "OPTIONS": {
            "deepl": {
                "CLASS": "wagtail_localize.machine_translators.deepl.DeepLTranslator",
                "OPTIONS": {"AUTH_KEY": env.str("MACHINE_TRANSLATION_KEY", default="")},
            },
            "libretranslate": {
                "CLASS": "wagtail_localize.machine_translators.libretranslate.LibreTranslator",
                "OPTIONS": {
                    "LIBRETRANSLATE_URL": env.str("MACHINE_TRANSLATION_URL", default=""),
                    "API_KEY": env.str("MACHINE_TRANSLATION_KEY", default=""),
                },
            },
        }[MACHINE_TRANSLATION],
    }

# Mail is printed unless EMAIL_URL is set (smtp+tls://user:password@host:port). From Django 6.1 on,
# mail backends are set in a dictionary, like caches and storages.
_mail = env.email_url("EMAIL_URL", default="consolemail://")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="webmaster@localhost")
if VERSION >= (6, 1):
    _options = {
        "host": _mail.get("EMAIL_HOST"),
        "port": _mail.get("EMAIL_PORT"),
        "username": _mail.get("EMAIL_HOST_USER"),
        "password": _mail.get("EMAIL_HOST_PASSWORD"),
        "use_tls": _mail.get("EMAIL_USE_TLS"),
        "use_ssl": _mail.get("EMAIL_USE_SSL"),
    }
    MAILERS = {
        "default": {
            "BACKEND": _mail["EMAIL_BACKEND"],
            "OPTIONS": {name: value for name, value in _options.items() if value},
        }
    }
else:
    globals().update(_mail)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# "post" keeps search queries out of addresses, logs and histories; "get" allows links to results.
SEARCH_METHOD = "post"

# Public pages load nothing from other servers, and have no inline scripts or styles. The middleware
# SafetyHeadersMiddleware loosens this for the admin and for previews in its frames.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        # The search page asks for results while the reader types.
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "no-referrer"
X_FRAME_OPTIONS = "DENY"
# Browser features that no page needs, switched off.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)

# Lines without query strings, mail addresses and values of rows, those of one request with its id.
# Each request and visitors' addresses are logged only if the environment asks for it.
LOGGING = logs.configuration(
    as_json=env.str("LOG_FORMAT", default="plain") == "json",
    requests=env.bool("LOG_REQUESTS", default=False),
    addresses=env.bool("LOG_ADDRESSES", default=False),
    proxies=ALLAUTH_TRUSTED_PROXY_COUNT,
)

# Scripts on other sites may read, without credentials, what the API gives and leads to, and nothing
# else; with conditions, so that they ask again at the cost of a 304.
CORS_URLS_REGEX = r"^/(api|feeds|embed|oembed|documents|media)/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = [*cors_headers, "cache-control", "if-modified-since", "if-none-match"]
CORS_EXPOSE_HEADERS = [
    *("Content-Language", "Deprecation", "ETag", "Last-Modified", "Link", "Retry-After", "Sunset"),
]

# FRONT_END is the address of the front end that shows the pages; see docs/options.md.
FRONT_END = env.str("FRONT_END", default="")
KIS_PARTNERS = {
    "CONTENT": BASE_DIR / "kis_wagtail" / "content",
    "HEADLESS": bool(FRONT_END),
    "API_ROUTER": "kis_wagtail.api.router",
    # The templates read nothing but content.
    "PAGES_READ": (),
    "CACHED_PATHS": (
        *("/api/", "/feeds/", "/embed/", "/oembed/", "/sitemap.xml"),
        *(f"/{code}/" for code, _name in LANGUAGES),
    ),
    # The internal location of nginx that has the media folder; see examples/nginx/kis.conf.
    "MEDIA_LOCATION": env.str("MEDIA_LOCATION", default=""),
    # Colours and logo: BRAND=light=#0d4f5c,dark=#86d3df,logo=mysite/logo.svg; see docs/options.md.
    "BRAND": env.dict("BRAND", default={}),
    "READY_WITHOUT": tuple(env.list("READY_WITHOUT", default=[])),
}
WAGTAIL_HEADLESS_PREVIEW = {
    "CLIENT_URLS": {"default": "{SITE_ROOT_URL}/preview/"},
    "REDIRECT_ON_PREVIEW": True,
}
