"""Settings in the order in which Django documents them; machines differ by environment only.

The README's table lists every variable with its meaning and default.
"""

from datetime import timedelta
from email.utils import formataddr
from pathlib import Path

from nexa import clients, env, policy, stores, theme
from nexa.logging import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"


def app_env() -> str:
    names = ("development", "production", "test")
    return env.choice("APP_ENV", names, default=env.choice("NODE_ENV", names, "development"))


if app_env() == "development":
    env.read_dotenv(BASE_DIR / ".env")
APP_ENV = app_env()
PRODUCTION, TESTING = APP_ENV == "production", APP_ENV == "test"
STRICT = env.REQUIRED if PRODUCTION else None

# Where it is reached
PORT = env.number("PORT", 8000, least=1, most=65535)
DEBUG = env.flag("DEBUG", default=APP_ENV == "development")
LOCAL_HOSTS = [] if PRODUCTION else ["localhost", ".localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.csv("ALLOWED_HOSTS", LOCAL_HOSTS)
FIRST_HOST = next((host.lstrip(".") for host in ALLOWED_HOSTS if host != "*"), "localhost")
OWN_ADDRESS = f"https://{FIRST_HOST}" if PRODUCTION else f"http://127.0.0.1:{PORT}"
FRONTEND_URL = env.url("FRONTEND_URL", OWN_ADDRESS)
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, most=10)
WEB_THREADS = env.number("WEB_THREADS", 8, least=1, most=100)

# Amazon's services
AWS_REGION = env.text("AWS_REGION", "us-east-1")
AWS_ACCESS_KEY_ID = env.secret("AWS_ACCESS_KEY_ID", None)
AWS_SECRET_ACCESS_KEY = env.secret("AWS_SECRET_ACCESS_KEY", None)

# Cache
REDIS_URL = stores.redis_url()
CACHES = {"default": stores.cache(REDIS_URL)}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
DJANGO_REDIS_LOGGER = "nexa.cache"

# Database
DATABASES = {"default": stores.database(BASE_DIR, testing=TESTING)}
ALLOW_SQLITE = env.flag("ALLOW_SQLITE", default=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Jobs; what is the same on every machine stands in nexa/celery.py
QUEUE_DIR = BASE_DIR / env.text("QUEUE_DIR", "queue")
CELERY_BROKER_URL = stores.broker_url(REDIS_URL, testing=TESTING)
CELERY_BROKER_TRANSPORT_OPTIONS = stores.broker_options(CELERY_BROKER_URL, QUEUE_DIR, AWS_REGION)
CELERY_BROKER_USE_SSL = stores.redis_tls(CELERY_BROKER_URL) or None
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = env.text("QUEUE_NAME", "nexa")
CELERY_BEAT_SCHEDULE_FILENAME = str(QUEUE_DIR / "beat")

# Mail
MAIL = env.choice("MAIL", tuple(stores.MAILS), default="ses" if PRODUCTION else "console")
EMAIL_BACKEND = stores.MAILS[MAIL]
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = str(BASE_DIR / env.text("MAIL_DIR", "outbox"))
if MAIL == "smtp":
    EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL = (
        stores.smtp()
    )
AWS_SES_REGION_NAME = env.text("AWS_SES_REGION", AWS_REGION)
AWS_SES_FROM_NAME = env.text("AWS_SES_FROM_NAME", "Nexa CRM")
AWS_SES_FROM_EMAIL = env.text("AWS_SES_FROM_EMAIL", "" if PRODUCTION else "crm@nexa.example")
AWS_SES_CONFIGURATION_SET = env.text("AWS_SES_CONFIGURATION_SET", "") or None
if MAIL == "ses":
    USE_SES_V2 = True
    AWS_SES_AUTO_THROTTLE = 0  # MAIL_RATE_PER_SECOND holds over all processes
    AWS_SES_CONFIG = stores.SES_CONFIG
    if env.given("AWS_SES_ENDPOINT_URL"):
        AWS_SES_REGION_ENDPOINT_URL = env.url("AWS_SES_ENDPOINT_URL")
AWS_SNS_TOPIC_ARNS = env.csv("AWS_SNS_TOPIC_ARNS")
DEFAULT_FROM_EMAIL = formataddr((AWS_SES_FROM_NAME, AWS_SES_FROM_EMAIL))
SERVER_EMAIL = AWS_SES_FROM_EMAIL
MAIL_FROM_ALLOWED = env.csv("MAIL_FROM_ALLOWED")  # further senders: addresses, or @domain
MAIL_RATE_PER_SECOND = env.number("MAIL_RATE_PER_SECOND", 0 if TESTING else 14)
MAIL_DAILY_PER_USER = env.number("MAIL_DAILY_PER_USER", 500)
TRACKING_URL = env.url("TRACKING_URL", FRONTEND_URL)  # pixels and unsubscribing lead here

# Files: never served by address, only through the permission check
STORAGE = env.choice("STORAGE", ("local", "s3"), default="local")
MEDIA_ROOT = BASE_DIR / env.text("MEDIA_DIR", "files")
MAX_BODY_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = ["crm.core.uploads.DiskUploadHandler"]
FILE_UPLOAD_TEMP_DIR = env.text("UPLOAD_DIR", "") or None  # the system's own where not named
MAX_UPLOAD_MB = env.number("MAX_UPLOAD_MB", 25, least=1)
MAX_DIRECT_UPLOAD_MB = env.number("MAX_DIRECT_UPLOAD_MB", 5000, least=1, most=5000)

# Globalisation
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# HTTP
ROOT_URLCONF = "nexa.urls"
WSGI_APPLICATION = "nexa.wsgi.application"
MIDDLEWARE = [
    "nexa.middleware.RequestMiddleware",
    "nexa.middleware.SoundRequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "nexa.policy.ContentPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "nexa.middleware.SlashMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.pagesessions.PageSessionMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nexa.middleware.PersonMiddleware",
    "axes.middleware.AxesMiddleware",
]
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^health(/|$)"]  # load balancers ask without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_REFERRER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = policy.PAGES

# Logging
LOG_LEVEL = env.log_level("LOG_LEVEL", "WARNING" if TESTING else "INFO")
LOG_DIR = BASE_DIR / env.text("LOG_DIR") if env.given("LOG_DIR") else None
LOGGING = logging_settings(level=LOG_LEVEL, as_json=PRODUCTION, log_dir=LOG_DIR)

# Models: the applications
INSTALLED_APPS = [
    "nexa",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    *theme.PAGE_APPS,
    "axes",
    "accounts",
    "crm",
]
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # an email is unique among the people who are not deleted, by a constraint
    "axes.W006",  # lock-out counts accounts; the throttle of the login calls counts addresses
    "security.W005",  # HSTS for subdomains and preloading are the domain owner's to decide
    "security.W021",
]

