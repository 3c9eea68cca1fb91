"""The network of mail: handing a message to the provider, and fetching what it signs with.

The provider is Django's e-mail backend, chosen by ``MAIL``. Whatever goes wrong is told as
one of four: it may work later (:class:`Transient`), the provider is away altogether
(:class:`Unreachable`), it never will (:class:`Permanent`), or nobody knows whether the
message left (:class:`Unknown`). A message is handed over at most once in any case.
"""

import re
import smtplib
from contextlib import suppress
from typing import Any

import urllib3
from botocore import exceptions as aws
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from django.core.mail.message import sanitize_address

#: what SES says when it is too busy, rather than the message wrong
SES_BUSY = {"Throttling", "ThrottlingException", "TooManyRequestsException", "LimitExceeded"}
SES_BUSY |= {"LimitExceededException", "ServiceUnavailable", "InternalFailure", "RequestTimeout"}
#: what no single message is to blame for; it helps when somebody repairs the settings
SES_CLOSED = {"AccessDenied", "AccessDeniedException", "AccountSuspendedException"}
SES_CLOSED |= {"ConfigurationSetDoesNotExist", "ConfigurationSetDoesNotExistException"}
SES_CLOSED |= {"InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"}
SES_CLOSED |= {"ExpiredToken", "ExpiredTokenException", "SendingPausedException"}
NOT_CONNECTED = (
    *(aws.ConnectTimeoutError, aws.EndpointConnectionError, aws.NoCredentialsError),
    *(aws.SSLError, aws.ProxyConnectionError, aws.PartialCredentialsError),
)
NO_ANSWER = (aws.ReadTimeoutError, aws.ConnectionClosedError, aws.HTTPClientError)
LARGEST_CERTIFICATE = 64 * 1024


class SendingFailed(Exception):
    """The provider did not take a message. The text is fit for the people who see the row."""


class Transient(SendingFailed):
    """It may work later; ``everybody`` says that other messages would fare no better now."""

    def __init__(self, message: str, *, everybody: bool = False):
        super().__init__(message)
        self.everybody = everybody


class Unreachable(SendingFailed):
    """The provider can't be spoken to at all. No message was looked at."""


class Permanent(SendingFailed):
    """It never will."""


class Unknown(SendingFailed):
    """The message was handed over and no answer came: it may have left."""


class Gateway:
    """A connection to the provider, opened when first needed and kept while mails follow."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._is_fresh = False

    def send(self, message: EmailMultiAlternatives) -> str:
        """Hand a message over and return the provider's id for it.

        Raises one of :class:`Transient`, :class:`Unreachable`, :class:`Permanent` and
        :class:`Unknown`.
        """
        backend = self._open()
        if isinstance(backend, SMTPBackend):
            return self._by_smtp(backend, message)
        return self._by_backend(backend, message)

    def _by_backend(self, backend: Any, message: EmailMultiAlternatives) -> str:
        try:
            backend.send_messages([message])
        except aws.ClientError as error:
            raise _refusal_of_ses(error) from error
        except NOT_CONNECTED as error:
            self.close()
            raise Unreachable(f"The mail provider can't be reached: {_words(error)}") from error
        except NO_ANSWER as error:
            self.close()
            raise Unknown(f"The provider did not answer: {_words(error)}") from error
        except OSError as error:  # a folder or a console that can't be written
            raise Unreachable(f"The mail can't be put down: {_words(error)}") from error
        return message.extra_headers.get("message_id") or message.extra_headers["Message-ID"]

    def close(self) -> None:
        """Let go of the connection."""
        backend, self._backend = self._backend, None
        if backend is not None:
            with suppress(OSError, smtplib.SMTPException):
                backend.close()

    def _open(self) -> Any:
        self._is_fresh = self._backend is None
        if self._is_fresh:
            backend = get_connection()
            try:
                backend.open()
            except (OSError, smtplib.SMTPException, aws.BotoCoreError) as error:
                raise Unreachable(f"The mail provider can't be reached: {_words(error)}") from error
            self._backend = backend
        return self._backend

    def _by_smtp(self, backend: SMTPBackend, message: EmailMultiAlternatives) -> str:
        """Speak SMTP command by command, to know how far a conversation got when it breaks."""
        encoding = message.encoding or "utf-8"
        sender = sanitize_address(message.from_email, encoding)
        receivers = [sanitize_address(address, encoding) for address in message.recipients()]
        content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
        smtp: smtplib.SMTP = backend.connection  # type: ignore[assignment]
        try:
            smtp.ehlo_or_helo_if_needed()
            _expect(smtp.mail(_bare(sender)), "the sender")
            for receiver in receivers:
                _expect(smtp.rcpt(receiver), receiver)
            _expect(smtp.docmd("DATA"), "the message", success=354)
        except (OSError, smtplib.SMTPException) as error:
            was_fresh = self._is_fresh
            self.close()
            if not was_fresh:  # the server hung up while nothing was under way
                return self.send(message)
            raise Unreachable(f"The mail server broke off: {_words(error)}") from error
        except SendingFailed:
            self._reset(smtp)
            raise
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", content).rstrip(b"\r\n") + b"\r\n.\r\n")
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unknown(
                f"The mail server broke off after it was given the message: {_words(error)}"
            ) from error
        try:
            _expect(answer, "the message")
        except SendingFailed:
            self._reset(smtp)
            raise
        return message.extra_headers["Message-ID"]

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _expect(answer: tuple[int, bytes], about: str, *, success: int = 250) -> None:
    code, reply = answer
    if code == success or (success == 250 and code == 251):
        return
    said = f"The mail server said {code} to {about}: {reply.decode('utf-8', 'replace')[:300]}"
    if code in (421, 530, 535):
        raise Transient(said, everybody=True)
    raise Permanent(said) if code >= 500 else Transient(said)


def _bare(address: str) -> str:
    """Return the address alone, as the envelope wants it."""
    return address.rpartition("<")[2].rstrip(">")


def _refusal_of_ses(error: aws.ClientError) -> SendingFailed:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    said = f"SES said {code}: {error.response.get('Error', {}).get('Message', '')[:300]}"
    if code in SES_CLOSED:
        return Unreachable(said)
    if code in SES_BUSY or status >= 500:
        return Transient(said, everybody=True)
    return Permanent(said)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


_web = urllib3.PoolManager(
    timeout=urllib3.Timeout(connect=3, read=5), retries=False, maxsize=2, cert_reqs="CERT_REQUIRED"
)


def fetch_certificate(url: str) -> bytes:
    """Return the certificate that stands at an address of Amazon's, kept for a day.

    Raises ``OSError`` where it can't be fetched.
    """
    key = f"sns:certificate:{url}"
    known = cache.get(key)
    if known is None:
        known = _get(url)
        cache.set(key, known, timeout=24 * 3600)
    return known


def confirm_subscription(url: str) -> None:
    """Tell Amazon that the topic's messages are wanted here. Raises ``OSError``."""
    _get(url)


def _get(url: str) -> bytes:
    try:
        answer = _web.request("GET", url, redirect=False, preload_content=False)
        content = answer.read(LARGEST_CERTIFICATE)
        answer.close()
    except urllib3.exceptions.HTTPError as error:
        raise OSError(f"{url} can't be fetched: {_words(error)}") from error
    if answer.status != 200:
        raise OSError(f"{url} answered {answer.status}.")
    return content
