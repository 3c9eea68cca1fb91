"""A call over TLS trusts whom this machine trusts, and nobody else."""

import datetime
import ssl
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crm.exchange.migration.asking import Caller, Refused, Unreachable
from crm.exchange.tests.liveapp import served

TEXT = b"Fifty lamps for you."


@pytest.fixture
def certificate(tmp_path):
    """Return a file with a key and the certificate of a server at 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A server")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def secure(certificate):
    """Give a server that speaks TLS, and its address."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    with served(files={"/files/a.txt": TEXT}, tls=tls) as (server, url):
        yield server, url


def test_a_server_with_a_certificate_of_a_known_authority_is_asked(
    secure, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
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
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = secure[1].replace("127.0.0.1", "localhost")
    with pytest.raises(Unreachable, match="certificate verify failed"):
        Caller(inside=True).get(f"{url}/files/a.txt", b"".join, attempts=1)
    assert secure[0].asked == []


def test_a_server_that_speaks_no_tls_is_none():
    with served() as (server, url), pytest.raises(Unreachable):
        Caller(inside=True).get(url.replace("http:", "https:"), b"".join, attempts=1)
    assert server.asked == []
