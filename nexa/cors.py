"""Calls from other sites' pages, beyond what the settings say for the whole API."""

from typing import Any

from corsheaders.signals import check_request_enabled
from django.http import HttpRequest
from django.urls import reverse

from crm.sales.views import is_form_origin


def allow_web_form(sender: Any, request: HttpRequest, **kwargs: Any) -> bool:
    """Let the sites in ``WEB_FORM_ORIGINS`` call the web form, and nothing else."""
    path = request.path_info.rstrip("/")
    return path == reverse("web-form") and is_form_origin(request.headers.get("Origin", ""))


def register_all() -> None:
    """Have the middleware ask."""
    check_request_enabled.connect(allow_web_form, dispatch_uid="web form")
