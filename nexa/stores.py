"""Where data is kept, as Django wants it described: database, cache, files, mail."""

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from botocore.config import Config
from whitenoise.compress import Compressor

from nexa import env

SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
}
MAILS = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "ses": "django_ses.SESBackend",
}
# One attempt: a call that was repeated after its answer got lost would send the mail twice.
SES_CONFIG = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 1})
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def database(base_dir: Path, *, testing: bool) -> dict[str, Any]:
    """Describe the database: DATABASE_URL, else DB_HOST and its like, else a SQLite file."""
    found = env.database("DATABASE_URL") or database_parts()
    if found is None:
        path = base_dir / env.text("SQLITE_PATH", "db.sqlite3")
        found = {"ENGINE": env.SQLITE, "NAME": path}
    if found["ENGINE"] == env.SQLITE:
        return found | {"OPTIONS": SQLITE_OPTIONS}
    options = postgresql_options(testing=testing) | found.get("OPTIONS", {})
    # The pool checks connections before it lends them; Django must not keep any besides.
    return found | {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 0, "OPTIONS": options}


def database_parts() -> dict[str, Any] | None:
    """Read DB_HOST, DB_PORT, DB_NAME, DB_USER and DB_PASSWORD."""
    if not env.given("DB_HOST"):
        return None
    return {
        "ENGINE": env.POSTGRESQL,
        "HOST": env.text("DB_HOST"),
        "PORT": env.number("DB_PORT", 5432, least=1, most=65535),
        "NAME": env.text("DB_NAME"),
        "USER": env.text("DB_USER"),
        "PASSWORD": env.secret("DB_PASSWORD", ""),
    }


def postgresql_options(*, testing: bool) -> dict[str, Any]:
    """Fail fast, recover by itself: no statement, lock or dead connection is waited for long."""
    patience = env.duration("DB_STATEMENT_TIMEOUT", "60s" if testing else "5s")
    options: dict[str, Any] = {
        "connect_timeout": 5,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        "options": (
            f"-c statement_timeout={int(patience.total_seconds() * 1000)}"
            " -c lock_timeout=3000 -c idle_in_transaction_session_timeout=15000"
        ),
    }
    if not testing:  # tests drop and recreate databases, which lent connections would hinder
        most = env.number("DB_POOL_MAX", 10, least=1)
        options["pool"] = {"min_size": 1, "max_size": most, "timeout": 5}
    modes = {"true": "require", "false": "disable", "verify-full": "verify-full"}
    wanted = env.choice("DB_SSL", tuple(modes), default="")
    if wanted:
        options["sslmode"] = modes[wanted]
    if wanted == "verify-full" or env.given("DB_SSL_ROOT_CERT"):
        options["sslrootcert"] = env.text("DB_SSL_ROOT_CERT", "system")
    return options


def redis_url() -> str:
    """Read REDIS_URL, or REDIS_HOST and its like; empty where there is no Redis."""
    given = env.url("REDIS_URL", "", schemes=("redis", "rediss", "unix"))
    if given or not env.given("REDIS_HOST"):
        return given
    password = quote(env.secret("REDIS_PASSWORD", ""), safe="")
    login = f":{password}@" if password else ""
    port = env.number("REDIS_PORT", 6379, least=1, most=65535)
    return f"redis://{login}{env.text('REDIS_HOST')}:{port}/0"


def redis_tls(url: str) -> dict[str, Any]:
    """Say whom a rediss:// server has to prove itself to: the system's authorities, or our own.

    REDIS_SSL_CA names a file of certificates; without one the system's are trusted.
    """
    if urlsplit(url).scheme != "rediss":
        return {}
    authorities = env.text("REDIS_SSL_CA", "")
    trusted = {"ssl_ca_certs": authorities} if authorities else {}
    return {"ssl_cert_reqs": "required", "ssl_check_hostname": True, **trusted}


