"""Entities that an administrator declared are listened to as the house's own are."""

import asyncio

import pytest

from crm.realtime.tests.ears import at

#: the database of the served company is a copy
pytestmark = pytest.mark.django_db

SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "state": {"type": "string", "enum": ["open", "done"], "default": "open"},
        "pages": {"type": "integer"},
    },
    "required": ["title"],
}
OPEN = {"read": "all", "create": "all", "update": "all", "delete": "all"}
OWN = {"read": "own", "create": "all", "update": "own", "delete": "own"}
NONE = dict.fromkeys(OPEN, "none")
ACCESS = {"manager": OPEN, "sales_rep": OWN, "support": NONE}
RECORDS = """
from crm.core import records
from crm.declared.models import DeclaredEntity, DeclaredRecord
"""


def declaring(entities):
    """Return a script that declares entities, given by their names."""
    return f"""{RECORDS}
for name, values in {entities!r}.items():
    records.create(DeclaredEntity(name=name, schema={SCHEMA!r}, **values), by=None)
"""


def redeclaring(name, values):
    """Return a script that changes a declaration."""
    return f"""{RECORDS}
records.change(DeclaredEntity.objects.get(name={name!r}), {values!r}, by=None)
"""


def doing(verb, id):
    """Return a script that removes or restores a record."""
    return f"""{RECORDS}
records.{verb}(DeclaredRecord.all_objects.get(pk={id!r}), by=None)
"""


@pytest.fixture(scope="module")
def company(company):
    """The company with what its app brings along."""

    async def story(company):
        entities = {
            "ProjectNote": {"access": ACCESS},
            "Meetup": {"access": dict.fromkeys(ACCESS, OPEN)},
            "Retired": {"access": dict.fromkeys(ACCESS, OPEN), "active": False},
            "Passing": {"access": dict.fromkeys(ACCESS, OPEN)},
            "Narrowing": {"access": dict.fromkeys(ACCESS, OPEN)},
        }
        await company.shell(declaring(entities))

    at(company, story)
    return company


async def put_up_sign(company):
    """Make a record that everybody sees; who hears of it has heard all that was before."""
    return (await company.door("max", "POST", "Account", {"account_name": "Sign"}))["id"]


def ids(messages):
    return [message["id"] for message in messages]


def types(messages):
    return [message["type"] for message in messages]


def test_each_change_is_told_once_to_whom_the_rules_show_the_record(company):
    async def story(company):
        rooms = ("ProjectNote", "Account")
        async with (
            company.socket(company.token("ann"), *rooms) as ann,
            company.socket(company.token("zoe"), *rooms) as zoe,
            company.socket(company.token("mia"), *rooms) as mia,
            company.socket(company.token("max"), *rooms) as max,
            company.stream(company.token("ann"), "ProjectNote,accounts") as ann_too,
            company.stream(company.token("zoe"), "ProjectNote,accounts") as zoe_too,
        ):
            await asyncio.gather(ann_too.opened(), zoe_too.opened())
            note = await company.door("ann", "POST", "ProjectNote", {"title": "Roof"})
            path = f"ProjectNote/{note['id']}"
            await company.door("mia", "PUT", path, {"pages": 3})
            await company.door("ann", "DELETE", path)
            await company.shell(doing("restore", note["id"]))
            await company.door("ann", "POST", "Meetup", {"title": "Elsewhere"})
            sign = await put_up_sign(company)

            for ear in (ann, mia, max, ann_too):
                told = await ear.until(sign)
                assert ids(told) == [note["id"]] * 4 + [sign]
                assert types(told[:-1]) == ["create", "update", "delete", "create"]
                assert [message["data"]["title"] for message in told[:-1]] == ["Roof"] * 4
            for ear in (zoe, zoe_too):
                assert ids(await ear.until(sign)) == [sign]

    at(company, story)


def test_a_record_is_told_as_its_door_shows_it(company):
    async def story(company):
        async with (
            company.socket(company.token("ann"), "ProjectNote") as socket,
            company.stream(company.token("ann"), "ProjectNote") as stream,
        ):
            await stream.opened()
            body = {"title": "Größe", "colour": "red"}
            note = await company.door("ann", "POST", "ProjectNote", body)
            shown = await company.door("ann", "GET", f"ProjectNote/{note['id']}")

            entity, by_socket = await socket.next()
            event, by_stream = await stream.next()

            assert (entity, by_socket["type"], by_socket["id"]) == (
                "ProjectNote",
                "create",
                note["id"],
            )
            assert (event, by_stream["type"], by_stream["entity"], by_stream["id"]) == (
                "create",
                "create",
                "ProjectNote",
                note["id"],
            )
            assert by_socket["data"] == by_stream["data"] == shown
            assert (shown["pages"], shown["state"], shown["colour"]) == (None, "open", "red")
            assert shown["created_by"] == "ann@example.com"

    at(company, story)


