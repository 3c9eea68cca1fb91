"""A real SMTP server that keeps what it is given, and refuses on demand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from crm.tests.serving import free_port


@dataclass
class Postbox:
    """What arrived: the addresses of each envelope and the message as it was on the wire."""

    port: int = 0
    envelopes: list[list[str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    #: what to say to a receiver, or to the whole message
    refuse_receiver: Callable[[str], str] = lambda address: ""
    refuse_message: Callable[[bytes], str] = lambda content: ""

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    async def handle_RCPT(self, server, session, envelope, address, options):
        if refusal := self.refuse_receiver(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if refusal := self.refuse_message(envelope.content):
            return refusal
        self.envelopes.append(list(envelope.rcpt_tos))
        self.raw.append(envelope.content)
        return "250 OK"


@contextmanager
def postbox(port: int = 0) -> Iterator[Postbox]:
    """Take mail on a port of the loopback until the block ends."""
    box = Postbox(port or free_port())
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, data_size_limit=50 * 1024 * 1024
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def use(settings, port: int) -> None:
    """Make Django send over SMTP to a port of the loopback."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
