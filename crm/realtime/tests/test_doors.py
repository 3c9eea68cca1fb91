"""Who is let in, for how long, and from where on they hear."""

import asyncio
import http.cookies
import re
import uuid

import aiohttp
import pytest
import socketio
from yarl import URL

from conftest import PASSWORD
from crm.realtime.tests.ears import PATH, Stream, at

pytestmark = pytest.mark.django_db  # the database is copied

POLL = f"/{PATH}/?EIO=4&transport=polling&app_id=nexa-crm"


async def account(company, by="max"):
    body = {"account_name": f"Firm {uuid.uuid4().hex[:8]}"}
    return (await company.call(by, "POST", "accounts", body))["id"]


def test_who_gives_no_token_hears_nothing(company):
    async def story(company):
        async with (
            company.socket("") as stranger,
            company.socket(company.token("ann"), "Account") as ann,
        ):
            assert not await stranger.join("Account")
            id = await account(company)
            assert (await ann.next())[1]["id"] == id
            assert not await stranger.join("Account")  # its answer comes after what came before
            assert stranger.heard_nothing()

    at(company, story)


@pytest.mark.parametrize(
    "query", ["app_id=nexa-crm&token=nonsense", "app_id=another", "token={token}", ""]
)
def test_a_wrong_app_or_token_is_refused(company, query):
    async def story(company):
        client = socketio.AsyncClient(reconnection=False)
        url = f"{company.address}?{query.format(token=company.token('ann'))}"
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(url, socketio_path=PATH, transports=["websocket"])
        assert not client.connected

    at(company, story)


def test_polling_is_not_offered(company):
    async def story(company):
        async with company.http.get(f"{company.address}{POLL}") as answer:
            assert answer.status == 400

    at(company, story)


def test_pages_of_strangers_open_no_socket(company):
    async def story(company):
        url = f"{company.address}/{PATH}/?EIO=4&transport=websocket&app_id=nexa-crm"
        for origin in (company.address, "http://localhost:5173"):
            async with company.http.ws_connect(url, origin=origin) as opened:
                assert (await opened.receive_str()).startswith("0{")
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await company.http.ws_connect(url, origin="https://stranger.example")

    at(company, story)


def sign_out(company, token):
    return company.as_token(token, "POST", "auth/logout", {})


def change_password(company, token):
    body = {"currentPassword": PASSWORD, "newPassword": "another-horse-battery"}
    return company.call("zoe", "PUT", "auth/update-password", body)


def deactivate(company, token):
    path = f"users/{company.people['sam']['id']}"
    return company.call("max", "PATCH", path, {"status": "inactive"})


@pytest.mark.parametrize(
    ("name", "end"), [("ann", sign_out), ("zoe", change_password), ("sam", deactivate)]
)
def test_a_session_that_ended_hears_nothing_more_and_is_closed(company, name, end):
    async def story(company):
        token = await company.sign_in(name)
        async with (
            company.socket(token, "Account") as socket,
            company.stream(token, "accounts") as stream,
        ):
            await stream.opened()
            id = await account(company)
            assert (await socket.next())[1]["id"] == id
            assert (await stream.next())[1]["id"] == id

            await end(company, token)
            await account(company)

            await asyncio.wait_for(socket.closed.wait(), 30)
            assert socket.heard_nothing()
            assert await stream.end() == []

    at(company, story)


def test_a_stream_goes_on_where_it_ended(company):
    async def story(company):
        async with company.stream(company.token("mia"), "accounts") as stream:
            await stream.opened()
            first = stream.last
            heard = [await account(company), await account(company)]
            assert [(await stream.next())[1]["id"] for _ in heard] == heard
        missed = [await account(company), await account(company)]
        async with company.stream(company.token("mia"), "accounts", stream.last) as again:
            assert [(await again.next())[1]["id"] for _ in missed] == missed
            missed.append(await account(company))
            assert (await again.next())[1]["id"] == missed[-1]
        async with company.stream(company.token("mia"), "accounts", first) as all:
            ids = [*heard, *missed]
            assert [(await all.next())[1]["id"] for _ in ids] == ids

    at(company, story)


