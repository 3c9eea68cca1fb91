"""Password hashes that other systems made."""

import bcrypt
from django.contrib.auth.hashers import BCryptPasswordHasher

LONGEST_PLAIN_BCRYPT = 72  # bytes; bcrypt itself looks no further


class PlainBcryptHasher(BCryptPasswordHasher):
    """Verifies ``$2a$`` and ``$2b$`` hashes as the earlier Node backend stored them.

    Never preferred: at the next sign-in the password is hashed anew with the first hasher.
    """

    def verify(self, password: str, encoded: str) -> bool:
        """Compare; a refusal takes as long as with today's number of rounds."""
        try:
            matches = super().verify(password, encoded)
        except ValueError:  # the column held something else than a hash
            return False
        if not matches:
            self.harden_runtime(password, encoded)
        return matches

    def encode(self, password: str, salt: str | bytes) -> str:
        salt = salt.encode() if isinstance(salt, str) else salt
        digest = bcrypt.hashpw(password.encode()[:LONGEST_PLAIN_BCRYPT], salt)
        return f"{self.algorithm}${digest.decode('ascii')}"


def is_foreign(encoded: str) -> bool:
    """Whether a stored hash is as another system made it: nobody signed in with it here yet."""
    return encoded.startswith(("$2a$", "$2b$", "$2y$"))


def with_algorithm(encoded: str) -> str:
    """Return a stored hash in Django's form; a bare ``$2b$12$…`` gets its algorithm's name."""
    return f"bcrypt${encoded}" if is_foreign(encoded) else encoded
