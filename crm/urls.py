"""The index of public addresses: what works without a sign-in."""

from django.urls import path

from crm.messaging import pages as messaging

urlpatterns = [
    path("o/<str:token>.gif", messaging.open_pixel, name="open-pixel"),
    path("u/<str:token>", messaging.unsubscribe, name="unsubscribe"),
    path("hooks/ses", messaging.ses_notice, name="ses-notice"),
]
