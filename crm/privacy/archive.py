"""Everything about a person as one archive."""

import json
import re
import zipfile
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events
from crm.core.errors import Missing
from crm.core.fields import DerivedField
from crm.declared.models import DeclaredRecord
from crm.documents.gateways import store

from .dossier import Dossier, history_of

#: what only serves the machine
INTERNAL = {"search_text", "s3_key", "reference", "visitor"}
BATCH = 500


@transaction.atomic
def export_person(address: str, *, by: Any) -> IO[bytes]:
    """Return a ZIP of everything that is stored about whoever has this address.

    One JSON file for each kind of record, their history, the files about them in ``files/``
    and a manifest with the counts. The archive is a temporary file that goes when it is
    closed. That it was made is kept with the person. Raises :class:`Missing` where nothing
    is stored, and :class:`Unavailable` where the storage doesn't answer.
    """
    dossier = Dossier(address)
    kinds: dict[str, Any] = {**dossier.persons, **dossier.hanging()}
    made = TemporaryFile()  # noqa: SIM115  (the caller reads and closes it)
    try:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            counts: dict[str, int] = {}
            told: dict[str, list[Any]] = {}
            for name, rows in kinds.items():
                ids = _write(archive, name, _each(rows))
                counts[name] = len(ids)
                model = rows.model if isinstance(rows, models.QuerySet) else _model_of(rows)
                if ids and model is not None:
                    told.setdefault(model._meta.model_name, []).extend(ids)
            gone = dossier.once_named.difference(told.get("declaredrecord", ()))
            told.setdefault("declaredrecord", []).extend(gone)
            if not gone and not any(counts.values()):
                raise Missing(_("Nothing is stored about a person with this address."))
            counts["events"] = len(_write(archive, "events", history_of(told)))
            files, missing = _write_files(archive, kinds["documents"])
            manifest = {
                "about": dossier.addresses,
                "made_at": timezone.now(),
                "counts": counts,
                "files": files,
                "missing_files": missing,
            }
            archive.writestr("manifest.json", _as_json(manifest))
    except BaseException:
        made.close()
        raise
    for person in dossier.people:
        events.record("exported", person, by=by)
    made.seek(0)
    return made


def as_row(record: models.Model) -> dict[str, Any]:
    """Return all columns of a record that mean something to a person."""
    kind = {"entity": record.declaration.name} if isinstance(record, DeclaredRecord) else {}
    return kind | {
        field.attname: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if field.attname not in INTERNAL and not isinstance(field, DerivedField)
    }


def _write(archive: zipfile.ZipFile, name: str, rows: Iterable[models.Model]) -> list[Any]:
    """Write rows as one JSON array, each on a line; return their ids."""
    ids: list[Any] = []
    with archive.open(f"{name}.json", "w", force_zip64=True) as file:
        file.write(b"[")
        for row in rows:
            file.write(b",\n" if ids else b"\n")
            file.write(_as_json(as_row(row), indent=None).encode())
            ids.append(row.pk)
        file.write(b"\n]\n")
    return ids


def _write_files(archive: zipfile.ZipFile, documents: models.QuerySet) -> tuple[int, list[str]]:
    """Write all versions of the documents; return how many, and which the storage hasn't."""
    written, missing = 0, []
    for document in documents.prefetch_related("versions").order_by("pk"):
        for version in document.versions.all():
            safe = re.sub(r"[^\w.() -]+", "_", version.file_name).strip(". ") or "file"
            path = f"files/{document.pk}/{version.version}-{safe}"
            try:
                chunks = store().chunks(version.key)
                first = next(chunks, b"")
            except Missing:
                missing.append(path)
                continue
            with archive.open(path, "w", force_zip64=True) as file:
                file.write(first)
                for chunk in chunks:
                    file.write(chunk)
            written += 1
    return written, missing


def _each(rows: Any) -> Iterable[models.Model]:
    if isinstance(rows, models.QuerySet):
        return rows.order_by("pk").iterator(chunk_size=BATCH)
    return rows


def _model_of(rows: list[Any]) -> Any:
    return type(rows[0]) if rows else None


def _as_json(value: Any, *, indent: int | None = 2) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=indent)
