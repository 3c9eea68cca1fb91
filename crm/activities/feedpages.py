"""The private address under which one's own calendar program reads the CRM's."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.core.pages import signed_in

from . import feeds


@signed_in
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Show the address; open one, close it, or replace it by another."""
    user: Any = request.user
    if request.method == "POST":
        feeds.close_feed(user)
        if request.POST.get("do") == "open":
            feeds.open_feed(user)
            messages.success(request, _("The calendar has a new address."))
        else:
            messages.success(request, _("The address is closed."))
        return redirect("me-calendar")
    address = ""
    if token := feeds.token_of(user):
        path = f"{reverse('calendar-feed')}?{urlencode({'token': token})}"
        address = request.build_absolute_uri(path)
    context = {"address": address, "here": "me-calendar"}
    return render(request, "crm/calendar_feed.html", context)
