"""The index of public addresses: what people reach without signing in."""

from django.urls import path

from crm.marketing.pages import follow_link

urlpatterns = [
    path("l/<str:code>", follow_link, name="link"),
    path("l/<str:code>/<str:token>", follow_link, name="mail-link"),
]
