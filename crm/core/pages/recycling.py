"""Deleting records on pages, and taking them back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.core import records
from crm.core.errors import DomainError


class Recycling:
    """The part of :class:`RecordPages` that deletes and restores."""

    def trash(self: Any, request: HttpRequest) -> HttpResponse:
        """What was deleted and may be restored by the reader, the latest first."""
        deleted = self.door(request).in_trash()
        shown = self.list_class(self, request, deleted, newest="deleted_at", deleted=True)
        context = shown.context()
        return self.render(request, "trash.html", context)

    def delete(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Ask, then put the record into the recycle bin, from where it can be taken back."""
        record = self.get_for(request, "delete", pk)
        if request.method == "POST":
            try:
                records.remove(record, by=request.user)
            except DomainError as refusal:
                messages.error(request, str(refusal))
                return redirect(self.address(pk))
            undo = self.link_to("restore", pk)
            told = _("%(record)s was deleted.") % {"record": record}
            messages.success(request, told, extra_tags=undo)  # the message offers to undo it
            return redirect(self.link_to("list"))
        return self.render(request, "delete.html", {"record": record})

    def restore(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Take a record out of the recycle bin."""
        record = self.door(request).in_trash().filter(pk=pk).first()
        if record is None:
            record = self.get_for(request, "view", pk)
            return redirect(self.address(record.pk))  # somebody was faster, or pressed twice
        try:
            records.restore(record, by=request.user)
        except (DomainError, PermissionDenied) as refusal:
            messages.error(request, str(refusal))
            return redirect(self.link_to("trash"))
        messages.success(request, _("%(record)s is back.") % {"record": record})
        return redirect(self.address(pk))
