"""A served company and clients that listen to it, each as a client of its own would."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import socketio

from crm.tests.serving import manage

PATIENCE_SECONDS = 30
PATH = "ws-user-apps/socket.io"
APP = "nexa-crm"
CAST = """
import json
from accounts import sessions
from accounts.models import Team
from conftest import Request, person
mia = person("mia", "manager")
mia.team = Team.objects.create(name="North", manager=mia)
mia.save()
people = [mia, person("ann", "sales_rep", mia.team), person("zoe", "sales_rep")]
people += [person("sam", "support"), person("max", "admin")]
print(json.dumps({
    user.full_name.lower(): {
        "id": str(user.pk), "token": sessions.open_session(user, request=Request()).token
    }
    for user in people
}))
"""


def hire_cast(env: dict[str, str]) -> dict[str, dict[str, str]]:
    """Put the cast into a database; give the id and a token of each."""
    said = manage("shell", "--no-imports", "-c", CAST, env=env)
    return json.loads(said.splitlines()[-1])


class Company:
    """A served company and the tokens of its people."""

    def __init__(self, address: str, people: dict[str, dict[str, str]], env: dict[str, str]):
        self.address, self.people, self.env = str(address), people, env
        self.http: aiohttp.ClientSession

    def token(self, name: str) -> str:
        return self.people[name]["token"]

    async def call(self, name: str, method: str, path: str, body: Any = None) -> Any:
        """Call the API as somebody; give the data of the answer, which has to be a success."""
        return await self.as_token(self.token(name), method, path, body)

    async def door(self, name: str, method: str, path: str, body: Any = None) -> Any:
        """Call the entities as Base44's client does; give the answer, which has to be a success."""
        headers = {"Authorization": f"Bearer {self.token(name)}"}
        url = f"{self.address}/api/apps/{APP}/entities/{path}"
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def shell(self, script: str) -> None:
        """Run a script in another process over the same database."""
        await asyncio.to_thread(manage, "shell", "--no-imports", "-c", script, env=self.env)

    async def as_token(self, token: str, method: str, path: str, body: Any = None) -> Any:
        """Call the API with a token."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.address}/api/v1/{path}"
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            told = await answer.json()
            assert answer.status < 300, told
            return told.get("data")

    async def sign_in(self, name: str) -> str:
        """Open one more session of somebody; give its token."""
        body = {"email": f"{name}@example.com", "password": "correct-horse-battery"}
        return (await self.call(name, "POST", "auth/login", body))["token"]

    @asynccontextmanager
    async def socket(self, token: str, *entities: str) -> AsyncIterator["Socket"]:
        """Open a socket in the rooms of the entities; joining says whether it is told of them."""
        ear = Socket()
        url = f"{self.address}?app_id={APP}&token={token}"
        await ear.client.connect(url, socketio_path=PATH, transports=["websocket"])
        try:
            for entity in entities:
                assert await ear.join(entity)
            yield ear
        finally:
            await ear.client.disconnect()

    @asynccontextmanager
    async def stream(
        self, token: str, entities: str = "", after: str = ""
    ) -> AsyncIterator["Stream"]:
        """Listen to the server-sent events of the entities."""
        headers = {"Authorization": f"Bearer {token}"}
        if after:
            headers["Last-Event-ID"] = after
        params = {"entities": entities} if entities else {}
        url = f"{self.address}/api/v1/events"
        async with self.http.get(url, headers=headers, params=params, timeout=None) as answer:
            assert answer.status == 200, await answer.text()
            assert answer.content_type == "text/event-stream"
            yield Stream(answer)


def at(company: Company, story: Any) -> None:
    """Run an async story about a company."""

    async def run() -> None:
        async with aiohttp.ClientSession() as company.http:
            await asyncio.wait_for(story(company), 4 * PATIENCE_SECONDS)

    asyncio.run(run())


class Socket:
    """What one socket of Base44's kind hears."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.closed = asyncio.Event()
        self._heard: asyncio.Queue = asyncio.Queue()
        self.client.on("update_model", self._hear)
        self.client.on("disconnect", self._close)

    async def join(self, entity: str, app: str = APP) -> bool:
        return await self.client.call("join", f"entities:{app}:{entity}")

    async def next(self) -> tuple[str, dict[str, Any]]:
        """Wait for the next message; give the entity of its room and what it says."""
        message = await asyncio.wait_for(self._heard.get(), PATIENCE_SECONDS)
        prefix, app, entity = message["room"].split(":")
        assert (prefix, app) == ("entities", APP)
        return entity, json.loads(message["data"])

    async def until(self, id: str) -> list[dict[str, Any]]:
        """Give what is said before the first message about a record, and that as the last."""
        heard = []
        while not heard or heard[-1]["id"] != id:
            heard.append((await self.next())[1])
        return heard

    def heard_nothing(self) -> bool:
        """Whether nothing was said that was not read."""
        return self._heard.empty()

    async def _hear(self, message: Any) -> None:
        self._heard.put_nowait(message)

    async def _close(self, *_reason: Any) -> None:
        self.closed.set()


class Stream:
    """What one listener to server-sent events hears."""

    def __init__(self, answer: aiohttp.ClientResponse):
        self.answer = answer
        self.last = ""

    async def next(self) -> tuple[str, dict[str, Any]]:
        """Wait for the next event; give its name and data."""
        event, data = "", ""
        while line := await asyncio.wait_for(self.answer.content.readline(), PATIENCE_SECONDS):
            name, _, value = line.decode().rstrip("\n").partition(": ")
            match name:
                case "id":
                    self.last = value
                case "event":
                    event = value
                case "data":
                    data = value
                case "" if data and line == b"\n":
                    return event, json.loads(data)
        raise EOFError("The stream is over.")

    async def opened(self) -> None:
        """Wait until the stream tells from where on it tells."""
        while not self.last:
            line = await asyncio.wait_for(self.answer.content.readline(), PATIENCE_SECONDS)
            if line.startswith(b"id: "):
                self.last = line.decode().strip().removeprefix("id: ")

    async def until(self, id: str) -> list[dict[str, Any]]:
        """Give what is told before the first event about a record, and that as the last."""
        heard = []
        while not heard or heard[-1]["id"] != id:
            heard.append((await self.next())[1])
        return heard

    async def end(self) -> list[dict[str, Any]]:
        """Wait for the end of the stream; give what is told before."""
        told = []
        try:
            while True:
                told.append((await self.next())[1])
        except EOFError:
            return told
