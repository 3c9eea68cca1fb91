"""Amazon's notification service: whether a message is Amazon's, and what it carries."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.utils import timezone

from . import gateways

AMAZON = re.compile(r"sns\.[a-z0-9-]{1,40}\.amazonaws\.com(\.cn)?")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
SIGNED["UnsubscribeConfirmation"] = SIGNED["SubscriptionConfirmation"]
HASHES: dict[str, Any] = {"1": hashes.SHA1, "2": hashes.SHA256}  # noqa: S303
LONGEST_ID = 100


class NotAmazon(Exception):
    """The message isn't signed by Amazon for one of our topics."""


def read(raw: bytes) -> dict[str, str]:
    """Return a message once its signature is verified. Raises :class:`NotAmazon`, ``ValueError``.

    Believed are the topics in ``AWS_SNS_TOPIC_ARNS`` only (security.md H6).
    """
    message = json.loads(raw.decode())
    if not isinstance(message, dict):
        raise ValueError("Not a JSON object.")
    if message.get("Type") not in SIGNED:
        raise ValueError("Not a message of SNS.")
    names = [*SIGNED[message["Type"]], "Signature", "SignatureVersion", "SigningCertURL"]
    for name in names:
        if not isinstance(message.get(name, "" if name == "Subject" else None), str):
            raise ValueError(f"{name} is missing.")
    if len(message["MessageId"]) > LONGEST_ID or "\x00" in message["MessageId"]:
        raise ValueError("MessageId is no id.")
    if message["TopicArn"] not in settings.AWS_SNS_TOPIC_ARNS:
        raise NotAmazon("This topic is not known here.")
    _verify(message)
    return message


def address_is_amazons(url: str) -> bool:
    """Whether an address is one of SNS itself, over https."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "https"
            and bool(AMAZON.fullmatch(parts.hostname or ""))
            and parts.netloc == parts.hostname
        )
    except ValueError:
        return False


def _verify(message: Mapping[str, str]) -> None:
    url = message["SigningCertURL"]
    if not address_is_amazons(url) or not urlsplit(url).path.endswith(".pem"):
        raise NotAmazon("The certificate is not Amazon's.")
    algorithm = HASHES.get(message["SignatureVersion"])
    if algorithm is None:
        raise NotAmazon("This version of signatures is not known.")
    try:
        certificate = x509.load_pem_x509_certificate(gateways.fetch_certificate(url))
        signature = base64.b64decode(message["Signature"], validate=True)
    except ValueError as error:
        raise NotAmazon("The certificate or the signature can't be read.") from error
    if not certificate.not_valid_before_utc <= timezone.now() <= certificate.not_valid_after_utc:
        raise NotAmazon("The certificate is out of date.")
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotAmazon("The certificate holds no RSA key.")
    try:
        key.verify(signature, canonical(message), padding.PKCS1v15(), algorithm())
    except InvalidSignature as error:
        raise NotAmazon("The signature is wrong.") from error


def canonical(message: Mapping[str, str]) -> bytes:
    """Return the text that Amazon signs: names and values of the signed fields, line by line."""
    names = [name for name in SIGNED[message["Type"]] if name in message]
    return "".join(f"{name}\n{message[name]}\n" for name in names).encode()
