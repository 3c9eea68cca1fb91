"""A call over TLS trusts whom this machine trusts, and nobody else."""

import ssl

import pytest

from crm.exchange.migration.asking import Caller, Refused, Unreachable
from crm.exchange.tests.liveapp import served
from crm.tests.tls import write_certificate

TEXT = b"Fifty lamps for you."


@pytest.fixture
def certificate(tmp_path):
    return write_certificate(tmp_path)


@pytest.fixture
def secure(certificate):
    """Give a server that speaks TLS, and its address."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*certificate)
    with served(files={"/files/a.txt": TEXT}, tls=tls) as (server, url):
        yield server, url


def test_a_server_with_a_certificate_of_a_known_authority_is_asked(
    secure, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    caller = Caller(inside=True)
    assert caller.get(f"{secure[1]}/files/a.txt", b"".join, attempts=1) == TEXT
    with pytest.raises(Refused, match="HTTP 404"):
        caller.get(f"{secure[1]}/files/b.txt", b"".join, attempts=1)


def test_a_server_that_nobody_vouches_for_is_not_asked(secure):
    server, url = secure
    with pytest.raises(Unreachable, match="certificate verify failed"):
        Caller(inside=True).get(f"{url}/files/a.txt", b"".join, attempts=1)
    assert server.asked == []


def test_the_certificate_of_another_name_is_not_taken(secure, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    url = secure[1].replace("127.0.0.1", "localhost")
    with pytest.raises(Unreachable, match="certificate verify failed"):
        Caller(inside=True).get(f"{url}/files/a.txt", b"".join, attempts=1)
    assert secure[0].asked == []


def test_a_server_that_speaks_no_tls_is_none():
    with served() as (server, url), pytest.raises(Unreachable):
        Caller(inside=True).get(url.replace("http:", "https:"), b"".join, attempts=1)
    assert server.asked == []
