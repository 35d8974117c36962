"""Everything that differs between installations comes from the environment; .env.example describes each name."""

import os
import re
from pathlib import Path
from typing import Any

import dj_database_url
from cryptography.fernet import Fernet
from django.utils.translation import gettext_lazy as _

from hotline import beat, logs
from hotline.environment import SettingError, choice, flag, items, number, rate, refuse_unknown, text
from hotline.local import services
from hotline.local.keys import local_keys

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "PYTEST_VERSION" in os.environ
DEBUG = flag("DEBUG", False)

# Where things are. A local installation keeps its servers, secrets and files under var/.
VAR_DIR = Path(text("HOTLINE_VAR_DIR", str(BASE_DIR / "var")))
DATA_DIR = Path(text("HOTLINE_DATA_DIR", str(BASE_DIR.parent / "shared" / "data")))
DATABASE_URL = text("DATABASE_URL", "")
REDIS_URL = text("REDIS_URL", "")
LOCAL = flag("HOTLINE_LOCAL", TESTING or not (DATABASE_URL or REDIS_URL))
for _name, _url in (("DATABASE_URL", DATABASE_URL), ("REDIS_URL", REDIS_URL)):
    if not (_url or LOCAL):
        raise SettingError(_name, "must be set where no local servers are started")

# Secrets. Only a local installation may make its own; anywhere else they are given, or nothing starts.
_made = local_keys(VAR_DIR) if LOCAL or DEBUG else {}
SECRET_KEY = text("SECRET_KEY", _made.get("SECRET_KEY"))
CALLER_KEYS = items("CALLER_KEYS", text("CALLER_KEYS", _made.get("CALLER_KEYS")))
CALLER_HASH_KEY = text("CALLER_HASH_KEY", _made.get("CALLER_HASH_KEY"))
for _name, _secret in (("SECRET_KEY", SECRET_KEY), ("CALLER_HASH_KEY", CALLER_HASH_KEY)):
    if not DEBUG and (len(_secret) < 32 or _secret.startswith(("django-insecure", "change"))):
        raise SettingError(_name, "is a default or too short: give it 32 random characters or more")
for _key in CALLER_KEYS:
    try:
        Fernet(_key)
    except ValueError:
        raise SettingError("CALLER_KEYS", "must be Fernet keys (32 random bytes, base64), by commas") from None

# The city, as pages and messages call it.
CITY_NAME = text("CITY_NAME", "云州市")
TIME_ZONE = text("TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "hotline.static.StaticFiles",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "hotline",
    "desk",
    "oversight",
    "loading",
    "callbacks",
    "referrals",
    "workorders",
    "notices",
    "staff",
]

MIDDLEWARE = [
    "hotline.middleware.request_id",
    "hotline.headers.every_answer",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hotline.middleware.no_nul",
    "desk.sessions.LostSessionMiddleware",
    "desk.sessions.SecondFactorMiddleware",
    "desk.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "hotline.urls"
WSGI_APPLICATION = "hotline.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context.shell",
            ],
        },
    },
]

# PostgreSQL. A query that runs longer than a person waits is a fault, so the server ends it; a report may take longer.
DATABASE_POOLED = flag("DATABASE_POOLED", False)
_conn_max_age = number("DATABASE_CONN_MAX_AGE", 60, most=3600)


