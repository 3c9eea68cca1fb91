"""The socket that Base44's client opens: rooms of entities, one message a change (base44.md §7)."""

import asyncio
import re
from typing import Any
from urllib.parse import parse_qs

import socketio
from django.conf import settings
from rest_framework_simplejwt.exceptions import TokenError

from accounts import sessions, tokens
from accounts.models import Session
from crm.core.errors import NotSignedIn

from . import audience, topics
from .hub import hub
from .listeners import LONGEST_QUEUE, Listener
from .words import SEPARATOR, SOCKET

PATH = "ws-user-apps/socket.io"
#: what clients send is short: the names of rooms
LONGEST_MESSAGE = 64 * 1024
REFUSED = socketio.exceptions.ConnectionRefusedError


def may_call(origin: str | None, environ: dict[str, Any]) -> bool:
    """Whether pages of this origin may open a socket: our own, and those that may call the API."""
    return (
        not origin
        or origin.partition("://")[2] == environ.get("HTTP_HOST")
        or settings.CORS_ALLOW_ALL_ORIGINS
        or origin in settings.CSRF_TRUSTED_ORIGINS
        or any(re.match(pattern, origin) for pattern in settings.CORS_ALLOWED_ORIGIN_REGEXES)
    )


server = socketio.AsyncServer(
    async_mode="asgi",
    transports=["websocket"],
    cors_allowed_origins=may_call,
    max_http_buffer_size=LONGEST_MESSAGE,
    logger=False,
    engineio_logger=False,
)
_listeners: dict[str, Listener] = {}
_tellers: dict[str, asyncio.Task] = {}


def beside(application: Any) -> Any:
    """Return an ASGI application that serves the sockets, and all else by ``application``."""
    return socketio.ASGIApp(server, application, socketio_path=PATH)


@server.event
async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
    """Let a socket in; one without a token hears nothing."""
    query = parse_qs(environ.get("QUERY_STRING", ""))
    if query.get("app_id", [""])[0] != settings.BASE44_APP_ID:
        raise REFUSED("There is no such app here.")
    token = query.get("token", [""])[0]
    if not token:
        return
    session = await hub.ask(session_of, token)
    if session is None:
        raise REFUSED("The token is not valid or has expired. Sign in again.")
    if not hub.has_room(session.user_id):
        raise REFUSED("Too many connections of one person.")
    listener = _listeners[sid] = Listener(session, SOCKET, set())
    _tellers[sid] = asyncio.create_task(_tell(sid, listener))
    await hub.add(listener)


@server.event
async def disconnect(sid: str, reason: Any = None) -> None:
    """Forget a socket that is gone."""
    if listener := _listeners.pop(sid, None):
        hub.remove(listener)
    _tellers.pop(sid, None)


@server.event
async def join(sid: str, room: Any = None) -> bool:
    """Tell a socket the changes of a kind of record, if its person may view such; whether so."""
    listener, name = _listeners.get(sid), _name_in(room)
    if listener is None or name is None or not await hub.ask(_may_join, listener, name):
        return False
    listener.names.add(name)
    return True


@server.event
async def leave(sid: str, room: Any = None) -> bool:
    """Tell a socket no more of a kind of record."""
    listener, name = _listeners.get(sid), _name_in(room)
    if listener is None or name not in listener.names:
        return False
    listener.names.discard(name)
    return True


def session_of(token: str) -> Session | None:
    """Return the open session that an access token names, or None."""
    try:
        return sessions.session_of(tokens.read_access(token).payload)
    except (TokenError, NotSignedIn):
        return None


def _may_join(listener: Listener, name: str) -> bool:
    session = audience.open_sessions([listener]).get(listener.session_id)
    topic = topics.named(name)
    return session is not None and topic is not None and topic.is_open_to(session.user)


def _name_in(room: Any) -> str | None:
    """Return the name of what a room such as ``entities:nexa-crm:Lead`` tells of."""
    match room.split(SEPARATOR) if isinstance(room, str) else ():
        case ["entities", settings.BASE44_APP_ID, name]:
            return name
    return None


async def _tell(sid: str, listener: Listener) -> None:
    """Send a socket what its listener hears; its end, whoever brings it about, closes it."""
    while (message := await listener.next()) is not None:
        await server.emit("update_model", message, to=sid)
        if _backlog(sid) > LONGEST_QUEUE:
            hub.remove(listener)
    if sid in _listeners:
        await server.disconnect(sid)


def _backlog(sid: str) -> int:
    """Return how many packets wait for a socket whose client doesn't read."""
    try:
        connection = server.manager.eio_sid_from_sid(sid, "/")
        return server.eio.sockets[connection].queue.qsize()
    except KeyError:
        return 0