def test_rooms_are_joined_by_who_may_view_such_records(company):
    async def story(company):
        async with (
            company.socket(company.token("sam"), "Meetup", "Account") as sam,
            company.socket(company.token("max"), "ProjectNote") as max,
        ):
            assert not await sam.join("ProjectNote")
            assert not await sam.join("ProjectNote", app="another")
            for ear in (sam, max):
                for name in ("Retired", "Nothing", "meetup", "", "Meet\x00up", "x" * 999):
                    assert not await ear.join(name)
                for name in ("DeclaredRecord", "DeclaredEntity"):
                    assert not await ear.join(name)
            await company.door("max", "POST", "ProjectNote", {"title": "Hidden"})
            sign = await put_up_sign(company)

            assert ids(await sam.until(sign)) == [sign]

    at(company, story)


def test_who_leaves_a_room_hears_no_more_of_it(company):
    async def story(company):
        async with company.socket(company.token("ann"), "Meetup", "Account") as ann:
            assert await ann.client.call("leave", "entities:nexa-crm:Meetup")
            await company.door("ann", "POST", "Meetup", {"title": "Unheard"})
            sign = await put_up_sign(company)

            assert ids(await ann.until(sign)) == [sign]

    at(company, story)


@pytest.mark.parametrize(
    ("name", "values", "hearers"),
    [
        ("Passing", {"active": False}, set()),
        ("Narrowing", {"access": {"manager": OPEN, "sales_rep": NONE}}, {"mia"}),
    ],
)
def test_what_is_taken_away_while_somebody_listens_is_told_no_more(company, name, values, hearers):
    async def story(company):
        async with (
            company.socket(company.token("ann"), name, "Account") as ann,
            company.socket(company.token("mia"), name, "Account") as mia,
            company.stream(company.token("ann")) as ann_too,
            company.stream(company.token("mia"), f"{name},accounts") as mia_too,
        ):
            await asyncio.gather(ann_too.opened(), mia_too.opened())
            ears = {"ann": (ann, ann_too), "mia": (mia, mia_too)}
            first = (await company.door("ann", "POST", name, {"title": "Before"}))["id"]
            for ear in (ann, mia, ann_too, mia_too):
                assert ids(await ear.until(first)) == [first]

            await company.shell(redeclaring(name, values))
            await company.shell(doing("remove", first))
            sign = await put_up_sign(company)

            for person, theirs in ears.items():
                for ear in theirs:
                    expected = [first, sign] if person in hearers else [sign]
                    assert ids(await ear.until(sign)) == expected

    at(company, story)


def test_a_stream_of_all_tells_the_declared_entities_too(company):
    async def story(company):
        async with (
            company.stream(company.token("sam")) as sam,
            company.stream(company.token("mia")) as mia,
        ):
            await asyncio.gather(sam.opened(), mia.opened())
            await company.shell(declaring({"Late": {}}))
            made = {}
            for name in ("Meetup", "ProjectNote", "Late"):
                made[name] = (await company.door("mia", "POST", name, {"title": name}))["id"]
            sign = await put_up_sign(company)

            told = [(message["entity"], message["id"]) for message in await mia.until(sign)]
            assert told == [*made.items(), ("accounts", sign)]
            assert ids(await sam.until(sign)) == [made["Meetup"], made["Late"], sign]

    at(company, story)


def test_a_stream_goes_on_where_it_ended(company):
    async def story(company):
        async with company.stream(company.token("ann"), "ProjectNote") as stream:
            await stream.opened()
            mark = stream.last
        mine = (await company.door("ann", "POST", "ProjectNote", {"title": "Mine"}))["id"]
        await company.door("mia", "POST", "ProjectNote", {"title": "Mia's"})
        async with company.stream(company.token("ann"), "ProjectNote", mark) as again:
            more = (await company.door("ann", "POST", "ProjectNote", {"title": "More"}))["id"]
            assert ids(await again.until(more)) == [mine, more]

    at(company, story)


@pytest.mark.parametrize(
    ("name", "entities", "status", "said"),
    [
        ("sam", "Meetup,ProjectNote", 403, "Your role may not view ProjectNote."),
        ("sam", "Retired", 400, "There are no 'Retired'."),
        ("max", "leads,meetup", 400, "There are no 'meetup'."),
        ("max", "DeclaredRecord", 400, "There are no 'DeclaredRecord'."),
    ],
)
def test_a_stream_of_what_is_not_to_be_heard_is_refused(company, name, entities, status, said):
    async def story(company):
        headers = {"Authorization": f"Bearer {company.token(name)}"}
        url = f"{company.address}/api/v1/events?entities={entities}"
        async with company.http.get(url, headers=headers) as answer:
            text = await answer.text()
            assert answer.status == status
            assert said in text
            if status == 400:
                assert "leads" in text
                assert "Meetup" in text
                assert ("ProjectNote" in text) == (name == "max")

    at(company, story)