# Security: three different secrets, so that a token of one kind never passes for another
SECRET_KEY = env.secret("SECRET_KEY", STRICT) or "insecure-secret-key-for-development-only"
SECRET_KEY_FALLBACKS = env.csv("SECRET_KEY_FALLBACKS")
JWT_SECRET = env.secret("JWT_SECRET", STRICT) or "insecure-jwt-secret-for-development-only"
REFRESH_TOKEN_SECRET = (
    env.secret("REFRESH_TOKEN_SECRET", STRICT) or "insecure-refresh-secret-for-development-only"
)
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_NAME = "__Host-csrftoken" if PRODUCTION else "csrftoken"

# Templates
TEMPLATES = theme.templates(BASE_DIR / "templates")
FORM_RENDERER = "nexa.ids.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "accounts.hashers.PlainBcryptHasher",
]
if TESTING:  # bcrypt is slow by design; hundreds of tests sign in
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": f"{VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{VALIDATORS}.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

# Sessions and static files
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if REDIS_URL else 'db'}"
SESSION_COOKIE_NAME = "__Host-sessionid" if PRODUCTION else "sessionid"
STATIC_URL = "/static/"
# elsewhere found in place
STATIC_ROOT = BASE_DIR / env.text("STATIC_DIR", "staticfiles") if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = stores.LEFT_PLAIN
WHITENOISE_AUTOREFRESH = DEBUG or TESTING  # else every test client lists all files first
STORAGES = {
    "default": stores.files(STORAGE, AWS_REGION),
    "staticfiles": stores.static_files(production=PRODUCTION),
}

# Lock-out: ten wrong passwords close an account for ten minutes, whatever the address
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_FORM_FIELD = "username"  # what authenticate() and Django's forms call it
AXES_USERNAME_CALLABLE = "accounts.sessions.account_of"
AXES_LOCKOUT_CALLABLE = "nexa.errors.locked_out"
AXES_FAILURE_LIMIT = 10
LOGIN_LOCKOUT_MINUTES = 10
AXES_COOLOFF_TIME = timedelta(minutes=LOGIN_LOCKOUT_MINUTES)
AXES_RESET_ON_SUCCESS = True
# Else a stranger's steady guessing would keep the owner out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "nexa.middleware.client_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # ours shows it in the staff site's own look

