"""The database of a small Node backend: rows in all of its tables."""

import json

import bcrypt
from psycopg import sql

from crm.exchange.tests.nodeschema import TABLES

CREATED, UPDATED = "2024-03-01 09:30:00.123", "2024-04-02 18:43:12"
OLD_PASSWORD = "old-horse-battery"  # noqa: S105


def key(table, number=1):
    """Return the id of a row: a random UUID's form, always the same one."""
    return f"{list(TABLES).index(table) + 1:08x}-0000-4000-8000-{number:012x}"


def hashed(password, prefix=b"2a"):
    """Hash as the backend's bcrypt library does, with fewer rounds."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, prefix=prefix)).decode()


ANN, MIA = key("users", 1), key("users", 2)


def rows():
    """Return the rows of each table; moments are added when they are stored."""
    line = {"product_id": key("products"), "name": "Lamp", "quantity": 1, "unit_price": 100,
            "total": 100}  # fmt: skip
    paper = {"subtotal": 100, "tax": 19, "discount": 0, "total": 119, "items": [line]}
    about_deal = {"related_to_type": "deal", "related_to_id": key("deals")}
    return {
        "users": [
            {"email": "ann@example.com", "password": hashed(OLD_PASSWORD), "full_name": "Ann",
             "role": "sales_rep", "status": "active", "preferences": {"theme": "dark"},
             "last_login": "2024-04-02 08:00:00", "reset_password_token": "opens-the-door"},
            {"email": "mia@example.com", "password": hashed(OLD_PASSWORD, b"2b"),
             "full_name": "Mia", "role": "manager", "status": "active"},
            {"email": "zoe@example.com", "password": hashed(OLD_PASSWORD), "full_name": "Zoe",
             "role": "support", "status": "suspended"},
            {"email": "sam@example.com", "password": "plain", "full_name": "Sam",
             "role": "admin", "status": "active"},
        ],
        "accounts": [
            {"account_name": "Nordlicht Optik", "account_number": "ACC-00041", "employees": 12,
             "annual_revenue": "1250000.50", "type": "customer", "billing_city": "Kiel",
             "assigned_to": ANN},
            {"account_name": "Nordlicht Holding", "type": "partner"},
        ],
        "leads": [
            {"first_name": "Ida", "last_name": "Berg", "email": "Ida@Example.com",
             "status": "converted", "source": "website", "lead_score": 80, "assigned_to": ANN,
             "converted_date": "2024-03-05 10:00:00", "annual_revenue": "10.25",
             "custom_fields": {"region": "north", "size": 1.5}, "favourite_colour": "blue"},
            {"first_name": "Tom", "last_name": "Berg", "email": "t@example.com", "status": "new",
             "annual_revenue": "9999999999999.99"},
        ],
        "contacts": [
            {"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com",
             "account_id": key("accounts"), "status": "vip", "source": "event",
             "assigned_to": ANN},
        ],
        "deals": [
            {"deal_name": "Fifty lamps", "amount": "5000.25", "stage": "Closed Won",
             "probability": 100, "close_date": "2024-04-01 00:00:00", "currency": "USD",
             "account_id": key("accounts"), "contact_id": key("contacts"), "assigned_to": MIA,
             "lead_source": "Trade Show"},
            {"deal_name": "Lost", "amount": "70", "stage": "Closed Lost", "assigned_to": ANN},
            {"deal_name": "Open", "amount": "0.10", "stage": "Qualification", "probability": 35},
        ],
        "tasks": [
            {"title": "Send offer", "status": "pending", "priority": "high", "assigned_to": ANN,
             "reminder": "2024-03-04 08:00:00", "related_to_type": "lead",
             "related_to_id": key("leads")},
        ],
        "meetings": [
            {"title": "Demo", "start_time": "2024-03-07 09:00:00", "status": "completed",
             "end_time": "2024-03-07 10:00:00", "host_id": ANN, "contact_id": key("contacts"),
             "meeting_type": "video_call",
             "attendees": [{"email": "ida@example.com", "name": "Ida"}]},
        ],
        "calls": [
            {"subject": "First call", "call_type": "outbound", "status": "completed",
             "duration": 300, "related_to_type": "contact", "related_to_id": key("contacts"),
             "user_id": ANN},
        ],
        "activities": [
            {"activity_type": "note", "title": "Asked for a quote", "user_id": ANN,
             "metadata": {"score": 0.5, "tags": ["a", 2]}, **about_deal},
        ],
        "customers": [
            {"name": "Ida Berg", "email": "ida@example.com", "customer_type": "individual",
             "status": "active", "credit_limit": "500", "total_spent": "119", "tags": ["vip"]},
        ],
        "products": [
            {"name": "Lamp", "sku": "LAMP", "price": "100", "cost": "60", "stock_quantity": 7,
             "status": "active", "specifications": {"watts": 5}, "tags": "{lamps,new}"},
        ],
        "orders": [
            {"order_number": "ORD-00007", "customer_id": key("customers"), "status": "delivered",
             "payment_status": "paid", "order_date": "2024-03-09 10:00:00", "shipping_cost": 0,
             **paper},
        ],
        "campaigns": [
            {"name": "Spring", "campaign_type": "email", "status": "active", "budget": "500",
             "spent": "12.50", "created_by": MIA,
             "metrics": {"impressions": 9, "clicks": 4, "conversions": 1, "leads_generated": 1}},
        ],
        "suppliers": [
            {"name": "Lamp works", "contact_person": "Zoe", "status": "active", "rating": 4,
             "products_supplied": ["lamps"]},
        ],
        "invoices": [
            {"invoice_number": "INV-2024-00017", "customer_id": key("customers"),
             "issue_date": "2024-03-10 00:00:00", "due_date": "2024-04-10 00:00:00",
             "status": "paid", "amount_paid": "119", **paper},
        ],
        "tickets": [
            {"ticket_number": "T-00012", "subject": "Broken", "description": "No light",
             "customer_id": key("customers"), "status": "resolved", "priority": "high",
             "source": "email", "resolved_date": "2024-03-20 08:00:00", "tags": []},
        ],
        "link_analytics": [
            {"short_code": "spring", "original_url": "https://example.com/x", "clicks": 41,
             "unique_clicks": 30, "campaign_id": key("campaigns"), "status": "active",
             "created_by": MIA},
        ],
        "emails": [
            {"from_email": "ann@example.com", "to_email": "ida@example.com", "subject": "Hello",
             "body": "Hi", "status": "sent", "sent_at": "2024-03-02 10:00:00", "opens_count": 3,
             "attachments": [key("documents")], "created_by": ANN, **about_deal},
            {"from_email": "ann@example.com", "to_email": "ida@example.com", "subject": "Later",
             "body": "Hi", "status": "scheduled", "scheduled_at": "2024-03-03 10:00:00"},
        ],
        "documents": [
            {"title": "Offer", "file_name": "offer.txt", "file_type": "text/plain",
             "file_size": 20, "s3_key": "documents/1709285400-offer.txt", "folder": "documents",
             "file_url": "https://bucket.s3.amazonaws.com/documents/1709285400-offer.txt",
             "uploaded_by": ANN, "version": 2, "is_public": False, **about_deal},
        ],
        "workflows": [
            {"name": "Greet", "status": "active", "trigger_type": "manual", "actions": [],
             "conditions": [], "trigger_config": {}, "created_by": MIA, "execution_count": 5},
        ],
    }  # fmt: skip


def fill(connection, tables=None):
    """Store rows, the first of each table under ``key(table)``."""
    for table, found in (tables or rows()).items():
        for number, row in enumerate(found, start=1):
            insert(
                connection, table,
                {"id": key(table, number), "created_at": CREATED, "updated_at": UPDATED, **row},
            )  # fmt: skip


def insert(connection, table, row):
    """Store one row as it is."""
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        ),
        [json.dumps(value) if isinstance(value, dict | list) else value for value in row.values()],
    )
