"""What is a Node backend's database, what of it is read, and what is left in peace."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from crm.activities.models import Call
from crm.exchange.tests import nodebackend
from crm.exchange.tests.importing import table
from crm.exchange.tests.nodebackend import key
from crm.sales.models import Lead

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="the Node backend's data is in PostgreSQL"
    ),
]


def refusal(address):
    with pytest.raises(CommandError) as refused:
        call_command("import_nexa_node", source=address, stdout=StringIO())
    return str(refused.value)


def test_missing_and_foreign_tables_are_told(run, source):
    source.execute("DROP TABLE workflows, suppliers")
    printed, report = run()
    told = {row["file"]: row["reason"] for row in report["not_imported"]}
    assert told["workflows"] == told["suppliers"] == "The source has no such table."
    assert told["SequelizeMeta"] == "not imported: no such entity"
    assert "workflows: The source has no such table." in printed
    assert Lead.objects.count() == 2


def test_unknown_columns_are_kept_and_told(run, source):
    source.execute("ALTER TABLE calls ADD mood TEXT")
    source.execute("UPDATE calls SET mood = 'good'")
    _, report = run()
    assert Call.objects.get().custom_fields == {"mood": "good"}
    assert table(report, "Call")["unknown_columns"] == {"mood": 1}
    assert table(report, "Lead")["unknown_columns"] == {"favourite_colour": 1}


def test_a_database_of_our_own_is_no_source(source):
    source.execute("CREATE TABLE django_migrations (id INTEGER)")
    assert "none of the Node backend" in refusal(source.address)
    assert not Lead.objects.exists()


def test_an_empty_database_is_no_source(empty):
    assert "none of the tables" in refusal(empty.address)


@pytest.mark.parametrize("address", ["host=x password=hidden", "mysql://ann:hidden@x/y", "", "a"])
def test_an_address_that_is_none_is_refused_without_repeating_it(address):
    told = refusal(address)
    assert "postgres://user@host/name" in told
    assert "hidden" not in told


def test_a_source_that_does_not_answer_is_told_without_its_password():
    told = refusal("postgres://ann:hidden@127.0.0.1:1/crm")
    assert "can't be read" in told
    assert "hidden" not in told


def test_a_table_that_may_not_be_read_stops_all_before_it_begins(source):
    source.execute("CREATE ROLE reader LOGIN")
    try:
        source.execute("GRANT SELECT ON users TO reader")
        user, rest = source.address.removeprefix("postgres://").split("@", 1)
        assert user
        told = refusal(f"postgres://reader@{rest}")
        assert "may not read these tables" in told
        assert "leads" in told
        assert not User.objects.exists()
    finally:
        source.execute("DROP OWNED BY reader")
        source.execute("DROP ROLE reader")


def test_what_is_written_there_meanwhile_waits_for_the_next_run(run, source):
    """One snapshot: a row that another connection stores during the run is not half of it."""
    late = key("leads", 50)
    row = {"id": late, "first_name": "L", "last_name": "L", "email": "late@example.com"}
    loaded = []

    class Watching(StringIO):
        def write(self, said):
            if said.startswith("users: ") and not loaded:
                nodebackend.insert(source, "leads", row)
                loaded.append(said)
            return super().write(said)

    call_command("import_nexa_node", source=source.address, stdout=Watching())
    assert loaded
    assert not Lead.objects.filter(pk=late).exists()
    run()
    assert Lead.objects.filter(pk=late).exists()
