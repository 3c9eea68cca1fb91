"""The 20 tables of the Node backend, as its description has them."""

TEXT, WORD, LONG, MONEY, MOMENT = (
    "VARCHAR(255)", "VARCHAR(50)", "TEXT", "DECIMAL(15,2)", "TIMESTAMP",
)  # fmt: skip
USER = "UUID REFERENCES users(id)"
PLACE = {"address": LONG, "city": TEXT, "state": TEXT, "country": TEXT, "postal_code": TEXT}
ABOUT = {"related_to_type": WORD, "related_to_id": "UUID"}
PAPER = {"subtotal": MONEY, "tax": MONEY, "discount": MONEY, "total": MONEY, "items": "JSONB"}


def link(table):
    return f"UUID REFERENCES {table}(id)"


def texts(names, kind=TEXT):
    return dict.fromkeys(names.split(), kind)


#: the columns of each table between its id and its moments, in the order of creation
TABLES = {
    "users": {
        "email": f"{TEXT} UNIQUE NOT NULL", "password": f"{TEXT} NOT NULL",
        **texts("full_name department phone avatar_url"), **texts("role status", WORD),
        "last_login": MOMENT, "preferences": "JSONB", "reset_password_token": TEXT,
    },
    "accounts": {
        **texts("account_name account_number website industry phone"), "annual_revenue": MONEY,
        "employees": "INTEGER", "type": WORD, "billing_address": LONG, "shipping_address": LONG,
        **{f"{kind}_{name}": TEXT for kind in ("billing", "shipping")
           for name in ("city", "state", "country", "postal_code")},
        "description": LONG, "assigned_to": USER,
    },
    "leads": {
        **texts("first_name last_name email phone company title industry website"),
        **texts("source status", WORD), "lead_score": "INTEGER DEFAULT 0",
        "annual_revenue": MONEY, "employees": "INTEGER", **PLACE, "notes": LONG,
        "assigned_to": USER, **texts("converted_date last_contact_date", MOMENT),
        "custom_fields": "JSONB DEFAULT '{}'", "favourite_colour": TEXT,
    },
    "contacts": {
        **texts("first_name last_name email phone mobile title department linkedin_url"),
        "twitter_handle": TEXT, "account_id": link("accounts"), **texts("source status", WORD),
        **PLACE, "notes": LONG, "assigned_to": USER, "last_contact_date": MOMENT,
        "custom_fields": "JSONB",
    },
    "deals": {
        **texts("deal_name stage lead_source loss_reason"), "amount": MONEY,
        "probability": "INTEGER", **texts("expected_close_date close_date", MOMENT),
        "account_id": link("accounts"), "contact_id": link("contacts"), "assigned_to": USER,
        **texts("description next_step", LONG), "currency": "VARCHAR(3)",
        "custom_fields": "JSONB",
    },
    "tasks": {
        "title": TEXT, **texts("description notes", LONG), **texts("status priority", WORD),
        **texts("due_date completed_date reminder", MOMENT), "assigned_to": USER, **ABOUT,
    },
    "meetings": {
        "title": TEXT, **texts("description notes outcome", LONG),
        **texts("start_time end_time", MOMENT), **texts("location meeting_link"),
        "host_id": USER, "contact_id": link("contacts"), **texts("status meeting_type", WORD),
        "attendees": "JSONB",
    },
    "calls": {
        **texts("subject phone_number outcome recording_url"), **texts("call_type status", WORD),
        "start_time": MOMENT, "duration": "INTEGER", **ABOUT, "user_id": USER, "notes": LONG,
    },
    "activities": {
        "activity_type": WORD, "title": TEXT, "description": LONG, "user_id": USER, **ABOUT,
        "metadata": "JSONB",
    },
    "customers": {
        **texts("name email phone company tax_id"), **texts("customer_type status", WORD),
        **texts("billing_address shipping_address notes", LONG),
        **texts("credit_limit total_spent", MONEY), "tags": "JSONB",
    },
    "products": {
        **texts("name sku category unit image_url"), "description": LONG,
        **texts("price cost", MONEY), "stock_quantity": "INTEGER", "status": WORD,
        "specifications": "JSONB", "tags": "TEXT[]",
    },
    "orders": {
        "order_number": TEXT, "customer_id": link("customers"),
        **texts("status payment_status payment_method", WORD), "order_date": MOMENT, **PAPER,
        "shipping_cost": MONEY, **texts("shipping_address billing_address notes", LONG),
        "tracking_number": TEXT,
    },
    "campaigns": {
        "name": TEXT, **texts("campaign_type status", WORD), **texts("start_date end_date", MOMENT),
        **texts("budget spent", MONEY), **texts("target_audience description goals", LONG),
        **texts("metrics content", "JSONB"), "created_by": USER,
    },
    "suppliers": {
        **texts("name contact_person email phone tax_id payment_terms"), **PLACE, "status": WORD,
        "rating": "INTEGER", "notes": LONG, "products_supplied": "JSONB",
    },
    "invoices": {
        "invoice_number": TEXT, "customer_id": link("customers"),
        **texts("issue_date due_date", MOMENT), **texts("status payment_method", WORD), **PAPER,
        "amount_paid": MONEY, **texts("notes terms", LONG),
    },
    "tickets": {
        **texts("ticket_number subject category"), **texts("description resolution", LONG),
        "customer_id": link("customers"), "assigned_to": USER,
        **texts("status priority source", WORD), "resolved_date": MOMENT, "tags": "JSONB",
    },
    "link_analytics": {
        "short_code": TEXT, "original_url": LONG, "campaign_id": link("campaigns"),
        **texts("clicks unique_clicks", "INTEGER"), **texts("last_clicked_at expires_at", MOMENT),
        **texts("metadata click_data", "JSONB"), "status": WORD, "created_by": USER,
    },
    "emails": {
        **texts("from_email to_email subject template_id"), **texts("cc bcc attachments", "JSONB"),
        **texts("body html_body", LONG), "status": WORD,
        **texts("sent_at scheduled_at opened_at clicked_at", MOMENT),
        **texts("opens_count clicks_count", "INTEGER"), "campaign_id": link("campaigns"), **ABOUT,
        "metadata": "JSONB", "created_by": USER,
    },
    "documents": {
        **texts("title file_name file_type s3_key folder"), "file_size": "INTEGER",
        "file_url": LONG, "uploaded_by": USER, **ABOUT, "description": LONG, "tags": "JSONB",
        "version": "INTEGER", "is_public": "BOOLEAN",
    },
    "workflows": {
        "name": TEXT, "description": LONG, **texts("trigger_type status", WORD),
        **texts("trigger_config actions conditions", "JSONB"), "execution_count": "INTEGER",
        "last_executed_at": MOMENT, "created_by": USER,
    },
}  # fmt: skip
MONEY_COLUMNS = {
    table: [name for name, kind in columns.items() if kind == MONEY]
    for table, columns in TABLES.items()
}


def create(connection, without=()):
    """Create the tables."""
    for table, columns in TABLES.items():
        if table in without:
            continue
        parts = ["id UUID PRIMARY KEY DEFAULT gen_random_uuid()"]
        parts += [f"{name} {kind}" for name, kind in columns.items()]
        parts += [f"{name} {MOMENT} DEFAULT NOW()" for name in ("created_at", "updated_at")]
        connection.execute(f"CREATE TABLE {table} ({', '.join(parts)})")
    connection.execute('CREATE TABLE "SequelizeMeta" (name VARCHAR(255) PRIMARY KEY)')
