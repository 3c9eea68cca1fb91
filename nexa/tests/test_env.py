"""Bad values are refused with one sentence that names the variable and no secret."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from nexa import env, stores


@pytest.fixture
def given(monkeypatch):
    def given(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return given


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (env.flag, "perhaps"),
        (env.number, "ten"),
        (env.number, "-1"),
        (env.number, "9" * 30),
        (lambda name: env.number(name, most=65535), "70000"),
        (lambda name: env.choice(name, ("a", "b")), "c"),
        (env.url, "example.com"),
        (env.url, "ftp://example.com"),
        (env.url, "http://"),
        (env.url, "http://example.com:port"),
        (env.url, "http://[::1"),
        (env.duration, "1 hour"),
        (env.duration, "15"),
        (env.duration, "999999999d"),
        (env.database, "mysql://u:hidden@host/name"),
        (env.database, "postgres://u:hidden@host:port/name"),
        (env.database, "postgres://u:hidden@host:5432/"),
        (lambda name: env.log_level(name, "INFO"), "loud"),
        (env.text, ""),
        (env.secret, "  "),
    ],
)
def test_a_bad_value_is_refused_by_its_variable_name(given, read, value):
    given(NEXA_SAMPLE=value)
    with pytest.raises(ImproperlyConfigured, match="NEXA_SAMPLE") as refusal:
        read("NEXA_SAMPLE")
    assert "hidden" not in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_good_values_are_read(given):
    given(A=" Yes ", B="42", C="OFF", D="a, b,,c ", E="https://example.com/x/", F="7D", G="verbose")
    assert env.flag("A") is True
    assert env.flag("C") is False
    assert env.number("B") == 42
    assert env.csv("D") == ["a", "b", "c"]
    assert env.url("E") == "https://example.com/x"
    assert env.origin(env.url("E")) == "https://example.com"
    assert env.duration("F") == timedelta(days=7)
    assert env.log_level("G", "INFO") == "DEBUG"


def test_an_empty_value_counts_as_not_given(given):
    given(A="")
    assert env.text("A", "default") == "default"
    assert env.number("A", 5) == 5
    assert env.flag("A", default=True) is True


def test_a_secret_can_come_from_a_file(given, tmp_path):
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    given(SAMPLE_FILE=str(file))
    assert env.secret("SAMPLE") == "from the file"


def test_a_secret_has_one_source(given, tmp_path):
    given(SAMPLE="one", SAMPLE_FILE=str(tmp_path / "other"))
    with pytest.raises(ImproperlyConfigured, match="SAMPLE and SAMPLE_FILE"):
        env.secret("SAMPLE")


def test_a_missing_secret_file_is_named(given, tmp_path):
    given(SAMPLE_FILE=str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match="SAMPLE_FILE"):
        env.secret("SAMPLE")


@pytest.fixture
def no_database(monkeypatch):
    for name in ("DATABASE_URL", "DB_HOST", "DB_SSL", "DB_SSL_ROOT_CERT", "DB_STATEMENT_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)


def test_the_database_is_a_file_by_default(no_database, tmp_path):
    found = stores.database(tmp_path, testing=False)
    assert found["ENGINE"] == env.SQLITE
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_database_address_becomes_a_pooled_connection(no_database, given, tmp_path):
    given(DATABASE_URL="postgres://ann:p%40ss@db.example:6432/crm", DB_SSL="verify-full")
    found = stores.database(tmp_path, testing=False)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", 6432, "crm")
    assert (found["USER"], found["PASSWORD"]) == ("ann", "p@ss")
    assert found["CONN_MAX_AGE"] == 0
    assert found["CONN_HEALTH_CHECKS"]
    assert found["OPTIONS"]["pool"]["max_size"] == 10
    assert found["OPTIONS"]["sslmode"] == "verify-full"
    assert "statement_timeout=5000" in found["OPTIONS"]["options"]


def test_the_parts_of_existing_deployments_still_name_the_database(no_database, given, tmp_path):
    given(DB_HOST="db.example", DB_NAME="crm", DB_USER="ann", DB_PASSWORD="p", DB_SSL="true")
    found = stores.database(tmp_path, testing=True)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", 5432, "crm")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert "pool" not in found["OPTIONS"]


def test_the_parts_of_existing_deployments_still_name_redis(given, monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    given(REDIS_HOST="cache.example", REDIS_PASSWORD="p@ss/word")
    assert stores.redis_url() == "redis://:p%40ss%2Fword@cache.example:6379/0"


def test_mail_goes_by_the_address_of_a_server(given):
    given(SMTP_URL="smtp+tls://ann:p%40ss@mail.example")
    assert stores.smtp() == ("mail.example", 587, "ann", "p@ss", True, False)
    given(SMTP_URL="smtps://mail.example")
    assert stores.smtp() == ("mail.example", 465, "", "", False, True)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://app.example.com", ["https://app.example.com"]),
        (
            "https://a.example/, http://localhost:5173",
            ["https://a.example", "http://localhost:5173"],
        ),
        ("http://[::1]:3000", ["http://[::1]:3000"]),
        ("*", ["*"]),
        ("", ["https://own.example"]),
    ],
)
def test_origins_are_read(written, expected, given):
    given(ORIGINS=written)
    assert env.origins("ORIGINS", ["https://own.example"]) == expected


@pytest.mark.parametrize(
    "written",
    [
        "foo",
        "app.example.com",
        "ftp://a.example",
        "https://",
        "https://a.example/path",
        "https://a.example?x=1",
        "https://a.example#x",
        "https://ann:secret@a.example",
        "https://a.example:port",
        "https://*.a.example",
        "*/path",
        "https://a b.example",
        "https://good.example, foo",
        "null",
    ],
)
def test_what_is_no_origin_stops_the_start_by_name(written, given):
    given(ORIGINS=written)
    with pytest.raises(ImproperlyConfigured, match="ORIGINS must list origins") as refusal:
        env.origins("ORIGINS")
    assert "secret" not in str(refusal.value)


def test_networks_are_read(given):
    given(NETWORKS="10.0.0.5/8, ::1")
    assert [str(network) for network in env.networks("NETWORKS")] == ["10.0.0.0/8", "::1/128"]
    given(NETWORKS="10.0.0.0/8, office")
    with pytest.raises(ImproperlyConfigured, match="NETWORKS must list IP addresses"):
        env.networks("NETWORKS")