def test_a_listener_stays_while_another_comes_and_goes_and_none_is_told_twice(company):
    async def story(company):
        ids = []
        async with company.stream(company.token("mia"), "accounts") as steady:
            await steady.opened()
            last, heard = steady.last, []
            for _ in range(10):
                ids.append(await account(company))
                async with company.stream(company.token("ann"), "accounts", last) as brief:
                    heard.append((await brief.next())[1]["id"])
                    last = brief.last
            assert heard == ids
            assert [(await steady.next())[1]["id"] for _ in ids] == ids

    at(company, story)


@pytest.mark.parametrize(
    "mark", ["nonsense", "00000000-0000-7000-8000-000000000000", f"{'f' * 32}.x", "a.b.c"]
)
def test_who_was_away_too_long_is_told_to_read_anew(company, mark):
    async def story(company):
        async with company.stream(company.token("mia"), "accounts", mark) as stream:
            assert await stream.next() == ("reset", {})
            id = await account(company)
            assert (await stream.next())[1]["id"] == id

    at(company, story)


def test_a_stream_tells_all_that_the_person_may_view_where_nothing_is_named(company):
    async def story(company):
        async with company.stream(company.token("ann")) as ann:
            await ann.opened()
            await company.call("max", "POST", "workflows", {"name": "W", "trigger_type": "manual"})
            id = await account(company)
            event, told = await ann.next()
            assert (event, told["entity"], told["id"]) == ("create", "accounts", id)

    at(company, story)


@pytest.mark.parametrize(
    ("name", "query", "status"),
    [
        ("ann", "?entities=nothing", 400),
        ("ann", "?entities=,", 400),
        ("ann", "?entity=leads", 400),
        ("ann", "?entities=leads,workflows", 403),
        (None, "", 401),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_json(company, name, query, status):
    async def story(company):
        token = await company.sign_in(name) if name else "nonsense"
        headers = {"Authorization": f"Bearer {token}"} if name else {}
        url = f"{company.address}/api/v1/events{query}"
        async with company.http.get(url, headers=headers) as answer:
            assert answer.status == status
            assert (await answer.json())["success"] is False

    at(company, story)


def test_pages_listen_by_their_cookie_until_they_sign_out(company):
    async def story(company):
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            form = {"username": "mia@example.com", "password": PASSWORD}
            assert await send_form(browser, company, "/login/", form) == "/"
            url = f"{company.address}/api/v1/events?entities=accounts"
            async with browser.get(url, timeout=None) as answer:
                assert answer.status == 200
                stream = Stream(answer)
                await stream.opened()
                id = await account(company)
                assert (await stream.next())[1]["id"] == id
                await send_form(browser, company, "/logout/", {})
                assert await stream.end() == []
            async with browser.get(url) as answer:
                assert answer.status == 401

    at(company, story)


async def send_form(browser, company, path, fields):
    """Send a form as a browser does; give where it leads."""
    async with browser.get(f"{company.address}/login/") as page:
        text = await page.text()
    jar = browser.cookie_jar.filter_cookies(URL(company.address))
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    token = found[1] if found else jar.get("csrftoken", http.cookies.Morsel()).value
    body = {**fields, "csrfmiddlewaretoken": token}
    headers = {"Referer": company.address}
    url = f"{company.address}{path}"
    async with browser.post(url, data=body, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 302, await answer.text()
        return answer.headers["Location"]


def test_one_person_keeps_twenty_connections_at_most(company):
    async def story(company):
        token = await company.sign_in("max")
        url = f"{company.address}/api/v1/events"
        headers = {"Authorization": f"Bearer {token}"}
        answers = [await company.http.get(url, headers=headers, timeout=None) for _ in range(21)]
        for answer in answers[:20]:
            assert answer.status == 200
            await Stream(answer).opened()
        assert answers[20].status == 429
        for answer in answers:
            answer.close()

    at(company, story)


def test_a_server_without_an_event_loop_says_so(client_of, ann):
    answer = client_of(ann).get("/api/v1/events")

    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert "nexa.asgi" in answer.json()["message"]
