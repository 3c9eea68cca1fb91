"""The first page and the reports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm.core.pages import signed_in


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What today asks for, and how things stand."""
    return render(request, "analytics/home.html")
