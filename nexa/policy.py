"""What browsers may load and run on our pages (security.md F3)."""

from typing import Any

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

#: our own pages: nothing inline, nothing foreign
PAGES: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
#: pages of other people's making that need more: the staff site's scripts are evaluated
#: expressions (Alpine), the API's documentation starts by an inline script
RELAXED = {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}
RELAXED_PATHS = ("/admin/", "/api/docs")


class ContentPolicyMiddleware(CSPMiddleware):
    """Send the policy with every answer; the staff site and the API's documents have their own."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path.startswith(RELAXED_PATHS):
            parts.replace = {**(parts.replace or {}), **RELAXED}
        return parts
