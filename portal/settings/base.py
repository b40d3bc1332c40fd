"""Settings of every environment. The process environment is read here and nowhere else."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from portal.operations.logs import configure_structlog, logging_config
from portal.settings.mail import mail_settings, mailer_at

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

with (BASE_DIR / "pyproject.toml").open("rb") as _project:
    VERSION = tomllib.load(_project)["project"]["version"]

SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list(
    "SECRET_KEY_FALLBACKS", default=[]
)  # while links and sessions of the old key run out
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
SITE_ORIGIN = env("SITE_ORIGIN", default="http://127.0.0.1:8000")
DEMO = env.bool("DEMO", default=False)
TRAINING_CLOCK = env.bool("TRAINING_CLOCK", default=False)
VAR_DIR = Path(env("PORTAL_VAR", default=str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "django_fsm",
    "guardian",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_otp_webauthn",
    "csp",
    "portal.apps.PortalConfig",
    "platforms.apps.PlatformsConfig",
    "applications.apps.ApplicationsConfig",
    "review.apps.ReviewConfig",
]

MIDDLEWARE = [
    "portal.operations.middleware.RequestNumberMiddleware",
    "portal.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.operations.middleware.ProbesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.opendata.copies.PublicCopyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.MethodsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.accounts.sessions.PersonMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.pages.typed.TypedTextMiddleware",
    "portal.accounts.sessions.SessionLimitsMiddleware",
    "portal.middleware.RequestContextMiddleware",
    "portal.middleware.PlainTextMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.pages.context.shell",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The application's role may not alter tables or the trail; migrations run as the owner.
OWNER_COMMANDS = {"migrate", "makemigrations", "makeguards", "test", "flush"}
_database_url = env("DATABASE_URL", default="postgres://portal_app@127.0.0.1:5432/portal")
if OWNER_COMMANDS.intersection(sys.argv[1:2]):
    _database_url = env("DATABASE_OWNER_URL", default=_database_url)
DATABASES = {"default": {**env.db_url_config(_database_url), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "portal.accounts.backends.PortalBackend"]
# Single sign-on by OpenID Connect: off without an issuer. Accounts are found by verified address, never made.
OIDC_ISSUER = env("OIDC_ISSUER", default="")
OIDC_NAME = env("OIDC_NAME", default="统一身份认证")
OIDC_OP_AUTHORIZATION_ENDPOINT = env("OIDC_OP_AUTHORIZATION_ENDPOINT", default="")
OIDC_OP_TOKEN_ENDPOINT = env("OIDC_OP_TOKEN_ENDPOINT", default="")
OIDC_OP_USER_ENDPOINT = env("OIDC_OP_USER_ENDPOINT", default="")
OIDC_OP_JWKS_ENDPOINT = env("OIDC_OP_JWKS_ENDPOINT", default="")
OIDC_RP_CLIENT_ID = env("OIDC_RP_CLIENT_ID", default="")
OIDC_RP_CLIENT_SECRET = env("OIDC_RP_CLIENT_SECRET", default="")
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_USE_PKCE = True
OIDC_CREATE_USER = False
OIDC_TIMEOUT = 5  # seconds: a provider that is silent holds no worker longer
OIDC_AUTHENTICATION_CALLBACK_URL = "single_sign_on_callback"
if OIDC_ISSUER:
    AUTHENTICATION_BACKENDS.append("portal.accounts.single_sign_on.SingleSignOnBackend")
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds that a link in a letter is good for
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.shared.validators.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.accounts.strength.StrengthValidator"},
]
SECOND_FACTOR_DEMANDED = True  # of all staff; a demonstration asks those who have enrolled (portal.checks)
OTP_WEBAUTHN_RP_ID_CALLABLE = "portal.accounts.passkeys.site"
OTP_WEBAUTHN_RP_NAME = "示范平台门户"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [SITE_ORIGIN.replace("//127.0.0.1", "//localhost")]
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
ANONYMOUS_USER_NAME = None  # guardian: no row stands for the public
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # has_perm is ours; guardian keeps the grants

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "errors/locked.html"
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "portal.kernel.request.client_address"
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

SESSION_ENGINE = "portal.accounts.session_store"
SESSION_COOKIE_AGE = 60 * 60 * 12
# Minutes of idleness, and of a session as a whole. Long texts are written between two requests.
SESSION_MINUTES = {
    "staff": env.list("STAFF_SESSION_MINUTES", cast=int, default=[30, 480]),
    "applicant": env.list("APPLICANT_SESSION_MINUTES", cast=int, default=[60, 720]),
}
SESSIONS_AT_ONCE = {"staff": 1, "applicant": 2}  # browsers; a further one ends the oldest
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.pages.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "files"  # private: nothing is served from here by address
MEDIA_URL = ""

_private_files = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"allow_overwrite": False},
}
if env("S3_ENDPOINT", default=""):
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config

    _private_files = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "endpoint_url": env("S3_ENDPOINT"),
            "bucket_name": env("S3_BUCKET"),
            "access_key": env("S3_ACCESS_KEY"),
            "secret_key": env("S3_SECRET_KEY"),
            "region_name": env("S3_REGION", default="us-east-1"),
            "verify": env("S3_CA_FILE", default="") or None,
            "default_acl": "private",
            "file_overwrite": False,
            "querystring_expire": 60,
            "max_memory_size": 2 * 1024 * 1024,
            # A store that has stopped answering costs a page less than ten seconds.
            "client_config": Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 2}),
            "transfer_config": TransferConfig(num_download_attempts=1),
        },
    }
STORAGES = {
    "default": _private_files,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["portal.files.temporary.NamelessUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# PgBouncer in transaction mode: a cursor of the server does not outlive its transaction there.
if env.bool("PGBOUNCER", default=False):
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "portal.operations.scheduler:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "due-days": {"task": "portal.tasks.run_due_days", "schedule": 300.0},
    "check-waiting-files": {"task": "portal.tasks.check_waiting_files", "schedule": 120.0},
    "resume-exports": {"task": "portal.tasks.resume_exports", "schedule": 60.0},
    "write-bulk-files": {"task": "portal.tasks.write_bulk_files", "schedule": 120.0},
    "read-bounces": {"task": "portal.tasks.read_bounces", "schedule": 300.0},
    "show-life": {"task": "portal.tasks.show_life", "schedule": 60.0},
    "prune": {"task": "portal.tasks.prune", "schedule": 24 * 3600.0},
    "publish-log": {"task": "portal.tasks.publish_log", "schedule": 30.0},
    "verify-waiting": {"task": "portal.tasks.verify_waiting", "schedule": 5.0},
    "verify-nightly": {
        "task": "portal.tasks.ask_nightly_verification",
        "schedule": crontab(hour=3, minute=10),
    },
}

# The authority of the mail server's certificate, when it is not a public one.
EMAIL_CA_FILE = env("EMAIL_CA_FILE", default="")
MAILER = mailer_at(env.email_url("EMAIL_URL", default="filemail://"), VAR_DIR / "mail", EMAIL_CA_FILE)
globals().update(mail_settings(MAILER))
# Letters that came back: read from a mailbox (imaps://user:password@host/INBOX) or told by the mail service.
BOUNCES_IMAP_URL = env("BOUNCES_IMAP_URL", default="")
BOUNCES_SECRET = env("BOUNCES_SECRET", default="")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="示范平台门户 <no-reply@localhost>")

SECURITY_CONTACT = env("SECURITY_CONTACT", default="")  # mailto: or https:, for security.txt
ANNUAL_SUMMARY_DUE = env("ANNUAL_SUMMARY_DUE", default="03-31")  # month and day in the year that follows
COMPLAINTS_ANONYMOUS = env.bool("COMPLAINTS_ANONYMOUS", default=True)

CLAMAV_ADDRESS = env("CLAMAV_ADDRESS", default="")
DRAWS_DOCUMENTS = (
    os.environ.get("DRAWS_DOCUMENTS") != "0"
)  # set in web processes by gunicorn.conf.py, not by hand
DOC_FONT_DIR = env("DOC_FONT_DIR", default="")
SIGNING_KEY_FILE = env("SIGNING_KEY_FILE", default="")
SIGNING_KEY_PASSWORD = env("SIGNING_KEY_PASSWORD", default="")
# The public log: its name in every proof, its key, its published files, and "address key" of each witness.
# Contacts of people at rest: name:base64 pairs, the newest first (bin/manage privacy_keys new).
PRIVACY_KEYS = env("PRIVACY_KEYS", default="")
PRIVACY_ALGORITHM = env("PRIVACY_ALGORITHM", default="A256GCM")  # or SM4GCM
LOG_ORIGIN = env("LOG_ORIGIN", default=f"{SITE_ORIGIN.partition('://')[2]}/log")
LOG_KEY_FILE = env("LOG_KEY_FILE", default=str(VAR_DIR / "log.key"))
LOG_KEY_MUST_EXIST = False
LOG_DIR = env("LOG_DIR", default=str(VAR_DIR / "public-log"))
LOG_WITNESSES = env.list("LOG_WITNESSES", default=[])
ACCESS_KEPT_DAYS = 183  # sign-ins and refusals; the table's trigger refuses to delete younger ones
LOG_QUORUM = env.int("LOG_QUORUM", default=0)  # witnesses without whose signatures a checkpoint is no proof

MENU_SECONDS = 10  # how long a menu's numbers stand while a person only reads
PUBLIC_COPY_SECONDS = (
    5  # for which a process shows its last copy of a public page; the proxy has it for a minute
)
SITE_FOOTER = {
    "host": env("SITE_FOOTER_HOST", default=""),
    "operator": env("SITE_FOOTER_OPERATOR", default=""),
    "site_code": env("SITE_FOOTER_SITE_CODE", default=""),
    "icp": env("SITE_FOOTER_ICP", default=""),
    "police": env("SITE_FOOTER_POLICE", default=""),
    "phone": env("SITE_FOOTER_PHONE", default=""),
}

LOGGING = logging_config(env("LOG_LEVEL", default="WARNING"))
configure_structlog()
