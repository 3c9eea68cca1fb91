"""Large and many files against a real server process: its memory, its pace, what is left."""

import http.client
import json
import os
import shutil
import socket
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from crm.documents.tests.forms import BOUNDARY, MULTIPART, file_form, part
from crm.documents.tests.stores import BUCKET, bucket_at, moto
from crm.tests.serving import free_port, manage, server

EMAIL, PASSWORD = "max@example.com", "correct-horse-battery"
MEGABYTE = 1024 * 1024
LARGE = 200 * MEGABYTE
MOST_ADDED = 20 * MEGABYTE
SMALL_FILES = 1000
UPLOAD = "/api/v1/documents/upload"
BLOCK = os.urandom(MEGABYTE)


def settings_in(folder):
    """Return the environment of a server that keeps all its things in one folder."""
    return {
        "APP_ENV": "development",
        "DATABASE_URL": "",
        "DB_HOST": "",
        "REDIS_URL": "",
        "SQLITE_PATH": str(folder / "db.sqlite3"),
        "MEDIA_DIR": str(folder / "files"),
        "QUEUE_DIR": str(folder / "queue"),
        "UPLOAD_DIR": str(folder),
        "MAX_UPLOAD_MB": "250",
        "RATE_LIMIT_USER_PER_MINUTE": "100000",
        "LOG_LEVEL": "CRITICAL",
        "STORAGE": "local",
    }


