"""A mail's text as a page of its own, for a frame in which nothing runs and nothing is loaded.

The text was sanitised when it was stored and is once more here; the frame's own policy holds
whatever would get through: no script, no form, no picture from elsewhere.
"""

from collections.abc import Iterable

from django.http import HttpResponse
from django.template.loader import render_to_string

from . import content

POLICY = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


def framed(
    markup: str, text: str = "", *, subject: str = "", problems: Iterable[str] = ()
) -> HttpResponse:
    """Return a page with a mail's HTML, or its plain text where there is none."""
    context = {"subject": subject, "problems": list(problems), "text": "" if markup else text}
    head, foot = render_to_string("messaging/frame.html", context).split("<!-- the mail -->")
    response = HttpResponse([head, content.sanitised(markup), foot])
    response["Content-Security-Policy"] = POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
