"""Addresses below /api/v1/auth/."""

from django.urls import path

from . import views

urlpatterns = [
    path("register", views.Register.as_view()),
    path("login", views.Login.as_view()),
    path("logout", views.Logout.as_view()),
    path("me", views.Me.as_view()),
    path("refresh-token", views.Refresh.as_view()),
    path("forgot-password", views.ForgotPassword.as_view()),
    path("reset-password/<str:token>", views.ResetPassword.as_view()),
    path("update-password", views.UpdatePassword.as_view()),
    path("update-profile", views.UpdateProfile.as_view()),
    path("sessions", views.Sessions.as_view()),
    path("sessions/<str:id>", views.OneSession.as_view()),
    path("invite", views.Invite.as_view()),
    path("accept-invite/<str:token>", views.AcceptInvite.as_view()),
]
