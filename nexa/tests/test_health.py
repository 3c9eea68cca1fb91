"""Health: alive, and ready to serve; 503 only for what nothing works without."""

import ipaddress
import threading
from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client

from nexa import celery_app, health


def test_health_keeps_the_old_contract():
    answer = Client().get("/health")
    assert answer.status_code == 200
    said = answer.json()
    assert set(said) == {"status", "timestamp", "environment", "version"}
    assert (said["status"], said["environment"]) == ("ok", "test")
    assert said["timestamp"].endswith("Z")
    assert datetime.fromisoformat(said["timestamp"]).tzinfo
    assert answer["Cache-Control"] == "no-store"


def test_live_says_only_that():
    assert Client().get("/health/live").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_names_each_part():
    answer = Client().get("/health/ready")
    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert set(checks) == {"database", "migrations", "cache", "storage", "broker", "disk"}
    assert {name for name, state in checks.items() if state != "ok"} <= {"disk"}


@pytest.mark.django_db
def test_a_lost_cache_degrades(monkeypatch):
    monkeypatch.setattr(cache, "get", lambda key: None, raising=False)
    answer = Client().get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["checks"]["cache"] == "degraded"


@pytest.mark.django_db
def test_a_lost_storage_degrades(monkeypatch):
    def fail(name):
        raise OSError("bucket.example is down")

    monkeypatch.setattr(health.default_storage, "exists", fail, raising=False)
    answer = Client().get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["checks"]["storage"] == "degraded"
    assert b"bucket.example" not in answer.content


@pytest.mark.django_db
def test_a_lost_broker_degrades(monkeypatch):
    def fail(**options):
        raise OSError("broker.example is down")

    monkeypatch.setattr(celery_app, "connection_for_write", fail)
    answer = Client().get("/health/ready")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["checks"]["broker"]) == ("degraded", "degraded")
    assert b"broker.example" not in answer.content


@pytest.mark.django_db
def test_a_broker_that_hangs_is_not_waited_for(monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    monkeypatch.setattr(health, "_broker", health.Probe("broker", gate.wait))
    try:
        assert Client().get("/health/ready").json()["checks"]["broker"] == "degraded"
        assert Client().get("/health/ready").json()["checks"]["broker"] == "degraded"
    finally:
        gate.set()


TOKEN = "health-token-of-the-monitoring"
NETWORKS = [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("10.1.0.0/16")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "header", "sees"),
    [
        ("127.0.0.1", "", True),
        ("10.1.2.3", "", True),
        ("::ffff:10.1.2.3", "", True),
        ("10.2.0.1", "", False),
        ("2001:db8::1", "", False),
        ("", "", False),
        ("10.2.0.1", f"Bearer {TOKEN}", True),
        ("10.2.0.1", f"bearer  {TOKEN}", True),
        ("10.2.0.1", "Bearer wrong", False),
        ("10.2.0.1", "Bearer ", False),
        ("10.2.0.1", f"Basic {TOKEN}", False),
    ],
)
def test_only_those_who_may_see_the_parts(address, header, sees, settings):
    settings.HEALTH_ALLOWED, settings.HEALTH_TOKEN = NETWORKS, TOKEN
    asked = Client().get("/health/ready", REMOTE_ADDR=address, HTTP_AUTHORIZATION=header)
    assert asked.status_code == 200
    assert set(asked.json()) == ({"status", "checks"} if sees else {"status"})


@pytest.mark.django_db
def test_no_token_opens_where_none_is_set(settings):
    settings.HEALTH_TOKEN = ""
    asked = Client().get("/health/ready", REMOTE_ADDR="10.2.0.1", HTTP_AUTHORIZATION="Bearer ")
    assert set(asked.json()) == {"status"}


@pytest.mark.django_db
def test_a_load_balancer_sees_the_status_code_all_the_same(monkeypatch):
    monkeypatch.setattr(health, "database", lambda: health.FAILED)
    answer = Client().get("/health/ready", REMOTE_ADDR="203.0.113.9")
    assert (answer.status_code, answer.json()) == (503, {"status": "failed"})


@pytest.mark.django_db
def test_a_lost_database_is_fatal(monkeypatch):
    def fail():
        raise DatabaseError("db.example refused")

    monkeypatch.setattr(health.connection, "cursor", fail, raising=False)
    answer = Client().get("/health/ready")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert answer.json()["checks"]["database"] == "failed"
    assert b"db.example" not in answer.content


@pytest.mark.django_db
def test_pending_migrations_are_fatal(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(
        health.MigrationExecutor, "migration_plan", lambda executor, targets: ["0009_later"]
    )
    answer = Client().get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "failed"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
def test_health_can_only_be_read(method, path):
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert answer.status_code == 405
    said = answer.json()
    assert (said["success"], said["code"]) == (False, "method_not_allowed")
    assert said["request_id"] == answer["X-Request-ID"]
    assert answer["Allow"] == "GET, HEAD"


def test_health_answers_head():
    answer = Client().head("/health")
    assert answer.status_code == 200
    assert answer.content == b""
