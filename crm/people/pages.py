"""The pages of companies and persons."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .business import business_with
from .viewsets import AccountViewSet, ContactViewSet, CustomerViewSet, SupplierViewSet


class AccountPages(RecordPages):
    viewset = AccountViewSet
    slug = "accounts"
    icon = "building-2"
    columns = ("industry", "type", "phone", "website", "assigned_to", "created_at")
    facts = ("type", "industry", "website", "phone", "employees", "annual_revenue", "assigned_to")
    groups = (
        (
            _("Company"),
            (
                "account_name",
                "type",
                "industry",
                "website",
                "phone",
                "account_number",
                "employees",
                "annual_revenue",
                "parent_account_id",
                "assigned_to",
            ),
        ),
        (
            _("Billing address"),
            (
                "billing_address",
                "billing_postal_code",
                "billing_city",
                "billing_state",
                "billing_country",
            ),
        ),
        (
            _("Shipping address"),
            (
                "shipping_address",
                "shipping_postal_code",
                "shipping_city",
                "shipping_state",
                "shipping_country",
            ),
        ),
        (_("About"), ("description",)),
    )
    quick = ("account_name", "website", "phone", "industry")


class ContactPages(RecordPages):
    viewset = ContactViewSet
    slug = "contacts"
    icon = "contact-round"
    columns = ("account_id", "title", "email", "phone", "status", "assigned_to")
    facts = ("account_id", "title", "email", "phone", "mobile", "status", "assigned_to")
    groups = (
        (
            _("Person"),
            ("first_name", "last_name", "title", "department", "account_id", "assigned_to"),
        ),
        (_("Reach"), ("email", "phone", "mobile", "linkedin_url", "twitter_handle")),
        (_("Address"), ("address", "postal_code", "city", "state", "country")),
        (_("Relation"), ("status", "source", "last_contact_date", "notes")),
        (_("Consent"), ("email_opt_out", "tracking_opt_out", "consent_at", "consent_source")),
    )
    quick = ("first_name", "last_name", "email", "phone", "account_id")


class CustomerPages(RecordPages):
    viewset = CustomerViewSet
    slug = "customers"
    icon = "handshake"
    columns = ("company", "email", "customer_type", "status", "total_spent", "assigned_to")
    facts = ("company", "customer_type", "status", "email", "phone", "total_spent", "assigned_to")
    groups = (
        (
            _("Customer"),
            ("name", "company", "customer_type", "status", "account_id", "contact_id"),
        ),
        (_("Reach"), ("email", "phone", "billing_address", "shipping_address")),
        (_("Business"), ("tax_id", "credit_limit", "assigned_to", "tags", "notes")),
    )
    quick = ("name", "email", "company", "phone")

    def more(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return what they ordered and owe."""
        return {"figures": business_with(record, user=request.user)}


class SupplierPages(RecordPages):
    viewset = SupplierViewSet
    slug = "suppliers"
    icon = "truck"
    columns = ("contact_person", "email", "phone", "city", "status", "rating")
    facts = ("contact_person", "email", "phone", "status", "rating", "payment_terms")
    groups = (
        (_("Supplier"), ("name", "contact_person", "status", "rating", "products_supplied")),
        (_("Reach"), ("email", "phone", "address", "postal_code", "city", "state", "country")),
        (_("Business"), ("tax_id", "payment_terms", "notes")),
    )
    quick = ("name", "email", "phone")