def cache(url: str) -> dict[str, Any]:
    """Describe the cache: Redis, whose loss degrades and never breaks, or this process's memory."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "KEY_PREFIX": "nexa"}
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "nexa",
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 0.3,
            "SOCKET_TIMEOUT": 0.5,
            "IGNORE_EXCEPTIONS": True,
            "CONNECTION_POOL_KWARGS": redis_tls(url),
        },
    }


def broker_url(redis: str, *, testing: bool) -> str:
    """Read BROKER_URL: Redis, SQS (sqs://) or a folder; the cache's Redis where none is named."""
    default = "memory://" if testing else redis or "filesystem://localhost"
    schemes = ("redis", "rediss", "sqs", "filesystem", "memory")
    return env.url("BROKER_URL", default, schemes=schemes)


def broker_options(url: str, folder: Path, region: str) -> dict[str, Any]:
    """Say how the broker is spoken to: no call waits long, for the tables hold the truth."""
    scheme = urlsplit(url).scheme
    if scheme == "filesystem":
        messages, control = folder / "messages", folder / "control"
        for place in (messages, control):
            place.mkdir(parents=True, exist_ok=True)
        return {
            "data_folder_in": str(messages),
            "data_folder_out": str(messages),
            "control_folder": str(control),
        }
    if scheme == "sqs":
        return {"region": region, "visibility_timeout": 900, "wait_time_seconds": 10}
    if scheme in ("redis", "rediss"):
        return {
            "visibility_timeout": 900,
            "socket_timeout": 2,
            "socket_connect_timeout": 0.5,
            "socket_keepalive": True,
        }
    return {}


def files(kind: str, region: str) -> dict[str, Any]:
    """Describe the file storage: a local folder, or a private S3 bucket with signed addresses."""
    if kind == "local":
        return {"BACKEND": "crm.documents.gateways.LocalFiles"}
    endpoint = env.url("AWS_S3_ENDPOINT_URL", None)
    options = {
        "bucket_name": env.text("AWS_S3_BUCKET"),
        "region_name": env.text("AWS_S3_REGION", region),
        "endpoint_url": endpoint,
        "default_acl": None,  # private by the bucket's own policy; new buckets refuse ACLs
        "querystring_auth": True,
        "querystring_expire": 300,
        "file_overwrite": False,
        "object_parameters": encryption(),
        "client_config": Config(
            signature_version="s3v4",
            # Two tries of at most this long: whoever waits is answered within 15 seconds.
            connect_timeout=3,
            read_timeout=5,
            retries={"total_max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": "path" if endpoint else "auto"},
            # Storages other than Amazon's don't know the newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }
    return {"BACKEND": "crm.documents.s3.S3Files", "OPTIONS": options}


def encryption() -> dict[str, str]:
    """Read AWS_S3_SSE (AES256, aws:kms or none) and AWS_S3_KMS_KEY_ID, as S3 wants them told."""
    methods = {"aes256": "AES256", "aws:kms": "aws:kms", "none": ""}
    method = methods[env.choice("AWS_S3_SSE", tuple(methods), default="aes256")]
    if not method:
        return {}
    key = env.text("AWS_S3_KMS_KEY_ID", "")
    named = {"SSEKMSKeyId": key} if key and method == "aws:kms" else {}
    return {"ServerSideEncryption": method, **named}


#: static files that are not compressed: what is small already, and maps, which are large and
#: which only debuggers ask for
LEFT_PLAIN = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]


def static_files(*, production: bool) -> dict[str, str]:
    """Describe the static files: compressed and named by content, which takes 15 seconds.

    That is right for an image; a trial starts with the plain ones.
    """
    if production:
        return {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    return {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def smtp() -> tuple[str, int, str, str, bool, bool]:
    """Read SMTP_URL: smtp:// (plain), smtp+tls:// (STARTTLS) or smtps:// (TLS from the start).

    Gives host, port, user, password, whether STARTTLS is spoken, and whether TLS is.
    """
    parts = urlsplit(env.url("SMTP_URL", schemes=tuple(SMTP_PORTS)))
    return (
        parts.hostname or "",
        parts.port or SMTP_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtp+tls",
        parts.scheme == "smtps",
    )
