"""What every form promises: one record, nothing typed is lost, nobody is overwritten unawares."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from crm.activities.tests.factories import MeetingFactory
from crm.core import records
from crm.people.tests.factories import ContactFactory
from crm.tests.markup import Markup
from crm.tests.pages import CASE_OF, PAGES, addresses_of, read, signed_in
from crm.tests.refusals import nothing_stored
from crm.tests.threads import at_once, statuses

pytestmark = pytest.mark.django_db
#: forms that send files: the documents' own tests ask them for the same
SENDING_FILES = {"document"}
FORMS = [pages for pages in PAGES if pages.can_create and pages.kind not in SENDING_FILES]
all_forms = pytest.mark.parametrize("pages", FORMS, ids=[pages.kind for pages in FORMS])
#: what forms call otherwise than the API does
OTHERWISE = {"email": {"to_text": "ida@example.com", "verb": "draft"}}
#: what the page makes anew each time
SIGNED = ("csrfmiddlewaretoken", "once")
#: mails are written by one person and have no comparing; a second writer is refused
PLAIN = {"email"}
TYPED = "Typed with care: “100 %”\n& more"


def opened(client, address):
    """Open a page and return its form."""
    return read(client, address).form(address)


def filled(pages, form):
    """Return what is sent when somebody fills a form with the least that makes a record."""
    typed = {}
    for name, value in CASE_OF[pages.kind].body.items():
        kind = form.fields.get(name, {}).get("type", "")
        typed[name] = {"date": str(value)[:10], "datetime-local": str(value)[:16]}.get(
            kind, str(value)
        )
    return form.filled(**typed, **OTHERWISE.get(pages.kind, {}))


def demanded(form):
    """Return the fields without which nothing is stored."""
    return [name for name, attrs in form.fields.items() if "required" in attrs]


@all_forms
def test_a_form_sent_twice_makes_one_record(pages, max):
    client, address = signed_in(max), addresses_of(pages)["new"]
    sent = filled(pages, opened(client, address))
    before = pages.model.objects.count()
    first, second = client.post(address, sent), client.post(address, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert pages.model.objects.count() == before + 1
    assert client.get(first["Location"]).status_code == 200


@all_forms
def test_an_error_keeps_what_was_typed_and_names_the_field(pages, max):
    client, address = signed_in(max), addresses_of(pages)["new"]
    form = opened(client, address)
    sent = filled(pages, form)
    prose = [name for name, attrs in form.fields.items() if attrs.get("rows")][:1]
    sent |= dict.fromkeys(prose, TYPED)
    for name in demanded(form):
        if form.fields[name].get("type") == "select" or not isinstance(sent.get(name), str):
            continue
        with nothing_stored():
            answer = client.post(address, {**sent, name: ""})
        page = Markup(answer.content)
        shown = page.form(address)
        field = shown.fields[name]
        assert field.get("aria-invalid") == "true", name
        assert "autofocus" in field, name
        assert f"#{field['id']}" in page.links, name
        kept = {key: sent[key] for key in form.values if key not in (*SIGNED, name)}
        assert {key: shown.values.get(key) for key in kept} == kept


@all_forms
def test_what_was_stored_can_be_opened_and_saved_again_unchanged(pages, max):
    client, addresses = signed_in(max), addresses_of(pages)
    client.post(addresses["new"], filled(pages, opened(client, addresses["new"])))
    record = pages.model.objects.latest("created_at")
    edit = addresses_of(pages, record.pk)["edit"]
    with nothing_stored():
        answer = client.post(edit, opened(client, edit).filled(verb="draft"))
    assert answer.status_code == 302


@all_forms
def test_two_people_who_edit_at_once_are_told(pages, max):
    client, case = signed_in(max), CASE_OF[pages.kind]
    record = case.make(created_by=max)
    edit, name = addresses_of(pages, record.pk)["edit"], text_field_of(client, pages, record)
    form = opened(client, edit)
    theirs, mine = texts_for(name)
    records.change(pages.model.objects.get(pk=record.pk), {name: theirs}, by=max)

    with nothing_stored():
        page = Markup(client.post(edit, form.filled(**{name: mine})).content)
    shown = page.form(edit)
    assert shown.values[name] == mine
    if pages.kind in PLAIN:
        return
    assert theirs in page.text
    for choice, stored in (("theirs", theirs), ("mine", mine)):
        answer = client.post(edit, {**shown.values, f"keep_{name}": choice})
        assert answer.status_code == 302
        assert getattr(pages.model.objects.get(pk=record.pk), name) == stored
        shown.values["shown_revision"] = str(pages.model.objects.get(pk=record.pk).revision)


def texts_for(name):
    """Return what two people write into a field."""
    start = "https://example.com/" if name.endswith("url") else ""
    return f"{start}theirs", f"{start}mine"


def text_field_of(client, pages, record):
    """Return a field of the form that takes any line."""
    form = opened(client, addresses_of(pages, record.pk)["edit"])
    columns = {column.name: column for column in pages.model._meta.concrete_fields}
    for name in (CASE_OF[pages.kind].text_field, *pages.model.label_fields, *form.fields):
        is_free = name in form.fields and name in columns and not columns[name].choices
        if is_free and columns[name].get_internal_type() in ("CharField", "TextField"):
            return name
    raise LookupError(pages.kind)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["lead", "order", "ticket", "task"])
def test_a_form_sent_by_two_clicks_at_once_makes_one_record(kind, max):
    pages = next(pages for pages in FORMS if pages.kind == kind)
    client, address = signed_in(max), addresses_of(pages)["new"]
    sent = filled(pages, opened(client, address))
    session = client.cookies["sessionid"].value

    def click():
        browser = Client()
        browser.cookies["sessionid"] = session
        return browser.post(address, sent)

    before = pages.model.objects.count()
    answers = at_once(click, click)
    assert statuses(answers) == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert pages.model.objects.count() == before + 1


def test_a_tick_that_somebody_else_set_meanwhile_stays(max):
    contact = ContactFactory(email_opt_out=False, first_name="Ida")
    address = f"/contacts/{contact.pk}/edit/"
    client = signed_in(max)
    sent = opened(client, address).filled(first_name="Ada")
    records.change(contact, {"email_opt_out": True}, by=max)
    answer = client.post(address, sent)
    assert [clash.theirs for clash in answer.context["clashes"]] == ["Yes"]
    assert client.post(address, Markup(answer.content).form(address).filled()).status_code == 302
    contact.refresh_from_db()
    assert (contact.first_name, contact.email_opt_out) == ("Ada", True)


def test_lines_that_nobody_touched_stay_and_new_ones_have_plain_ends(max):
    contact = ContactFactory(notes="one\ntwo")
    address = f"/contacts/{contact.pk}/edit/"
    client = signed_in(max)
    form = opened(client, address)
    assert client.post(address, form.filled(notes="one\r\ntwo")).status_code == 302
    contact.refresh_from_db()
    assert (contact.notes, contact.revision) == ("one\ntwo", 1)
    client.post(address, opened(client, address).filled(notes="one\r\nthree"))
    contact.refresh_from_db()
    assert contact.notes == "one\nthree"


def test_a_meeting_in_the_hour_of_changing_clocks_can_be_changed(max):
    max.timezone = "Europe/Vienna"
    max.save(update_fields=["timezone"])
    start = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # half past two for the second time
    meeting = MeetingFactory(host=max, start_time=start, end_time=start + timedelta(hours=1))
    address = f"/meetings/{meeting.pk}/edit/"
    client = signed_in(max)
    answer = client.post(address, opened(client, address).filled(title="Renamed"))
    assert answer.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.start_time) == ("Renamed", start)