# Calls from other sites' pages
CORS_URLS_REGEX = r"^/(api/|health).*$"
CORS_ORIGINS = env.origins("CORS_ORIGIN", [env.origin(FRONTEND_URL)])
CORS_ALLOW_ALL_ORIGINS = "*" in CORS_ORIGINS
CORS_ALLOWED_ORIGINS = [origin for origin in CORS_ORIGINS if origin != "*"]
CORS_ALLOWED_ORIGIN_REGEXES = [] if PRODUCTION else [clients.LOCAL_ORIGINS]
CORS_ALLOW_METHODS = clients.METHODS
CORS_ALLOW_HEADERS = clients.SENT_HEADERS
CORS_EXPOSE_HEADERS = clients.SHOWN_HEADERS
# sites whose pages may send enquiries; none switches the web form off
WEB_FORM_ORIGINS = env.origins("WEB_FORM_ORIGINS", [])
CSRF_TRUSTED_ORIGINS = sorted({env.origin(FRONTEND_URL), *CORS_ALLOWED_ORIGINS})

# API
REST_FRAMEWORK = clients.REST_FRAMEWORK
SPECTACULAR_SETTINGS = clients.document(VERSION)

# Tokens
ACCESS_TOKEN_LIFETIME = env.duration("JWT_EXPIRES_IN", "1h")
REFRESH_TOKEN_LIFETIME = env.duration("REFRESH_TOKEN_EXPIRES_IN", "30d")
SIMPLE_JWT = clients.tokens(JWT_SECRET, ACCESS_TOKEN_LIFETIME, REFRESH_TOKEN_LIFETIME)

# Limits; 0 switches one off, as in tests
RATE_LIMIT_WINDOW_SECONDS = env.number("RATE_LIMIT_WINDOW_MS", 900_000, least=1000) // 1000
RATE_LIMIT_MAX_REQUESTS = env.number("RATE_LIMIT_MAX_REQUESTS", 0 if TESTING else 100)
RATE_LIMIT_USER_PER_MINUTE = env.number("RATE_LIMIT_USER_PER_MINUTE", 0 if TESTING else 600)
RATE_LIMIT_LOGIN = env.number("RATE_LIMIT_LOGIN", 0 if TESTING else 30)  # address and minute
RATE_LIMIT_WEB_FORM = env.number("RATE_LIMIT_WEB_FORM", 0 if TESTING else 10)  # in 10 minutes
# pixels, unsubscribing and the provider's calls: each, by address and minute
RATE_LIMIT_PUBLIC = env.number("RATE_LIMIT_PUBLIC", 0 if TESTING else 600)

# Health: who may see more than whether all is well
HEALTH_ALLOWED = env.networks("HEALTH_ALLOWED", ["127.0.0.0/8", "::1"])
HEALTH_TOKEN = env.secret("HEALTH_TOKEN", "")

# Staff site
UNFOLD = theme.UNFOLD

# The CRM
CRM_ROUTER = "crm.api.router"
CRM_PAGES = "crm.pages.pages"
CRM_WORDS = "crm.words"
CRM_FURTHER_VALUES = "crm.base44.naming.further_values"
CRM_FURTHER_STAGES = "crm.base44.naming.STAGE_KINDS"
CRM_REACTIONS = "crm.reactions.reactions"
CRM_GUARDS = "crm.guards.guards"
CRM_SCHEDULE = "crm.schedule.schedule"
CRM_QUEUES = "crm.schedule.queues"
CRM_REALTIME_ROWS = "crm.base44.rows.shown"  # what sockets tell of a row; none is our own rows
CRM_MAIL_LINKS = "crm.marketing.links.tracked_address"  # makes tracked links of a mail
WAYS_IN = ("open", "invite", "closed")
REGISTRATION = env.choice("REGISTRATION", WAYS_IN, default="invite" if PRODUCTION else "open")
API_COMPAT = env.choice("API_COMPAT", ("", "base44"), default="")
# the words in which /api/v1 is spoken to; none is our own
CRM_DIALECT = "crm.base44.dialect.Base44Dialect" if API_COMPAT == "base44" else ""
BASE44_APP_ID = env.text("BASE44_APP_ID", "nexa-crm")
BASE44_FUNCTIONS = env.csv("BASE44_FUNCTIONS")  # dotted names of functions, or modules of them
PURGE_DAYS = env.number("PURGE_DAYS", 90, least=1)