def _database(setting: str, url: str, *server: str, connect_timeout: int = 5, pooled: bool = False) -> dict[str, Any]:
    """A database by its address, with settings of the server for our sessions; a pooler takes none of them."""
    words = "postgres://user:password@host:5432/name"
    try:
        told: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        raise SettingError(setting, f"must look like {words}") from None
    if told.get("ENGINE") != "django.db.backends.postgresql":
        raise SettingError(setting, f"must name a PostgreSQL server: {words}")
    options = {
        "connect_timeout": connect_timeout,
        "application_name": "hotline",
        # A machine that vanished without a word is given up after half a minute, not after a quarter of an hour.
        **{"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000},
    }
    return told | {
        "ENGINE": "hotline.database",
        "CONN_MAX_AGE": _conn_max_age,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "OPTIONS": told.get("OPTIONS", {})
        | options
        | ({} if pooled else {"options": " ".join(f"-c {one}" for one in server)}),
    }


_timeout = number("DATABASE_STATEMENT_TIMEOUT", 30, least=0, most=3600)
_report_timeout = number("REPORT_STATEMENT_TIMEOUT", 120, least=0, most=3600)
DATABASES: dict[str, Any] = {
    "default": _database(
        "DATABASE_URL",
        DATABASE_URL or services.postgres(VAR_DIR, testing=TESTING).url(),
        f"statement_timeout={_timeout}s",
        "idle_in_transaction_session_timeout=300s",
        pooled=DATABASE_POOLED,
    )
    | {"TEST": {"NAME": text("TEST_DATABASE_NAME", f"test_hotline_{os.getpid()}")}}
}
REPLICA_URL = text("REPLICA_URL", "")
REPLICA_LAG = number("REPLICA_LAG", 30, least=0, most=86400)
if REPLICA_URL:
    DATABASES["replica"] = _database(
        "REPLICA_URL",
        REPLICA_URL,
        f"statement_timeout={_report_timeout}s",
        "default_transaction_read_only=on",
        connect_timeout=2,
    ) | {"TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["oversight.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The broker carries tasks, heartbeats and the API's throttling counts. Pages work while it is away.
BROKER_URL = REDIS_URL or services.valkey(VAR_DIR, testing=TESTING).url()
if not BROKER_URL.startswith(("redis://", "rediss://", "unix://")):
    raise SettingError("REDIS_URL", "must look like redis://:password@host:6379/0")
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if TESTING
    else {
        "BACKEND": "hotline.cache.ForgivingRedisCache",
        "LOCATION": BROKER_URL,
        "KEY_PREFIX": "hotline",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
CELERY = {
    "broker_url": BROKER_URL,
    "broker_transport": "hotline.broker:Transport",
    "broker_connection_timeout": 3,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,  # a worker waits for its broker as long as it takes
    "broker_channel_error_retry": True,  # one without room takes nothing, and is waited for as one that is away
    "broker_transport_options": {
        "visibility_timeout": 1800,  # seconds until an unfinished task goes to another worker; longer than any may run
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "max_retries": 1,
        "health_check_interval": 25,
    },
    # A page must not wait for a broker that is away: one quick retry, then the sweep picks the row up later.
    "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2},
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_soft_time_limit": 600,
    "task_time_limit": 660,
    "task_ignore_result": True,
    "task_default_queue": "hotline",
    "task_serializer": "json",
    "accept_content": ["json"],
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "worker_max_tasks_per_child": 1000,
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    "timezone": TIME_ZONE,
    "beat_schedule": beat.schedule(number("CLOCK_SECONDS", 20, least=1, most=3600)),
    "beat_scheduler": "hotline.scheduler:Scheduler",
    "beat_max_loop_interval": 5,  # seconds between two signs of life at most
}

# People.
AUTH_USER_MODEL = "staff.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
# What is typed first in this city, besides its name: its name in pinyin, its districts, the hall's.
PASSWORD_WORDS = items("PASSWORD_WORDS")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name, "OPTIONS": options}
    for name, options in (
        (
            "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
            {"user_attributes": ("username", "name", "phone", "email")},
        ),
        ("django.contrib.auth.password_validation.MinimumLengthValidator", {"min_length": 10}),
        ("staff.passwords.GuessableValidator", {}),
        ("django.contrib.auth.password_validation.NumericPasswordValidator", {}),
    )
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_AGE = number("SESSION_HOURS", 12, least=1, most=24 * 30) * 3600
SESSION_LONGEST = number("SESSION_LONGEST_HOURS", 24, least=1, most=24 * 30) * 3600
SESSION_ENGINE = "staff.sessions"
AUTHENTICATION_BACKENDS = ["staff.signing_in.Backend"]

# Roles whose people give a second factor; anybody may.
SECOND_FACTOR_ROLES = items("SECOND_FACTOR_ROLES")

# Days for which records are kept; 0 is for ever. What each rule is about: manage.py retain --dry-run.
KEEP = {
    "callers": number("KEEP_CALLERS", 1095, most=36_500),
    "texts": number("KEEP_TEXTS", 3650, most=36_500),
    "drafts": number("KEEP_DRAFTS", 90, most=36_500),
    "notices": number("KEEP_NOTICES", 365, most=36_500),
    "exports": number("KEEP_EXPORTS", 1095, most=36_500),
    "looks": number("KEEP_LOOKS", 1095, most=36_500),
    "reveals": number("KEEP_REVEALS", 1095, most=36_500),
    "sign_in_log": number("KEEP_SIGN_IN_LOG", 1095, most=36_500),
}
for _name in ("EXPORTS", "LOOKS", "REVEALS", "SIGN_IN_LOG"):
    if 0 < KEEP[_name.lower()] < 187:
        raise SettingError(f"KEEP_{_name}", "must be 187 or more: the law wants six months, and so does the database")
if KEEP["texts"] and not 0 < KEEP["callers"] <= KEEP["texts"]:
    raise SettingError("KEEP_TEXTS", "must not be less than KEEP_CALLERS: the caller goes before the texts")

# Days until a program's token expires.
TOKEN_DAYS = number("TOKEN_DAYS", 365, least=1, most=3650)

# Languages: the browser's at first, then the one chosen on the page.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True

# Static files: our own, and the packages of package.json as they are.
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
VENDOR = {
    "vendor/tabler": NODE_MODULES / "@tabler" / "core" / "dist",
    "vendor/tabler-icons": NODE_MODULES / "@tabler" / "icons-webfont" / "dist",
    "vendor/echarts": NODE_MODULES / "echarts" / "dist",
}
STATICFILES_DIRS: list[Any] = [
    BASE_DIR / "static",
    *((prefix, folder) for prefix, folder in VENDOR.items() if folder.is_dir()),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "hotline.static.PackedStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG

# Attachments: below a folder no address leads to. What is uploaded is kept for the addresses that want files only.
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_HANDLERS = ["workorders.files.spool.Spool"]
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
_file_mb = number("ATTACHMENT_FILE_MB", 50, least=1, most=4096)
ATTACHMENT_FILE_BYTES = _file_mb << 20
ATTACHMENT_ORDER_BYTES = number("ATTACHMENT_ORDER_MB", max(500, _file_mb), least=_file_mb, most=1 << 20) << 20
CLAMD_URL = text("CLAMD_URL", "")
if CLAMD_URL and not re.fullmatch(r"tcp://[^/:]+:\d{1,5}|tcp://\[[0-9a-fA-F:]+\]:\d{1,5}|unix:///.+", CLAMD_URL):
    raise SettingError("CLAMD_URL", "must look like tcp://clamav:3310 or unix:///run/clamav/clamd.ctl")
CLAMD_SECONDS = number("CLAMD_SECONDS", 30, least=1, most=600)

# The web's dangers.
_own_hosts = "localhost,127.0.0.1,[::1]" if LOCAL or DEBUG else None
ALLOWED_HOSTS = items("ALLOWED_HOSTS", _own_hosts)
CSRF_TRUSTED_ORIGINS = items("CSRF_TRUSTED_ORIGINS", "")
HTTPS = flag("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# No script reads a cookie. By https no neighbouring host of the same domain can set one of these.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
_prefix = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sessionid", f"{_prefix}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_prefix}django_language"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = number("HSTS_SECONDS", 3600) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("HSTS_SUBDOMAINS", False)
_proxy_header = text("PROXY_SSL_HEADER", "")
SECURE_PROXY_SSL_HEADER = (f"HTTP_{_proxy_header.upper().replace('-', '_')}", "https") if _proxy_header else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Messages that leave the house.
MESSAGE_LANGUAGE = choice("MESSAGE_LANGUAGE", "zh-hans", ("en", "zh-hans"))
SITE_URL = text("SITE_URL", "http://localhost:8000").rstrip("/")
EMAIL_BACKEND = "django.core.mail.backends." + ("smtp" if text("EMAIL_HOST", "") else "console") + ".EmailBackend"
EMAIL_HOST = text("EMAIL_HOST", "localhost")
EMAIL_PORT = number("EMAIL_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = text("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("EMAIL_FROM", "hotline@localhost")
SMS_GATEWAY_URL = text("SMS_GATEWAY_URL", "")
SMS_GATEWAY_TOKEN = text("SMS_GATEWAY_TOKEN", "")
if SMS_GATEWAY_URL and not SMS_GATEWAY_URL.startswith(("https://", "http://")):
    raise SettingError("SMS_GATEWAY_URL", "must look like https://sms.example.org/send")
# Hosts inside our own network that may be asked all the same (notices.outgoing).
OUTGOING_ALLOWED_HOSTS = [host.lower() for host in items("OUTGOING_ALLOWED_HOSTS")]

# The API.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "staff.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "hotline.schema.Schema",
    "EXCEPTION_HANDLER": "hotline.api.say_no",
    "DEFAULT_THROTTLE_CLASSES": [
        "hotline.throttling.OfAddress",
        "hotline.throttling.OfPerson",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": rate("API_RATE_ANONYMOUS", "60/min"),
        "user": rate("API_RATE", "1200/min"),
    },
    "NUM_PROXIES": number("PROXIES", 0, most=10),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Citizen hotline",
    "DESCRIPTION": "Read a record, find in its `moves` what you may do with it, send the fields to the move's address.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "list", "validatorUrl": None},
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "hotline.schema.told_whole"],
    "ENUM_NAME_OVERRIDES": {
        "OrderStatus": "workorders.models.choices.Status",
        "ReferralStatus": "referrals.models.Status",
        "CallbackStatus": "callbacks.models.Status",
        "Kind": "workorders.models.choices.Kind",
        "StepKind": "workorders.models.choices.StepKind",
        "DepartmentKind": "staff.models.Department.Kind",
        "Satisfaction": "callbacks.models.Satisfaction",
    },
}

LOGGING = logs.configuration(
    level=choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    readable=choice("LOG_FORMAT", "json", ("json", "text")) == "text",
)

refuse_unknown("HOTLINE_")
