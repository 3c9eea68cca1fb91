"""Each change is told once to whoever may see the record, and to nobody else."""

import asyncio
from collections import Counter
from itertools import count

import pytest

from crm.realtime.tests.ears import at

pytestmark = pytest.mark.django_db  # the database is copied

MANY, AT_ONCE = 200, 8
number = count()


def lead(**values):
    return {
        "first_name": "Lea",
        "last_name": "D",
        "email": f"lea{next(number)}@example.com",
    } | values


async def put_up_sign(company):
    """Make a record that everybody sees; who hears of it has heard all that was before."""
    body = {"account_name": f"Sign {next(number)}"}
    return (await company.call("max", "POST", "accounts", body))["id"]


def test_two_hundred_creates_are_told_once_to_each_who_may_see_them(company):
    async def story(company):
        rooms = ("Lead", "Account")
        async with (
            company.socket(company.token("ann"), *rooms) as ann,
            company.socket(company.token("mia"), *rooms) as mia,
            company.socket(company.token("zoe"), *rooms) as zoe,
            company.stream(company.token("max"), "leads,accounts") as max,
            company.stream(company.token("zoe"), "leads,accounts") as zoe_too,
        ):
            await asyncio.gather(max.opened(), zoe_too.opened())
            made = []

            async def write():
                for _ in range(MANY // AT_ONCE):
                    made.append(await company.call("ann", "POST", "leads", lead()))

            await asyncio.gather(*(write() for _ in range(AT_ONCE)))
            sign = await put_up_sign(company)

            once = Counter({row["id"]: 1 for row in made} | {sign: 1})
            assert len(once) == MANY + 1
            for ear in (ann, mia, max):
                heard = await ear.until(sign)
                assert Counter(message["id"] for message in heard) == once
                assert {message["type"] for message in heard} == {"create"}
            assert [message["id"] for message in await zoe.until(sign)] == [sign]
            assert [message["id"] for message in await zoe_too.until(sign)] == [sign]

    at(company, story)


def test_a_record_is_told_as_each_door_shows_it(company):
    async def story(company):
        async with (
            company.socket(company.token("ann"), "Lead") as socket,
            company.stream(company.token("ann"), "leads") as stream,
        ):
            await stream.opened()
            row = await company.call("ann", "POST", "leads", lead(custom_fields={"Größe": "12 €"}))
            listed = await company.call("ann", "GET", f"leads?search={row['email']}")
            foreign = await company.door("ann", "GET", f"Lead/{row['id']}")

            entity, by_socket = await socket.next()
            event, by_stream = await stream.next()

            assert (entity, by_socket["type"], by_socket["id"]) == ("Lead", "create", row["id"])
            assert by_socket["data"] == foreign
            assert foreign["created_by"] == "ann@example.com"
            assert (event, by_stream["type"], by_stream["entity"]) == ("create", "create", "leads")
            assert by_stream["data"] == listed[0]
            assert by_stream["timestamp"] == by_socket["timestamp"]
            assert stream.last.startswith("01")

    at(company, story)


def test_changes_moves_and_deletions_are_told_once_each(company):
    async def story(company):
        async with (
            company.socket(company.token("ann"), "Deal", "Account") as ann,
            company.socket(company.token("zoe"), "Deal", "Account") as zoe,
            company.stream(company.token("mia"), "deals,accounts") as mia,
        ):
            await mia.opened()
            deal = await company.call("ann", "POST", "deals", {"deal_name": "Roof", "amount": 10})
            path = f"deals/{deal['id']}"
            await company.call("ann", "PATCH", path, {"amount": 20})
            await company.call("ann", "PATCH", path, {"stage": "Negotiation/Review"})
            await company.call("max", "DELETE", path)
            await company.call("max", "POST", f"{path}/restore")
            sign = await put_up_sign(company)

            told = await ann.until(sign)
            assert [message["type"] for message in told[:-1]] == [
                *("create", "update", "update", "delete", "create")
            ]
            assert [message["data"]["amount"] for message in told[1:-1]] == [20] * 4
            assert told[2]["data"]["stage"] == "Negotiation/Review"
            assert [message["id"] for message in await zoe.until(sign)] == [sign]
            assert [(m["type"], m["id"]) for m in await mia.until(sign)] == [
                (m["type"], m["id"]) for m in told
            ]

    at(company, story)


def test_who_gets_a_record_hears_of_it_and_who_lost_it_does_not(company):
    async def story(company):
        async with (
            company.socket(company.token("ann"), "Lead", "Account") as ann,
            company.socket(company.token("zoe"), "Lead", "Account") as zoe,
        ):
            zoe_id = company.people["zoe"]["id"]
            row = await company.call("max", "POST", "leads", lead(assigned_to=zoe_id))
            assert (await zoe.next())[1]["id"] == row["id"]
            given = {"assigned_to": company.people["ann"]["id"]}
            await company.call("max", "PATCH", f"leads/{row['id']}", given)
            await company.call("max", "DELETE", f"leads/{row['id']}")
            sign = await put_up_sign(company)

            assert [m["id"] for m in await zoe.until(sign)] == [sign]
            assert [m["type"] for m in await ann.until(sign)] == ["update", "delete", "create"]

    at(company, story)


def test_what_a_role_may_not_read_is_not_told(company):
    async def story(company):
        async with (
            company.socket(company.token("ann"), "Product") as ann,
            company.socket(company.token("mia"), "Product") as mia,
            company.stream(company.token("ann"), "products") as ann_too,
            company.stream(company.token("mia"), "products") as mia_too,
        ):
            await asyncio.gather(ann_too.opened(), mia_too.opened())
            body = {"name": "Tile", "sku": "T-1", "price": 9, "cost": 4}
            await company.call("max", "POST", "products", body)

            for ear in (mia, mia_too):
                assert (await ear.next())[1]["data"]["cost"] == 4
            for ear in (ann, ann_too):
                told = (await ear.next())[1]["data"]
                assert told["price"] == 9
                assert "cost" not in told

    at(company, story)


def test_support_hears_of_tickets_and_joins_no_leads(company):
    async def story(company):
        async with (
            company.socket(company.token("sam"), "Ticket") as sam,
            company.socket(company.token("ann"), "LinkAnalytics"),
        ):
            assert not await sam.join("Lead")
            assert not await sam.join("Workflow")
            assert not await sam.join("Nothing")
            assert not await sam.join("Ticket", app="another")
            await company.call("ann", "POST", "leads", lead())
            body = {"subject": "It leaks", "description": "A lot."}
            ticket = await company.call("ann", "POST", "tickets", body)

            entity, told = await sam.next()

            assert (entity, told["id"]) == ("Ticket", ticket["id"])

    at(company, story)


def test_who_leaves_a_room_hears_no_more_of_it(company):
    async def story(company):
        async with company.socket(company.token("ann"), "Lead", "Account") as ann:
            assert await ann.client.call("leave", "entities:nexa-crm:Lead")
            await company.call("ann", "POST", "leads", lead())
            sign = await put_up_sign(company)

            assert [message["id"] for message in await ann.until(sign)] == [sign]

    at(company, story)
