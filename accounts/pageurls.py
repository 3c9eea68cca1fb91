"""Addresses of the pages about oneself, of the way in, and of what there is to administer."""

from django.urls import path

from . import mypages, pages, settingspages

urlpatterns = [
    path("login/", pages.sign_in, name="sign-in"),
    path("logout/", pages.sign_out, name="sign-out"),
    path("forgot-password/", pages.forgot_password, name="forgot-password"),
    path("reset-password/", pages.reset_password, name="reset-password"),
    path("reset-password/<str:token>", pages.take_reset, name="reset-password-link"),
    path("accept-invite/", pages.accept_invitation, name="accept-invitation"),
    path("accept-invite/<str:token>", pages.take_invitation, name="accept-invitation-link"),
    path("register/", pages.register, name="register"),
    path("me/", mypages.profile, name="me"),
    path("me/preferences/", mypages.preferences, name="me-preferences"),
    path("me/password/", mypages.password, name="me-password"),
    path("me/sessions/", mypages.open_sessions, name="me-sessions"),
    path("me/sessions/end/", mypages.end_other_sessions, name="me-sessions-end"),
    path("me/sessions/<uuid:pk>/end/", mypages.end_session, name="me-session-end"),
    path("settings/", settingspages.settings_index, name="settings"),
    path("settings/invitations/", settingspages.invite, name="invitations"),
    path(
        "settings/invitations/<uuid:pk>/again/",
        settingspages.invite_again,
        name="invitation-again",
    ),
    path(
        "settings/invitations/<uuid:pk>/withdraw/",
        settingspages.withdraw_invitation,
        name="invitation-withdraw",
    ),
]
