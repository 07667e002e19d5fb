"""All settings of Muster, read from the environment once at start.

Every variable is described in docs/how-it-works/settings.md.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from muster.privacy.keys import KeyRing

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def flag(name: str) -> bool:
    """Whether the variable is set to 1."""
    return os.environ.get(name, "") == "1"


# -- where things rest ---------------------------------------------------------------------------
DEMO = flag("MUSTER_DEMO")
DATA = Path(os.environ.get("MUSTER_DATA", BASE_DIR / "var" / "muster")).resolve()
KEYS = KeyRing(
    Path(os.environ.get("MUSTER_KEYS", DATA / "keys" if DEMO else Path("/etc/muster/keys"))),
    data=DATA,
    demo=DEMO,
)
KEYSTORE = DATA / "keystore" / "keystore.sqlite3"
FILES = DATA / "files"
BACKUPS = Path(os.environ.get("MUSTER_BACKUPS", DATA / "backups"))

# -- how it is reached ---------------------------------------------------------------------------
HOST = os.environ.get("MUSTER_HOST", "localhost")
PORT = int(os.environ.get("MUSTER_PORT", "8765"))
BIND = os.environ.get("MUSTER_BIND", "127.0.0.1")
BEHIND_PROXY = os.environ.get("MUSTER_BEHIND_PROXY", "")
TLS_CERTIFICATE = os.environ.get("MUSTER_TLS_CERTIFICATE", "")
TLS_KEY = os.environ.get("MUSTER_TLS_KEY", "")
TLS = not DEMO
SITE = (
    f"https://{HOST}" + (f":{PORT}" if TLS and not BEHIND_PROXY and PORT != 443 else "")
    if TLS
    else f"http://{HOST}:{PORT}"
)
ALLOWED_HOSTS = [HOST, "localhost"]
CSRF_TRUSTED_ORIGINS = [SITE]
INTERNAL_IPS: list[str] = []

DEBUG = False
SECRET_KEY = KEYS.text("signing")

INSTALLED_APPS = [
    "muster.pages",
    "muster.people",
    "muster.privacy",
    "muster.curriculum",
    "muster.markbook",
    "muster.attendance",
    "muster.emergency",
    "muster.exchange",
    "muster.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "muster.config.middleware.NumberedErrors",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "muster.config.middleware.never_stored",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "muster.people.signin.middleware.SignedIn",
]

ROOT_URLCONF = "muster.config.urls"
WSGI_APPLICATION = "muster.config.wsgi.application"
FORM_RENDERER = "muster.pages.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "muster.people.shell.shell",
            ],
            "builtins": ["muster.pages.templatetags.words", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# -- the database --------------------------------------------------------------------------------


def postgres(url: str) -> dict[str, object]:
    """Django's settings for a `postgres://user:password@host:port/name` address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("MUSTER_DATABASE_URL must look like postgres://user:password@host:5432/name.")
    options: dict[str, object] = {}
    host = parts.hostname or ""
    for pair in filter(None, parts.query.split("&")):
        name, _, value = pair.partition("=")
        if name == "host":
            host = unquote(value)
        else:
            options[name] = unquote(value)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASE_URL = os.environ.get("MUSTER_DATABASE_URL", "")
DATABASES = {
    "default": postgres(DATABASE_URL)
    if DATABASE_URL
    else {
        "ENGINE": "muster.privacy.sqlcipher",
        "NAME": DATA / "muster.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"key": KEYS.reader("data")},
    }
}
ENCRYPTED_VOLUME = os.environ.get("MUSTER_ENCRYPTED_VOLUME", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Limits on wrong guesses and used one-time codes must hold across processes, so the cache is a table.
# Culling drops rows in the order of their keys, live counters among them, so it must never be reached by guessing alone.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# -- who is signed in ----------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["muster.people.signin.kept.AccountOfSession"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "muster.people.signin.passwords.GoodPassword"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

SESSION_ENGINE = "muster.people.signin.kept"
SESSION_COOKIE_NAME = "__Host-muster" if TLS else "muster"
SESSION_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_COOKIE_NAME = "__Host-muster-csrf" if TLS else "muster-csrf"
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "muster.config.errors.forged"

ACCOUNT_ADAPTER = "muster.people.signin.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Muster's own limits (by account and device first, delay and never lock) stand in muster.people.signin.limits; False
# switches allauth's off, which an empty table would not.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "muster.people.signin.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
USERSESSIONS_TRACK_ACTIVITY = False
SECOND_FACTOR_REQUIRED = not DEMO

# -- headers -------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = False
# W008 asks for that redirect. Muster never opens a plain port to redirect from (see `muster serve`).
SILENCED_SYSTEM_CHECKS = ["security.W008"]
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
        "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb", "xr-spatial-tracking",
    )
}  # fmt: skip
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 13_000_000  # a picture of 12 MB, and what comes with it
# Never through a temporary file: what is sent may name children, and the disk outside the data file is not encrypted.
FILE_UPLOAD_HANDLERS = ["muster.exchange.uploads.InMemory"]

# -- words, dates, files -------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "muster" / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES}},
    "staticfiles": {"BACKEND": "muster.config.storage.Files"},
}
WHITENOISE_USE_FINDERS = flag("MUSTER_RELOAD")
WHITENOISE_AUTOREFRESH = flag("MUSTER_RELOAD")
if flag("MUSTER_RELOAD"):
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# -- letters -------------------------------------------------------------------------------------
SMTP_URL = os.environ.get("MUSTER_SMTP_URL", "")
if SMTP_URL:
    smtp = urlsplit(SMTP_URL)
    EMAIL_HOST, EMAIL_PORT = smtp.hostname or "localhost", smtp.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(smtp.username or ""), unquote(smtp.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = smtp.scheme == "smtps", smtp.scheme == "smtp+tls"
    EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("MUSTER_FROM", f"muster@{HOST}")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "muster.config.logs.Line"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {
        "muster": {"level": "WARNING" if DEMO else "INFO"},
        # Django's own lines quote addresses and request bodies; ours carry ids only.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "ERROR"},
    },
}
