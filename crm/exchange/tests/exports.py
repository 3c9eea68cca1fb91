"""Exports of a small Base44 app, as its owner would download them."""

import csv
import io
import json

ID = "id"
AUTHOR = "ann@example.com"
LEFT = "gone@example.com"


def legacy(kind, number):
    """Return an id as Base44 makes them: 24 hexadecimal digits."""
    return f"{kind:02x}{number:022x}"


USERS, ACCOUNTS, CONTACTS, DEALS, LEADS, CUSTOMERS, PRODUCTS, ORDERS, INVOICES = range(1, 10)
CAMPAIGNS, SUPPLIERS, TICKETS, LINKS, DOCUMENTS, EMAILS, TASKS, MEETINGS, CALLS = range(10, 19)
ACTIVITIES, WORKFLOWS = 19, 20


def stamped(kind, number, by=AUTHOR, **values):
    """Return a row with the columns that every table of theirs ends with."""
    ends = {
        "id": legacy(kind, number),
        "created_date": "2024-03-01T09:30:00.123000",
        "updated_date": "2024-04-02 18:43:12",
        "created_by_id": legacy(USERS, 1) if by == AUTHOR else legacy(USERS, 99),
        "created_by": by,
        "is_sample": False,
    }
    said = {name: value for name, value in values.items() if name not in ends}
    return {**said, **ends, **values}


