"""Records from a CSV file: all of them, or none."""

import pytest

from crm.base44 import tables
from crm.core.models import Event
from crm.people.models import Account
from crm.sales.models import Deal, Lead

from .door import post, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

HEADER = "First Name,last-name,EMAIL,annualRevenue,status,engagement_score,nonsense"
IDA = "Ida,Berg,Ida@example.com,1200.50,new,80,x"
UWE = '"Uwe","Holm, sen.",uwe@example.com,,,,'


@pytest.fixture
def send(send_file):
    """Import a file as somebody."""

    def send(user, text, entity="Lead", name="Lead.csv"):
        content = text if isinstance(text, bytes) else text.encode()
        return send_file(user, f"entities/{entity}/import", name, content)

    return send


def output(answer):
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"status", "details", "output"}
    assert answer.json()["status"] == "success", answer.json()
    return answer.json()["output"]


def reason(answer):
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["status"], body["output"]) == ("error", None)
    return body["details"]


def lines(*rows):
    return "".join(f"{row}\n" for row in rows)


def test_every_row_becomes_a_record(ann, send, client_of):
    rows = output(send(ann, lines(HEADER, IDA, UWE)))

    assert [row["first_name"] for row in rows] == ["Ida", "Uwe"]
    ida, uwe = (Lead.objects.get(pk=row["id"]) for row in rows)
    assert (ida.last_name, ida.email, str(ida.annual_revenue)) == (
        "Berg",
        "ida@example.com",
        "1200.50",
    )
    assert rows[0]["annual_revenue"] == 1200.5
    assert rows[0]["engagement_score"] == "80" or rows[0]["engagement_score"] == 80
    assert "nonsense" not in rows[0]
    assert uwe.last_name == "Holm, sen."
    assert (ida.created_by, ida.assigned_to) == (ann, ann)
    assert Event.objects.filter(name="lead.created").count() == 2
    assert Event.objects.filter(door="api").count() == Event.objects.count()


def test_importing_twice_makes_every_record_twice(ann, send):
    text = lines("account_name", "Acme", "Bolt")
    output(send(ann, text, "Account"))
    output(send(ann, text, "Account"))
    assert Account.objects.count() == 4


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_separators_and_a_mark_at_the_beginning(sign, ann, send):
    header, row = ["first_name", "last_name", "email"], ["I", "B", "i@x.example"]
    text = lines(sign.join(header), sign.join(row))
    [row] = output(send(ann, text.encode("utf-8-sig")))
    assert (row["first_name"], row["last_name"], row["email"]) == ("I", "B", "i@x.example")


def test_an_export_comes_back_as_new_records(ann, max, send, client_of):
    text = lines(
        "title,value,tags,id,created_date,updated_date,created_by_id,created_by,is_sample",
        '"Big one","500","","0123456789abcdef01234567","2025-12-07T10:29:28.263000",'
        '"2025-12-07T10:29:28.263000","0123456789abcdef01234567","max@example.com","false"',
    )
    [row] = output(send(ann, text, "Deal"))
    deal = Deal.objects.get()
    assert (row["id"], row["title"], row["value"]) == (str(deal.pk), "Big one", 500)
    assert deal.created_by == ann
    assert deal.external_id == ""
    assert row["created_by"] == ann.email
    assert deal.created_at.year > 2025


def test_cells_of_json_become_lists(ann, send):
    text = lines("name,email,tags,notes", 'Uwe,u@x.example,"[""vip"", ""north""]",[1]')
    [row] = output(send(ann, text, "Customer"))
    assert row["tags"] == ["vip", "north"]
    assert row["notes"] == "[1]"


BAD = [
    (lines(HEADER, IDA, "Uwe,Holm,nobody,,,,"), "Row 3: email"),
    (lines(HEADER, IDA, "", "Uwe,Holm,u@x.example,much,,,"), "Row 4: annual_revenue"),
    (lines(HEADER, IDA, "Uwe,,u@x.example,,,,"), "Row 3: last_name"),
    (lines(HEADER, "Uwe,Holm,u@x.example,,somehow,,"), "Row 2: status"),
    (lines("first_name,email", "Ida,ida@example.com"), "required and missing: last_name"),
    (
        lines("first_name,last_name,email,", "a,b,c@x.example,", "a,b,c@x.example,d"),
        "more cells",
    ),
    (lines("first_name,,last_name,email", "Ida,x,Berg,i@x.example"), "Column 2 has no name"),
    (lines("first_name,FirstName,last_name,email", "I,I,B,i@x.example"), "there twice"),
    (lines(HEADER, IDA, "a,b,c@x.example,,,,,more"), "more cells"),
    (lines(HEADER, '"Ida'), "not sound CSV"),
    ("", "empty"),
    (lines(HEADER, IDA).replace("Ida", "I\0a").encode(), "can't be read"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_one_bad_row_refuses_the_file(text, words, ann, send):
    assert words in reason(send(ann, text))
    assert not Lead.all_objects.exists()
    assert not Event.objects.exists()


def test_limits_of_rows_and_size(ann, send, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    assert "more than 1 rows" in reason(send(ann, lines(HEADER, IDA, UWE)))
    monkeypatch.setattr(tables, "LARGEST_FILE", 10)
    assert "larger than" in reason(send(ann, lines(HEADER, IDA)))
    assert not Lead.all_objects.exists()


def test_a_header_alone_makes_nothing(ann, send):
    assert output(send(ann, lines(HEADER))) == []


def test_without_a_file_nothing_is_imported(ann, client_of):
    answer = post("entities/Lead/import", {"file": "x"}, client=client_of(ann), format="multipart")
    assert "Send a file" in reason(answer)


def test_who_may_not_create_may_not_import(ann, sam, max, send, send_file):
    assert refused(send(sam, lines("deal_name,amount", "Big,1"), "Deal")) == (
        403,
        "permission_denied",
    )
    assert refused(send(ann, lines(HEADER, IDA), "Nothing")) == (404, "not_found")
    assert refused(post("entities/Lead/import", {"file": "x"}, format="multipart"))[0] == 401
    people = send(max, lines("email,full_name", "ida@example.com,Ida"), "User")
    assert refused(people)[0] == 403
    assert not Deal.all_objects.exists()
    assert not Lead.all_objects.exists()
