"""Whether this process lives, and whether it can serve; for load balancers and people.

Answers name each part and its state, never a host or the text of an error.
"""

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
from django.views.decorators.csrf import csrf_exempt

log = logging.getLogger(__name__)

OK, DEGRADED, FAILED = "ok", "degraded", "failed"
STORAGE_PATIENCE = 2.0
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
    checks |= {"cache": cache_works(), "storage": storage(), "disk": disk()}
    if FAILED in checks.values():
        return JsonResponse(
            {"status": FAILED, "checks": checks}, status=503, headers={"Retry-After": "5"}
        )
    status = DEGRADED if DEGRADED in checks.values() else OK
    return JsonResponse({"status": status, "checks": checks})


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


_prober = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage-probe")
_probe: Future[str] | None = None


def storage() -> str:
    """Not fatal: only uploads and downloads wait. One probe at a time, none is waited for long."""
    global _probe
    if _probe is None or _probe.done():
        _probe = _prober.submit(probe_storage)
    try:
        return _probe.result(timeout=STORAGE_PATIENCE)
    except TimeoutError:
        return DEGRADED


def probe_storage() -> str:
    """Ask the storage for a file; whether it exists does not matter, that it answers does."""
    try:
        if isinstance(default_storage, FileSystemStorage) or settings.STORAGE == "local":
            Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        default_storage.exists("health")
    except Exception:
        log.warning("health: the storage does not answer", exc_info=True)
        return DEGRADED
    return OK


def disk() -> str:
    """Not fatal: say that the disk is nearly full while there is time."""
    usage = shutil.disk_usage(settings.BASE_DIR)
    return OK if usage.free / usage.total >= LEAST_FREE_DISK else DEGRADED
