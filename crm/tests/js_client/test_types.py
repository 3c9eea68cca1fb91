"""The client's TypeScript types: those of the API, and good for what the client takes."""

from django.core.management import call_command

from . import node


def test_they_are_what_the_api_says(tmp_path):
    path = node.demand_packages()
    document = tmp_path / "openapi.json"
    call_command("spectacular", "--format", "openapi-json", "--file", str(document))
    done = node.run(path, "scripts/types.js", str(document), "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_they_take_what_the_client_takes():
    path = node.demand_packages()
    done = node.run(path, "node_modules/typescript/bin/tsc", "--project", "tests/tsconfig.json")
    assert done.returncode == 0, done.stdout
