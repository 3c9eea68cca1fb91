"""The client's own tests in Node, against a running server."""

import re

import pytest

from conftest import PASSWORD

from . import node
from .conftest import JWT_SECRET

FILES = sorted(str(path.relative_to(node.CLIENT)) for path in node.CLIENT.glob("tests/*.test.js"))
OUTCOME = re.compile(r"^# (pass|fail|cancelled) (\d+)$", re.MULTILINE)


@pytest.mark.parametrize("file", FILES)
def test_the_client_in_node(file, address):
    env = {"NEXA_URL": address, "NEXA_PASSWORD": PASSWORD, "JWT_SECRET": JWT_SECRET}
    done = node.run(node.demand(), "--test", "--test-reporter=tap", file, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    outcome = {name: int(number) for name, number in OUTCOME.findall(done.stdout)}
    assert outcome["pass"] > 0
    assert (outcome["fail"], outcome["cancelled"]) == (0, 0)
