"""The front door."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts import pages
from crm.realtime.views import Events

from . import errors, health, styleguide, views

urlpatterns = [
    # One way in and out for the pages and the staff site, and one place for one's password.
    path("admin/login/", pages.enter_staff_site),
    path("admin/logout/", pages.sign_out),
    path("admin/password_change/", RedirectView.as_view(pattern_name="me-password")),
    path("admin/", admin.site.urls),
    path("api/v1/auth/", include("accounts.urls")),
    path("api/v1/events", Events.as_view(), name="events"),
    path("api/v1/", include("crm.api")),
    path("api/", include("crm.base44.urls")),
    path("", include("accounts.pageurls")),
    path("", include("crm.urls")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("api/schema", views.Document.as_view(), name="schema"),
    path("api/docs", views.Docs.as_view(), name="docs"),
    path("health", health.health, name="health"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    # Last of all, so that what is no address is told in JSON in DEBUG too.
    re_path(r"^api(?:/[\s\S]*)?\Z", views.NoSuchAddress.as_view()),
    re_path(r"^health(?:/[\s\S]*)?\Z", errors.no_such_address),
]

handler400 = errors.handler400
handler403 = errors.handler403
handler404 = errors.handler404
handler500 = errors.handler500
