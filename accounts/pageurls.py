"""Addresses of the pages about oneself and of the way in."""

from django.urls import path

from . import pages

urlpatterns = [
    path("login/", pages.sign_in, name="sign-in"),
    path("logout/", pages.sign_out, name="sign-out"),
    path("me/", pages.me, name="me"),
]
