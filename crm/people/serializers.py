"""The wire names of companies and persons."""

from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Account, Contact, Customer, Supplier

# History may come without addresses; what is typed in today has one.
EMAIL_REQUIRED = {"email": {"required": True, "allow_blank": False}}


class AccountSerializer(RecordSerializer):
    class Meta:
        model = Account
        fields = (
            "id",
            "account_name",
            "account_number",
            "website",
            "industry",
            "annual_revenue",
            "employees",
            "type",
            "phone",
            "billing_address",
            "billing_city",
            "billing_state",
            "billing_country",
            "billing_postal_code",
            "shipping_address",
            "shipping_city",
            "shipping_state",
            "shipping_country",
            "shipping_postal_code",
            "description",
            "assigned_to",
            "parent_account_id",
            *RECORD_FIELDS,
        )


class ContactSerializer(RecordSerializer):
    class Meta:
        model = Contact
        fields = (
            "id",
            "first_name",
            "last_name",
            "email",
            "phone",
            "mobile",
            "title",
            "department",
            "account_id",
            "source",
            "status",
            "linkedin_url",
            "twitter_handle",
            "address",
            "city",
            "state",
            "country",
            "postal_code",
            "notes",
            "assigned_to",
            "last_contact_date",
            "email_opt_out",
            "tracking_opt_out",
            *RECORD_FIELDS,
        )
        extra_kwargs = EMAIL_REQUIRED


class CustomerSerializer(RecordSerializer):
    class Meta:
        model = Customer
        fields = (
            "id",
            "name",
            "email",
            "phone",
            "company",
            "customer_type",
            "status",
            "billing_address",
            "shipping_address",
            "tax_id",
            "credit_limit",
            "total_spent",
            "notes",
            "tags",
            "assigned_to",
            "account_id",
            "contact_id",
            *RECORD_FIELDS,
        )
        extra_kwargs = EMAIL_REQUIRED


class SupplierSerializer(RecordSerializer):
    class Meta:
        model = Supplier
        fields = (
            "id",
            "name",
            "contact_person",
            "email",
            "phone",
            "address",
            "city",
            "state",
            "country",
            "postal_code",
            "tax_id",
            "payment_terms",
            "status",
            "rating",
            "notes",
            "products_supplied",
            *RECORD_FIELDS,
        )
