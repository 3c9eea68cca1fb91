"""How passwords are kept, those of earlier systems included, with the real hashers."""

import bcrypt
import pytest
from django.contrib.auth import hashers

from accounts.hashers import PlainBcryptHasher
from accounts.models import User
from accounts.tests.doors import log_in, opened, refused, works
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

REAL = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "accounts.hashers.PlainBcryptHasher",
]
LONG = "correct horse battery staple " * 4  # 116 bytes; plain bcrypt looks at 72
ACCENTED = "größer-als-gedacht-" * 5
FEW_ROUNDS = 4


@pytest.fixture(autouse=True)
def real_hashers(settings):
    settings.PASSWORD_HASHERS = REAL


def made_elsewhere(password, *, prefix=b"2b", rounds=FEW_ROUNDS):
    """Hash as the earlier backend's bcrypt library did: the first 72 bytes, no algorithm's name."""
    salt = bcrypt.gensalt(rounds, prefix=prefix)
    return bcrypt.hashpw(password.encode()[:72], salt).decode()


def keep(user, encoded):
    User.objects.filter(pk=user.pk).update(password=encoded)
    user.refresh_from_db()
    return user


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
@pytest.mark.parametrize("password", [PASSWORD, LONG, ACCENTED], ids=["short", "long", "accented"])
def test_an_imported_hash_opens_and_is_upgraded(prefix, password, sam):
    keep(sam, made_elsewhere(password, prefix=prefix))
    before = opened(sam)

    assert refused(log_in(sam.email, "wrong-horse-1")) == (401, "not_authenticated")
    sam.refresh_from_db()
    assert sam.password.startswith(f"${prefix.decode()}$")

    assert log_in(sam.email, password).status_code == 200

    sam.refresh_from_db()
    assert sam.password.startswith("bcrypt_sha256$$2b$12$")
    assert works(before)
    assert log_in(sam.email, password).status_code == 200


def test_after_the_upgrade_every_byte_counts(sam):
    keep(sam, made_elsewhere(LONG))
    log_in(sam.email, LONG)
    sam.refresh_from_db()
    assert not sam.check_password(LONG[:72])
    assert not sam.check_password(LONG + "!")


def test_an_upgrade_does_not_undo_a_change_made_meanwhile(sam):
    old = keep(sam, made_elsewhere(PASSWORD))
    meanwhile = User.objects.get(pk=sam.pk)
    meanwhile.set_password("another-horse-7")
    meanwhile.save()

    assert old.check_password(PASSWORD)

    stored = User.objects.get(pk=sam.pk)
    assert stored.check_password("another-horse-7")
    assert not stored.check_password(PASSWORD)


@pytest.mark.parametrize("encoded", ["", "!", "plain text", "$2b$12$tooshort", "md5$x$y", "$2b$"])
def test_a_hash_that_is_none_opens_nothing(encoded, sam):
    keep(sam, encoded)
    for password in (PASSWORD, encoded or "x"):
        assert refused(log_in(sam.email, password)) == (401, "not_authenticated")


def test_a_new_password_is_kept_with_twelve_rounds_over_sha256(max, sam, client_of):
    client_of(max).patch(f"/api/v1/users/{sam.pk}", {"password": LONG})
    sam.refresh_from_db()
    assert sam.password.startswith("bcrypt_sha256$$2b$12$")
    assert sam.check_password(LONG)
    assert not sam.check_password(LONG[:72])


class CountingPlainHasher(PlainBcryptHasher):
    """Counts how much work, in single rounds, it was asked to do."""

    work = 0

    def encode(self, password, salt):
        type(self).work += 2 ** int(salt.split(b"$")[2] if isinstance(salt, bytes) else salt[4:6])
        return super().encode(password, salt)


@pytest.mark.parametrize("rounds", [4, 8, 12])
def test_refusing_an_imported_hash_costs_as_much_as_any_other(rounds, sam, settings):
    settings.PASSWORD_HASHERS = [REAL[0], f"{__name__}.CountingPlainHasher"]
    keep(sam, made_elsewhere(PASSWORD, rounds=rounds))
    CountingPlainHasher.work = 0
    log_in(sam.email, "wrong-horse-1")
    assert CountingPlainHasher.work == 2**12


class CountingHasher(hashers.BCryptSHA256PasswordHasher):
    """The real one with few rounds, which counts what it was asked to do."""

    rounds = FEW_ROUNDS
    calls = 0

    def encode(self, password, salt):
        type(self).calls += 1
        return super().encode(password, salt)


def test_every_refused_login_costs_the_same_work(settings, ann, sam, zoe):
    """Counted in hashes, since a clock is no witness."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher", REAL[1]]
    for person, status in ((ann, "active"), (sam, "suspended"), (zoe, "active")):
        person.set_password(PASSWORD)
        person.status = status
        person.save()
    zoe.set_unusable_password()
    zoe.save()
    asked = [
        (ann.email, "wrong-horse-1"),
        ("nobody@example.com", PASSWORD),
        ("nobody@example.com", "wrong-horse-1"),
        (sam.email, PASSWORD),
        (sam.email, "wrong-horse-1"),
        (zoe.email, PASSWORD),
    ]
    work = []
    for email, password in asked:
        CountingHasher.calls = 0
        assert log_in(email, password).status_code == 401
        work.append(CountingHasher.calls)
    assert work == [1] * len(asked)
