"""The app's functions at their addresses."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from rest_framework.exceptions import ParseError, ValidationError

from crm.core.errors import Missing
from crm.core.multipart import UploadParser
from crm.core.uploads import IncomingFile
from crm.core.wire import JSONParser, parse, to_bytes

from .functions import Call, registered
from .views import AppView


class Invoke(AppView):
    """One of the app's functions."""

    parser_classes = (JSONParser, UploadParser)

    def post(self, request, app, name):
        """Call a function with what was sent, and answer what it returns.

        What it writes is stored where it returns, and undone where it raises.
        """
        body = registered(tuple(settings.BASE44_FUNCTIONS)).get(name)
        if body is None:
            raise Missing(f"There is no function '{name[:60]}' in this app.")
        call = _call_of(request)
        try:
            with transaction.atomic():
                answer = body(call)
        finally:
            for file in call.files.values():
                file.close()
        return HttpResponse(to_bytes(answer), "application/json")


def _call_of(request: Any) -> Call:
    if request.stream is None:
        return Call(request.user)
    data = request.data
    if not hasattr(data, "getlist"):
        return Call(request.user, data)
    values: dict[str, Any] = {}
    files: dict[str, IncomingFile] = {}
    for name in data:
        for sent in data.getlist(name):
            if isinstance(sent, IncomingFile):
                files[name] = sent
            else:
                values[name] = _of_part(sent)
    return Call(request.user, values, files)


def _of_part(text: str) -> Any:
    """Objects and lists arrive as JSON text in their part."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return parse(text.encode(errors="replace"))
    except (ParseError, ValidationError):
        return text
