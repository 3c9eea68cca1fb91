"""Signing in and out on pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import render

from crm.core.pages import signed_in

sign_in = LoginView.as_view(template_name="accounts/sign_in.html")
sign_out = LogoutView.as_view(next_page="/login/")


@signed_in
def me(request):
    return render(request, "accounts/me.html")