def small_app():
    """Return the rows of each entity of a small app; all states that only history has."""
    return {
        "User": [
            stamped(
                USERS, 1, email="ann@example.com", full_name="Ann", role="user", disabled=False
            ),
            stamped(USERS, 2, email="mia@example.com", full_name="", role="admin"),
        ],
        "Account": [
            stamped(
                ACCOUNTS, 1, name="Nordlicht Optik", number_of_employees=12,
                annual_revenue=1250000.5, account_number="ACC-00041",
                parent_account_id=legacy(ACCOUNTS, 2),
                billing_address={
                    "street": "Hafenweg 1", "city": "Kiel", "zip": "24103", "floor": 2
                },
            ),
            stamped(ACCOUNTS, 2, name="Nordlicht Holding", account_number=""),
        ],
        "Contact": [
            stamped(
                CONTACTS, 1, first_name="Ida", last_name="Berg", email="Ida@Example.com",
                account_id=legacy(ACCOUNTS, 1), status="vip", source="linktree",
                engagement_score=73, company="Nordlicht Optik", deal_id=legacy(DEALS, 1),
            ),
            stamped(CONTACTS, 2, first_name="Ida", last_name="Berg", email="ida@example.com"),
            stamped(CONTACTS, 3, first_name="Ida", last_name="Berg", email=""),
        ],
        "Deal": [
            stamped(
                DEALS, 1, title="Fifty lamps", value=5000.25, stage="Closed Won",
                account_id=legacy(ACCOUNTS, 1), contact_email="ida@example.com",
                close_date="2024-04-01", source="Trade Show", assigned_to="mia@example.com",
            ),
            stamped(DEALS, 2, title="More lamps", value=70, stage="Closed Lost"),
            stamped(
                DEALS, 3, title="Lost to others", value=80, stage="Closed Lost to Competition",
                by=LEFT,
            ),
            stamped(DEALS, 4, title="Open", value=0.1, stage="Qualification", probability=35),
        ],
        "Lead": [
            stamped(
                LEADS, 1, first_name="Ida", last_name="Berg", email="ida@example.com",
                status="converted", converted_date="2024-03-05T10:00:00.000000",
                converted_contact_id=legacy(CONTACTS, 1), converted_deal_id=legacy(DEALS, 1),
                engagement_score=10, favourite_colour="blue", lead_score=80,
            ),
            stamped(LEADS, 2, first_name="Tom", last_name="Berg", email="t@example.com",
                    status="prospect", annual_revenue=10.005),
        ],
        "Customer": [
            stamped(
                CUSTOMERS, 1, first_name="Ida", last_name="Berg", email="ida@example.com",
                lifetime_value=119, total_orders=1, zip_code="01234", tags=["lamps", "vip"],
            ),
        ],
        "Product": [
            stamped(PRODUCTS, 1, name="Lamp", sku="LAMP", price=100, stock_quantity=7,
                    specifications={"watts": 5}),
        ],
        "Order": [
            stamped(
                ORDERS, 1, order_number="ORD-00007", customer_email="IDA@example.com",
                status="delivered", payment_status="paid", total_amount=119, tax=19, subtotal=100,
                items=[{"product_id": legacy(PRODUCTS, 1), "name": "Lamp", "quantity": 1,
                        "unit_price": 100, "total": 100}],
            ),
            stamped(ORDERS, 2, order_number="", status="pending", total_amount=5),
        ],
        "Invoice": [
            stamped(
                INVOICES, 1, invoice_number="INV-2024-00017", customer_email="ida@example.com",
                invoice_date="2024-03-10", due_date="2024-04-10", status="paid", amount=100,
                tax_amount=19, total_amount=119, order_id=legacy(ORDERS, 1),
            ),
            stamped(
                INVOICES, 2, invoice_number="R-77", due_date="2024-04-10", status="sent",
                amount=50, total_amount=50,
            ),
        ],
        "Campaign": [
            stamped(CAMPAIGNS, 1, campaign_name="Spring", type="email", status="active",
                    budget=500, open_rate=0.25),
        ],
        "Supplier": [
            stamped(SUPPLIERS, 1, supplier_name="Lamp works", contact_name="Zoe", zip_code="1000",
                    status="pending", website="https://example.com"),
        ],
        "Ticket": [
            stamped(TICKETS, 1, ticket_number="T-00012", subject="Broken", description="No light",
                    status="resolved", resolved_date="2024-03-20T08:00:00",
                    customer_email="ida@example.com"),
        ],
        "LinkAnalytics": [
            stamped(LINKS, 1, destination_url="https://example.com/x", short_code="spring",
                    clicks=41, platform="linktree", campaign_id=legacy(CAMPAIGNS, 1)),
        ],
        "Document": [
            stamped(DOCUMENTS, 1, title="Offer", related_to_type="deal",
                    related_to_id=legacy(DEALS, 1),
                    file_url="https://files.example.com/a/b/offer.txt"),
            stamped(DOCUMENTS, 2, title="Elsewhere", related_to_type="general",
                    file_url="https://files.example.com/a/b/elsewhere.pdf"),
        ],
        "Email": [
            stamped(EMAILS, 1, from_email="ann@example.com", to_email="ida@example.com",
                    subject="Hello", body="Hi", status="sent", sent_at="2024-03-02T10:00:00",
                    opens_count=3, attachments=[legacy(DOCUMENTS, 1), legacy(DOCUMENTS, 9)]),
            stamped(EMAILS, 2, to_email="ida@example.com", subject="Later", body="Hi",
                    status="scheduled", scheduled_at="2024-03-03T10:00:00"),
        ],
        "Task": [
            stamped(TASKS, 1, title="Send offer", status="Waiting on someone else",
                    priority="Highest", reminder="2024-03-04T08:00:00",
                    related_to_type="Lead", related_to_id=legacy(LEADS, 1)),
            stamped(TASKS, 2, title="Done", status="completed",
                    completed_date="2024-03-06T08:00:00"),
        ],
        "Meeting": [
            stamped(MEETINGS, 1, title="Demo", start_date="2024-03-07T09:00:00",
                    end_date="2024-03-07T10:00:00", all_day=False, host="Ann",
                    participants=["ida@example.com", "somebody"], status="completed"),
        ],
        "Call": [
            stamped(CALLS, 1, subject="First call", status="completed", duration=300,
                    related_to_type="contact", related_to_id=legacy(CONTACTS, 1)),
        ],
        "Activity": [
            stamped(ACTIVITIES, 1, type="note", title="Asked for a quote", completed=True,
                    contact_id=legacy(CONTACTS, 1), call_duration=12),
            stamped(ACTIVITIES, 2, type="note", title="Lost", related_to_type="lead",
                    related_to_id=legacy(LEADS, 99)),
        ],
        "Workflow": [
            stamped(WORKFLOWS, 1, name="Greet", status="active", trigger_type="event",
                    actions=[{"type": "send_email"}]),
        ],
    }  # fmt: skip


def as_csv(rows, *, delimiter=",", bom=True, quoting=csv.QUOTE_ALL):
    """Return rows as Base44's dashboard exports them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _cell(value):
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict() | list():
            return json.dumps(value)
    return str(value)


def as_jsonc(rows):
    """Return rows as the command line tool pulls them, with comments and trailing commas."""
    records = ",\n".join(f"  {json.dumps(row, indent=2)[:-2]},\n  }} // one\n" for row in rows)
    return f"// pulled\n/* all\n rows */\n[\n{records},\n]\n".encode()


def write_csv(folder, app=None):
    """Write an export of CSV tables and what was uploaded; return the folder."""
    for name, rows in (app or small_app()).items():
        (folder / f"{name}.csv").write_bytes(as_csv(rows))
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files" / "offer.txt").write_text("Fifty lamps for you.")
    return folder
