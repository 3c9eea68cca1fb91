"""Files, mail and what is read out of files: the integrations of apps (base44.md §8)."""

import re
from contextlib import suppress
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.core.bodyfields import EmailField, JSONValueField, TextField
from crm.core.errors import Missing
from crm.core.multipart import NO_FILE, UploadParser
from crm.core.plain import id_or_none
from crm.core.throttles import SignedThrottle
from crm.core.uploads import IncomingFile
from crm.core.views import EnvelopedView
from crm.documents import addresses, handing, operations
from crm.documents.gateways import store, telling
from crm.documents.models import Document
from crm.messaging import operations as mail
from crm.messaging.models import Email

from .absent import NotConfigured
from .authbodies import sent
from .entities import Door
from .extraction import extract
from .tables import Unreadable
from .views import AppView

FOLDER = "uploads"
PRIVATE = "private/"
#: signs which documents anybody with the address may read, while they are public
signer = Signer(salt="crm.base44.file")
LONGEST_NAME = 60
MARKUP = re.compile(r"<(?:/?[a-z][a-z0-9]*|!doctype)\b[^>]*>", re.IGNORECASE)
NOT_OURS = "Data can be read from files that were uploaded here, and that you may see."


class UploadFile(AppView):
    """A file that anybody with its address may read."""

    parser_classes = (UploadParser,)
    is_public: ClassVar[bool] = True

    def post(self, request, app):
        """Store a file and tell its address."""
        Door("Document", request).allow("add")
        file = request.data.get("file")
        if not isinstance(file, IncomingFile):
            raise ValidationError({"file": [NO_FILE]})
        document = Document(folder=FOLDER, is_public=self.is_public)
        operations.upload_document(document, file, by=request.user)
        return Response(self.told(document))

    def told(self, document: Document) -> dict[str, str]:
        """Return what the app is told of the stored file."""
        return {"file_url": public_address(document)}


class UploadPrivateFile(UploadFile):
    """A file that is read by signed addresses only."""

    is_public = False

    def told(self, document: Document) -> dict[str, str]:
        return {"file_uri": f"{PRIVATE}{document.pk}"}


class SignedUrlBody(serializers.Serializer):
    file_uri = TextField(max_length=500)
    expires_in = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class CreateFileSignedUrl(AppView):
    def post(self, request, app):
        """Give an address that whoever holds it may read for a while, five minutes at most."""
        values = sent(request, SignedUrlBody)
        document = named_document(request, values["file_uri"])
        if document is None:
            raise Missing("There is no such file, or none that you may see.")
        seconds = min(values.get("expires_in") or addresses.LIFETIME, addresses.LIFETIME)
        address = handing.address_of(document, seconds=seconds)
        return Response({"signed_url": urljoin(settings.OWN_ADDRESS, address)})


class MailBody(serializers.Serializer):
    to = EmailField(max_length=254)
    subject = TextField(max_length=255)
    body = TextField()
    from_name = TextField(max_length=100, required=False, allow_blank=True)


class SendEmail(AppView):
    def post(self, request, app):
        """Send a mail, as the caller; text and HTML are told apart by looking."""
        Door("Email", request).allow("add")
        values = sent(request, MailBody)
        text = values["body"]
        content = {"html_body": text} if MARKUP.search(text) else {"body": text}
        email = Email(
            to_email=values["to"],
            subject=values["subject"],
            from_name=values.get("from_name", ""),
            **content,
        )
        email = mail.send(email, by=request.user)
        return Response({"success": True, "messageId": str(email.pk)})


class ExtractionBody(serializers.Serializer):
    file_url = TextField(max_length=4000)
    json_schema = JSONValueField({"type": "object"})


class ExtractData(AppView):
    def post(self, request, app):
        """Read records out of an uploaded table or JSON file; nothing is fetched from elsewhere."""
        values = sent(request, ExtractionBody)
        try:
            document = named_document(request, values["file_url"])
            if document is None:
                raise Unreadable(NOT_OURS)
            version = operations.version_of(document)
            with telling(), store().open(version.key) as file:
                output = extract(
                    file,
                    version.file_size,
                    version.file_type,
                    version.file_name,
                    values["json_schema"],
                )
        except Unreadable as refusal:
            return Response({"status": "error", "details": str(refusal), "output": None})
        return Response({"status": "success", "details": None, "output": output})


class NotConnected(AppView):
    """Services of somebody else's: language models and images."""

    def post(self, request, app):
        """Say that nobody connected one."""
        raise NotConfigured("No language model is connected to this installation.")


class PublicFile(EnvelopedView, APIView):
    """What ``UploadFile`` gave an address."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (SignedThrottle,)
    schema = None
    http_method_names: ClassVar[list[str]] = ["get", "head"]

    def get(self, request, app, token, name):
        """Lead to the file while it is public; making it private or deleting it ends that."""
        document = Document.objects.filter(pk=_of_token(token), is_public=True).first()
        if document is None:
            raise Missing("This address leads nowhere any more.")
        return HttpResponseRedirect(handing.address_of(document))


def public_address(document: Document) -> str:
    """Return the address that anybody may read a public document by."""
    stem, dot, ending = document.file_name.rpartition(".")
    name = f"{stem[: LONGEST_NAME - 1 - len(ending)]}{dot}{ending}" if stem else document.file_name
    address = {
        "app": settings.BASE44_APP_ID,
        "token": signer.sign(document.pk.hex),
        "name": name[-LONGEST_NAME:],
    }
    return urljoin(settings.OWN_ADDRESS, reverse("base44-file", kwargs=address))


def named_document(request: Any, address: str) -> Document | None:
    """Return the document that an address or a ``file_uri`` of ours means, if the caller sees it.

    Only the path counts, and only as a name: nothing is asked of whatever host stands there.
    """
    key = _key_in(address)
    if key is None:
        return None
    with suppress(Http404, PermissionDenied):
        door = Door("Document", request)
        door.allow("view")
        return door.view.get_for("view", str(key))
    return None


def _key_in(address: str) -> Any:
    if address.startswith(PRIVATE):
        return id_or_none(address.removeprefix(PRIVATE))
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    own = urlsplit(settings.OWN_ADDRESS)
    if (parts.scheme, parts.netloc) not in ((own.scheme, own.netloc), ("", "")):
        return None
    steps = parts.path.strip("/").split("/")
    match steps:
        case ["api", "apps", _, "files", token, _]:
            return _of_token(token)
        case ["api", "v1", "documents", key, "download"]:
            return id_or_none(key)
        case ["api", "v1", "documents", "files", token]:
            with suppress(PermissionDenied):
                return addresses.read_token(token)[0]
    return None


def _of_token(token: str) -> Any:
    try:
        return id_or_none(signer.unsign(token))
    except BadSignature:
        return None
