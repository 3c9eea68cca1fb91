"""What every API view shares: the envelope, the limits and the way a body is read."""

from typing import Any, ClassVar

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response


class EnvelopedView:
    """What every API view shares: the throttle counts before anything is refused."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "post", "put", "patch", "delete"]

    def initial(self, request, *args, **kwargs):
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(
            request, force=True
        )
        request.version, request.versioning_scheme = None, None
        try:
            self.perform_authentication(request)
        finally:
            self.check_throttles(request)
        self.check_permissions(request)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if allowance := getattr(request._request, "allowance", None):
            for name, value in allowance.headers().items():
                response[name] = value
        return response


def ok(data: Any = None, *, message: str = "", status: int = 200, **more: Any) -> Response:
    """Return the envelope of success."""
    body: dict[str, Any] = {"success": True}
    if data is not None:
        body["data"] = data
    if message:
        body["message"] = message
    return Response({**body, **more}, status=status)


def json_body(request: Any) -> dict[str, Any]:
    """Return the JSON object that was sent. Raises ``ValidationError`` for anything else."""
    data = request.data
    if request.stream is None or not isinstance(data, dict):
        raise ValidationError({"body": ["Send a JSON object."]})
    return data


def body_of(request: Any, serializer_class: type, **context: Any) -> dict[str, Any]:
    """Return the checked values of a body that is no record. Raises ``ValidationError``."""
    return checked_body(request, serializer_class, **context).validated_data


def checked_body(request: Any, serializer_class: type, **context: Any) -> Any:
    """Return the serializer of a body that is no record, its values checked."""
    data = json_body(request)
    serializer = serializer_class(data=data, context={"request": request, **context})
    unknown = {n: ["There is no such field."] for n in data if n not in serializer.fields}
    if not serializer.is_valid() or unknown:
        raise ValidationError({**serializer.errors, **unknown})
    return serializer
