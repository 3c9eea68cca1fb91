"""Running the import as its owner does."""

import json
from io import StringIO

from django.core.management import CommandError, call_command

from crm.exchange.tests.exports import legacy

APP = "6871f0c0ffee00c0ffee0001"


def import_app(path, *options, app_id=APP):
    """Run the command; return what it printed and its report."""
    out, report = StringIO(), path.parent / "report.json"
    try:
        call_command("import_base44", str(path), *options, app_id=app_id, report=report, stdout=out)
    except CommandError as error:
        out.write(str(error))
    return out.getvalue(), json.loads(report.read_text())


def table(report, entity):
    return next(found for found in report["tables"] if found["entity"] == entity)


def of(model, kind, number):
    return model.objects.get(external_id=legacy(kind, number))