def bucket_settings(amazon):
    """Return what a server has to know of a bucket."""
    return {
        "STORAGE": "s3",
        "AWS_S3_BUCKET": BUCKET,
        "AWS_S3_ENDPOINT_URL": amazon,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """Give the file of a database with one administrator and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    env = settings_in(folder)
    manage("migrate", "--verbosity", "0", env=env)
    manage("create_admin", EMAIL, "--password-stdin", env=env, stdin=f"{PASSWORD}\n")
    return folder / "db.sqlite3"


@contextmanager
def serving(env, folder, empty):
    shutil.copy(empty, folder / "db.sqlite3")
    with server(env, log=folder / "server.log") as address:
        yield address


@pytest.fixture(params=["folder", "bucket"])
def served(request, tmp_path, empty):
    """Serve an empty CRM that keeps its files in a folder, then one with a bucket."""
    env = settings_in(tmp_path)
    if request.param == "folder":
        with serving(env, tmp_path, empty) as address:
            yield address, request.param, None
        return
    with moto() as amazon:
        bucket = bucket_at(amazon)
        with serving(env | bucket_settings(amazon), tmp_path, empty) as address:
            yield address, request.param, bucket


def sign_in(address):
    found = requests.post(
        f"{address}/api/v1/auth/login", json={"email": EMAIL, "password": PASSWORD}, timeout=30
    )
    return {"Authorization": f"Bearer {found.json()['data']['token']}"}


def send(address, headers, name, content):
    return requests.post(
        f"{address}{UPLOAD}",
        data=file_form(name, content),
        headers={**headers, "Content-Type": MULTIPART},
        timeout=60,
    )


def serving_process(address):
    """Return the process that answers: the child of gunicorn's arbiter with the open port."""
    port = f":{urlsplit(address).port:04X}"
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if f"127.0.0.1:{int(port[1:], 16)}" in command and "gunicorn" in command:
            found.append((int(entry.name), int(parent)))
    arbiters = {pid for pid, _ in found}
    (worker,) = [pid for pid, parent in found if parent in arbiters]
    return worker


def memory(pid, name):
    """Return a figure of /proc/PID/status in bytes: VmHWM is the most that it ever was."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(name)


def forget_peak(pid):
    """Let VmHWM begin anew at what is used now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def send_large(address, headers, size):
    """Send a file that is nowhere whole, not even here; return the answer."""
    host = urlsplit(address)
    head = part("file", b"", "large.bin")[:-2]
    closing = f"\r\n--{BOUNDARY}--\r\n".encode()
    wire = http.client.HTTPConnection(host.hostname, host.port, timeout=300)
    wire.putrequest("POST", UPLOAD)
    for name, value in headers.items():
        wire.putheader(name, value)
    wire.putheader("Content-Type", MULTIPART)
    wire.putheader("Content-Length", str(len(head) + size + len(closing)))
    wire.endheaders()
    wire.send(head)
    for _ in range(size // MEGABYTE):
        wire.send(BLOCK)
    wire.send(closing)
    answer = wire.getresponse()
    return answer.status, json.loads(answer.read())


def test_an_upload_of_200_mb_adds_less_than_20_mb_of_memory(served):
    address, kind, _ = served
    headers = sign_in(address)
    assert send(address, headers, "warm.txt", b"warm").status_code == 201
    pid = serving_process(address)
    forget_peak(pid)
    before = memory(pid, "VmRSS")
    begun = time.monotonic()

    status, answer = send_large(address, headers, LARGE)

    seconds = time.monotonic() - begun
    added = memory(pid, "VmHWM") - before
    assert status == 201, answer
    assert answer["data"]["file_size"] == LARGE
    now = memory(pid, "RssAnon") / MEGABYTE
    print(f"\n200 MB to a {kind} in {seconds:.1f} s: {added / MEGABYTE:.1f} MB more than", end=" ")
    print(f"{before / MEGABYTE:.0f} MB at the peak (VmHWM), {now:.0f} MB anonymous afterwards")
    assert added < MOST_ADDED

    forget_peak(pid)
    before = memory(pid, "VmRSS")
    read = 0
    found = requests.get(
        f"{address}/api/v1/documents/{answer['data']['id']}/download",
        headers=headers,
        stream=True,
        timeout=60,
    )
    for chunk in found.iter_content(MEGABYTE):
        read += len(chunk)
    assert read == LARGE
    print(f"and out again: {(memory(pid, 'VmHWM') - before) / MEGABYTE:.1f} MB added")
    assert memory(pid, "VmHWM") - before < MOST_ADDED


def test_what_is_too_large_is_refused_without_being_read(served):
    address, _, _ = served
    headers = sign_in(address)
    host = urlsplit(address)
    with socket.create_connection((host.hostname, host.port), timeout=30) as wire:
        lines = [
            f"POST {UPLOAD} HTTP/1.1",
            f"Host: {host.netloc}",
            f"Content-Type: {MULTIPART}",
            f"Content-Length: {10 * 1024 * MEGABYTE}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        assert wire.recv(64).startswith(b"HTTP/1.1 413")


def test_a_thousand_small_files(served):
    address, kind, bucket = served
    headers = sign_in(address)
    contents = {f"note {number}.txt": os.urandom(300).hex() for number in range(SMALL_FILES)}
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        sent = list(
            pool.map(
                lambda item: send(address, headers, item[0], item[1].encode()), contents.items()
            )
        )
    seconds = time.monotonic() - begun
    assert {response.status_code for response in sent} == {201}
    print(f"\n{SMALL_FILES} small files to a {kind}: {SMALL_FILES / seconds:.0f} a second", end="")
    begun = time.monotonic()
    found = requests.get(f"{address}/api/v1/documents?limit=1000", headers=headers, timeout=60)
    rows = found.json()["data"]
    print(f", listed in {(time.monotonic() - begun) * 1000:.0f} ms", end="")
    assert len({row["s3_key"] for row in rows}) == SMALL_FILES
    port = urlsplit(address).port
    begun = time.monotonic()

    def read(row):
        signed = urlsplit(row["signed_url"])._replace(netloc=f"127.0.0.1:{port}").geturl()
        with urllib.request.urlopen(signed, timeout=60) as answer:
            return row["file_name"], answer.read().decode()

    with ThreadPoolExecutor(4) as pool:
        assert dict(pool.map(read, rows)) == contents
    print(f", read again at {SMALL_FILES / (time.monotonic() - begun):.0f} a second")
    if bucket is not None:
        assert {found.key for found in bucket.objects.all()} == {row["s3_key"] for row in rows}


def test_a_storage_that_is_down_or_silent_is_told_within_15_seconds(tmp_path, empty):
    """Nobody listens; or somebody does, and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        for manner, port in (("down", free_port()), ("silent", silent.getsockname()[1])):
            folder = tmp_path / manner
            folder.mkdir()
            env = settings_in(folder) | bucket_settings(f"http://127.0.0.1:{port}")
            with serving(env, folder, empty) as address:
                headers = sign_in(address)
                begun = time.monotonic()
                response = send(address, headers, "a.txt", b"a")
                seconds = time.monotonic() - begun
                listed = requests.get(f"{address}/api/v1/documents", headers=headers, timeout=10)
            assert response.status_code == 503, response.text
            assert response.headers["Retry-After"]
            assert listed.json()["data"] == []
            print(f"\nStorage {manner}: 503 after {seconds:.1f} s", end="")
            assert seconds < 15
