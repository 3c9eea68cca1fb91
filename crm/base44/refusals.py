"""How a refusal looks in the second wire format (base44.md §1, "Errors").

Old SDKs read ``message``, older ones ``detail``; both say the same.
"""

from typing import Any

#: addresses of this door; what is refused there is told in its words
PREFIXES = ("/api/apps/", "/api/app-logs/", "/api/functions/")
INVALID, UNPROCESSABLE = 400, 422
KINDS = {404: "ObjectNotFoundError", 422: "ValidationError"}


def is_spoken(path: str) -> bool:
    """Whether an address belongs to this door."""
    return path.startswith(PREFIXES)


def retold(status: int, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return a refusal of the house in this format: its status and its body."""
    errors: Any = body.get("errors")
    if status == INVALID and body["code"] == "bad_query":
        errors = None
    elif status == INVALID and errors and body["code"] == "invalid" and list(errors) != ["body"]:
        status = UNPROCESSABLE
    message = _sentence(errors) if status == UNPROCESSABLE else body["message"]
    told = {
        "message": message,
        "detail": message,
        "code": body["code"],
        "error_type": KINDS.get(status, "HTTPException"),
        "request_id": body.get("request_id") or None,
        "traceback": "",
    }
    if status == UNPROCESSABLE:
        told["errors"] = errors
    if status == 401:
        told["extra_data"] = {"reason": "auth_required"}
    return status, told


def _sentence(errors: dict[str, list[str]]) -> str:
    """Return the first refusal with its field, as these clients' forms show it."""
    name, reasons = next(iter(errors.items()))
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"Error in field {name}: {' '.join(map(str, reasons))}{more}"
