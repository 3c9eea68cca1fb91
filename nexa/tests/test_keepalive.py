"""Connections are kept as long as clients and load balancers keep theirs."""

import http.client
import time
from urllib.parse import urlsplit

import pytest

from crm.tests.databases import fresh_database
from crm.tests.serving import server, things_in

pytestmark = pytest.mark.django_db
GUNICORNS_OWN_SECONDS = 2


def test_a_connection_outlives_a_pause_between_two_calls(migrated, tmp_path):
    with fresh_database(tmp_path, "keepalive", template=migrated) as place:
        env = things_in(tmp_path, **place)
        with server(env, "--workers", "1", log=tmp_path / "log") as address:
            connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
            for pause in (0, GUNICORNS_OWN_SECONDS + 1):
                time.sleep(pause)  # what is tried is that nothing happens meanwhile
                connection.request("GET", "/health/live")
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200
            connection.close()
