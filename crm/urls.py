"""The index of addresses outside of the API: what strangers ask for, and the pages."""

from django.urls import include, path

from crm.activities import answerpages as activities
from crm.commerce import publicpages as commerce
from crm.marketing import pages as marketing
from crm.messaging import pages as messaging
from crm.sales import formpages

urlpatterns = [
    path("i/<str:token>", commerce.invoice_by_link, name="invoice-link"),
    path("i/<str:token>/pdf", commerce.invoice_pdf_by_link, name="invoice-link-pdf"),
    path("l/<str:code>", marketing.follow_link, name="link"),
    path("l/<str:code>/<str:token>", marketing.follow_link, name="mail-link"),
    path("o/<str:token>.gif", messaging.open_pixel, name="open-pixel"),
    path("r/<str:token>", activities.answer_page, name="meeting-answer"),
    path("u/<str:token>", messaging.unsubscribe, name="unsubscribe"),
    path("forms/lead/", formpages.enquire, name="enquiry"),
    path("forms/lead/thanks/", formpages.thank, name="enquiry-thanks"),
    path("hooks/ses", messaging.ses_notice, name="ses-notice"),
    path("", include("crm.pages")),
]
