"""An app's own tables come over with the rest, once their entities are declared."""

import pytest

from crm.core.models import Event
from crm.declared.models import DeclaredRecord
from crm.exchange.tests.exports import legacy
from crm.exchange.tests.importing import import_app, table
from crm.sales.models import Lead

pytestmark = pytest.mark.django_db

BUILT_IN = "created_date,updated_date,created_by,is_sample"
DATES = "2025-12-07T10:29:28.263000,2025-12-08T10:00:00,ann@example.com,false"
HALL, ROOM, IDA = (legacy(61, 1), legacy(61, 2), legacy(62, 1))


@pytest.fixture
def export(tmp_path, settings):
    """Write the tables of an app."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "export"
    folder.mkdir()

    def export(**tables):
        for name, lines in tables.items():
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
        return folder

    return export


def bookings(*rows):
    return [f"id,title,seats,paid,tags,lead_id,colour,{BUILT_IN}", *(f"{r},{DATES}" for r in rows)]


ROWS = (
    f'{HALL},[Hall],40,true,"[""big""]",{IDA},red',
    f"{ROOM},,,,,,",
    f"{legacy(61, 3)},Hut,many,,,,",
)


def test_rows_keep_their_ids_dates_authors_and_links(booking, ann, export):
    leads = [
        f"id,first_name,last_name,email,{BUILT_IN}",
        f"{IDA},Ida,Berg,ida@example.com,{DATES}",
    ]
    folder = export(Booking=bookings(*ROWS), Lead=leads)
    _, report = import_app(folder)

    told = table(report, "Booking")
    assert (told["read"], told["created"], told["refused"]) == (3, 2, 1)
    assert "seats must be a whole number" in str(told["refusals"])
    hall = DeclaredRecord.objects.get(external_id=HALL)
    lead = Lead.objects.get(external_id=IDA)
    assert hall.declaration == booking
    assert hall.custom_fields == {
        "title": "[Hall]",
        "seats": 40,
        "paid": True,
        "tags": ["big"],
        "lead_id": str(lead.pk),
        "colour": "red",
    }
    assert (hall.created_by, f"{hall.created_at:%Y-%m-%d %H:%M}") == (ann, "2025-12-07 10:29")
    assert DeclaredRecord.objects.get(external_id=ROOM).custom_fields == {}
    assert (
        not Event.objects.filter(delivered_at=None).exclude(record_type="declaredentity").exists()
    )

    _, report = import_app(folder)
    assert table(report, "Booking")["unchanged"] == 2
    assert DeclaredRecord.objects.count() == 2


def test_one_entity_of_the_app_links_to_another(booking, declare, ann, export):
    declare("RoomKey", schema={"properties": {"booking_id": {"type": "string"}}})
    keys = [f"id,booking_id,{BUILT_IN}", f"{legacy(63, 1)},{HALL},{DATES}"]
    import_app(export(RoomKey=keys, Booking=bookings(*ROWS)))
    hall = DeclaredRecord.objects.get(external_id=HALL)
    key = DeclaredRecord.objects.get(declaration__name="RoomKey")
    assert key.custom_fields == {"booking_id": str(hall.pk)}


def test_an_old_id_is_looked_for_in_its_own_table(booking, declare, ann, export):
    declare("Voucher")
    folder = export(Booking=bookings(ROWS[0]), Voucher=bookings(ROWS[0]))
    import_app(folder)
    found = DeclaredRecord.objects.filter(external_id=HALL)
    assert {record.declaration.name for record in found} == {"Booking", "Voucher"}


def test_samples_and_what_the_app_deleted_stay_out(booking, ann, export):
    kept, sample, gone = (legacy(61, number) for number in (1, 2, 3))
    lines = [
        f"id,title,is_deleted,{BUILT_IN}",
        f"{kept},Hall,false,{DATES}",
        f"{sample},Room,,{DATES.removesuffix('false')}true",
        f"{gone},Hut,true,{DATES}",
    ]
    folder = export(Booking=lines)
    _, report = import_app(folder)
    told = table(report, "Booking")
    assert (told["created"], told["skipped"]) == (1, 2)
    assert DeclaredRecord.objects.get().custom_fields == {"title": "Hall"}

    import_app(folder, "--include-samples")
    titles = {record.custom_fields["title"] for record in DeclaredRecord.objects.all()}
    assert titles == {"Hall", "Room"}


def test_a_table_that_nobody_declared_is_told(ann, export):
    _, report = import_app(export(Booking=bookings(*ROWS)))
    assert report["tables"] == []
    assert "not imported: no such entity" in str(report)
    assert not DeclaredRecord.objects.exists()
