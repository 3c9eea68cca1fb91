"""The pages of mails and their templates."""

from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .viewsets import EmailTemplateViewSet, EmailViewSet


class EmailPages(RecordPages):
    viewset = EmailViewSet
    slug = "emails"
    icon = "mail"
    columns = ("to_email", "status", "related_to", "sent_at", "opens_count", "clicks_count")
    facts = ("status", "to_email", "from_email", "sent_at", "opened_at", "clicked_at", "related_to")
    groups = ((_("Mail"), ("subject", "to_email", "cc", "body", "related_to")),)
    quick = ("to_email", "subject", "body")


class EmailTemplatePages(RecordPages):
    viewset = EmailTemplateViewSet
    slug = "email-templates"
    icon = "file-pen-line"
    columns = ("subject", "category", "created_at")
    facts = ("category", "description")
    groups = ((_("Template"), ("name", "category", "description", "subject", "body", "html_body")),)
