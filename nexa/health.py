"""Whether this process lives, and whether it can serve; for load balancers and people.

Strangers learn the outcome only. Those of ``HEALTH_ALLOWED`` and whoever shows ``HEALTH_TOKEN``
learn each part and its state, and nobody a host or the text of an error.
"""

import ipaddress
import logging
import shutil
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from nexa import celery_app

log = logging.getLogger(__name__)

OK, DEGRADED, FAILED = "ok", "degraded", "failed"
PATIENCE = 2.0
BROKER_PATIENCE = 3
LEAST_FREE_DISK = 0.05
View = Callable[[HttpRequest], HttpResponse]


def read_only(view: View) -> View:
    """Let only GET and HEAD in; the refusal is JSON, as everywhere below these paths."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            response = view(request)
        else:
            refusal = {
                "success": False,
                "message": "Health can only be read, with GET.",
                "code": "method_not_allowed",
                "request_id": getattr(request, "id", ""),
            }
            response = JsonResponse(refusal, status=405, headers={"Allow": "GET, HEAD"})
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded


@read_only
def health(request: HttpRequest) -> HttpResponse:
    """Say that the process answers, and which one it is."""
    return JsonResponse(
        {
            "status": OK,
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "environment": settings.APP_ENV,
            "version": settings.VERSION,
        }
    )


@read_only
def live(request: HttpRequest) -> HttpResponse:
    """Say that the process answers, whatever else is down: a restart would not help that."""
    return JsonResponse({"status": OK})


@read_only
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether requests can be served: 503 without database or with pending migrations."""
    checks = {"database": database()}
    checks["migrations"] = migrations() if checks["database"] == OK else FAILED
    checks |= {"cache": cache_works(), "storage": storage(), "broker": broker(), "disk": disk()}
    status = next((bad for bad in (FAILED, DEGRADED) if bad in checks.values()), OK)
    said = {"status": status, "checks": checks} if may_see_details(request) else {"status": status}
    if status == FAILED:
        return JsonResponse(said, status=503, headers={"Retry-After": "5"})
    return JsonResponse(said)


def may_see_details(request: HttpRequest) -> bool:
    """Whether the caller is known by address or token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.HEALTH_TOKEN and scheme.lower() == "bearer":
        return constant_time_compare(token.strip(), settings.HEALTH_TOKEN)
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.HEALTH_ALLOWED)


def database() -> str:
    """Fatal: nothing works without."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        log.warning("health: the database does not answer", exc_info=True)
        return FAILED
    return OK


_migrated = False


def migrations() -> str:
    """Fatal: code and tables must fit. Once they do, they do until the next release."""
    global _migrated
    if not _migrated:
        try:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            log.warning("health: the state of migrations can't be read", exc_info=True)
    return OK if _migrated else FAILED


def cache_works() -> str:
    """Not fatal: without a cache all is slower and limits are looser."""
    key, value = f"health-{uuid.uuid4().hex}", "written"
    try:
        cache.set(key, value, timeout=10)
        found = cache.get(key)
        cache.delete(key)
    except Exception:
        log.warning("health: the cache fails", exc_info=True)
        return DEGRADED
    return OK if found == value else DEGRADED


class Probe:
    """A question to another machine: asked once at a time, and never waited for long."""

    def __init__(self, name: str, ask: Callable[[], None]) -> None:
        self.name = name
        self.ask = ask
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"{name}-probe")
        self.asked: Future[None] | None = None

    def answer(self) -> str:
        """Return how it stands; whatever goes wrong is logged, and not fatal."""
        if self.asked is None or self.asked.done():
            self.asked = self.thread.submit(self.ask)
        try:
            self.asked.result(timeout=PATIENCE)
        except Exception:
            log.warning("health: the %s does not answer", self.name, exc_info=True)
            return DEGRADED
        return OK


def reach_storage() -> None:
    """Ask the storage for a file; whether it exists does not matter, that it answers does."""
    if isinstance(default_storage, FileSystemStorage) or settings.STORAGE == "local":
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    default_storage.exists("health")


def reach_broker() -> None:
    """Connect to the broker. Raises whatever its client raises."""
    with celery_app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE)


_storage, _broker = Probe("storage", reach_storage), Probe("broker", reach_broker)


def storage() -> str:
    """Not fatal: only uploads and downloads wait."""
    return _storage.answer()


def broker() -> str:
    """Not fatal: the schedule finds the work that nobody is hinted at, some seconds later."""
    return _broker.answer()


def disk() -> str:
    """Not fatal: say that the disk is nearly full while there is time."""
    usage = shutil.disk_usage(settings.BASE_DIR)
    return OK if usage.free / usage.total >= LEAST_FREE_DISK else DEGRADED
