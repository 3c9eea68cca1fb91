"""What history of workflows needs beside its rows: none of them runs before somebody looks."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from crm.core.entries import Entry, completes

from .models import Workflow


@completes(Workflow)
def complete_workflows(entries: Sequence[Entry]) -> None:
    """Switch off what was running elsewhere."""
    for entry in entries:
        workflow, before = entry.record, entry.before
        was = before.status if before else ""
        if workflow.status == Workflow.Status.ACTIVE != was:
            entry.note(_("It was active and is inactive here: check it, then switch it on."))
            workflow.status = Workflow.Status.INACTIVE
