"""Health: alive, and ready to serve; 503 only for what nothing works without."""

from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client

from nexa import health


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
    assert set(checks) == {"database", "migrations", "cache", "storage", "disk"}
    assert (checks["database"], checks["migrations"]) == ("ok", "ok")
    assert (checks["cache"], checks["storage"]) == ("ok", "ok")


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
