"""The forms of tasks, meetings and calls, and the fields in them that are not the plain ones."""

import re
from email.utils import getaddresses
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm.core.formfields import LookupField
from crm.core.forms import PageForm
from crm.core.wording import field_label
from crm.people.models import Contact

from .repeating import RepeatField

CLOCK = re.compile(r"^(?:(\d{1,3}):)?(\d{1,4}):(\d{2})\Z", re.ASCII)
SPECIAL = re.compile(r'[,;:<>@()"\\[\]]')
WHO = ("attendees", "add_colleague", "add_contact")


class LastingField(forms.CharField):
    """How long something took, in minutes or as ``minutes:seconds``; seconds are stored."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        minutes, seconds = divmod(value, 60)
        return f"{minutes}:{seconds:02}" if seconds else str(minutes)

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value) or "").strip()
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= 6:
            return int(text) * 60
        if match := CLOCK.match(text):
            hours, minutes, seconds = (int(part or 0) for part in match.groups())
            return hours * 3600 + minutes * 60 + seconds
        raise ValidationError(gettext("Write minutes, such as 12 or 12:30."))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class AttendeesField(forms.CharField):
    """Who is to attend, one to a line as ``Ida Berg <ida@example.com>``; answers are kept."""

    widget = forms.Textarea
    #: those who are to attend now, with what they answered
    stored: list[dict[str, Any]] = []  # noqa: RUF012  (replaced, never changed)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(line_of(one.get("name", ""), one["email"]) for one in value)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        text = super().to_python(value) or ""
        known = {one["email"].casefold(): one for one in self.stored}
        found: dict[str, dict[str, Any]] = {}
        for line in text.splitlines():
            for name, email in getaddresses([line]):
                if not email and not name:
                    continue
                if "@" not in email:
                    raise ValidationError(
                        gettext("“%(text)s” is no email address.") % {"text": line.strip()[:100]}
                    )
                before = known.get(email.casefold(), {})
                kept = {"response": before["response"]} if before.get("response") else {}
                called = name or before.get("name", "")
                named = {"name": called} if called else {}
                found.setdefault(email.casefold(), {"email": email, **named, **kept})
        return list(found.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or []) != self.to_python(data))
        except ValidationError:
            return True


def line_of(name: str, email: str) -> str:
    """Return a person and their address on a line, as it is read again."""
    if not name:
        return email
    return f"{quote(name) if SPECIAL.search(name) else name} <{email}>"


def quote(name: str) -> str:
    """Return a name that has signs of its own meaning in an address."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class TaskForm(PageForm):
    """A task: how it repeats is asked for in parts."""

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        if name == "recurrence":
            return RepeatField(label=_("Repeats"), required=False)
        return None


class CallForm(PageForm):
    """A call: how long it took is asked for in minutes."""

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        if name == "duration":
            help_text = _("Minutes, such as 12 or 12:30.")
            label = field_label("duration", "call")
            return LastingField(label=label, required=False, help_text=help_text)
        return None


class MeetingForm(PageForm):
    """A meeting: attendees are written one to a line, or picked among colleagues and contacts."""

    add_colleague = LookupField(
        queryset=User.objects.all(), required=False, label=_("Add a colleague")
    )
    add_contact = LookupField(
        queryset=Contact.objects.none(), required=False, label=_("Add a contact")
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if "attendees" not in self.fields:
            del self.fields["add_colleague"], self.fields["add_contact"]
            return
        attendees: Any = self.fields["attendees"]
        attendees.stored = self.instance.attendees
        self._offer("add_colleague", "users", User.objects.all())
        contacts: Any = Contact.objects
        self._offer("add_contact", "contacts", contacts.visible_to(self.request.user))

    def _offer(self, name: str, slug: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        field.widget.slug = slug

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        if name == "recurrence":
            return RepeatField(label=_("Repeats"), required=False)
        if name == "attendees":
            return AttendeesField(
                label=_("Attendees"),
                required=False,
                help_text=_("One to a line, such as Ida Berg <ida@example.com>."),
            )
        return None

    def clean(self) -> dict[str, Any]:
        """Add whoever was picked to those who are to attend."""
        values = super().clean()
        for name in WHO[1:]:
            person = values.pop(name, None)
            if person is not None and "attendees" in values:
                self._add(values["attendees"], name, person)
        return values

    def _add(self, attendees: list[dict[str, Any]], field: str, person: Any) -> None:
        if not person.email:
            self.add_error(field, _("%(person)s has no email address.") % {"person": person})
        elif person.email not in [one["email"].casefold() for one in attendees]:
            attendees.append({"email": person.email, "name": str(person)})

    def changed_values(self) -> dict[str, Any]:
        values = super().changed_values()
        if not set(WHO).isdisjoint(self.changed_data):
            values["attendees"] = self.cleaned_data["attendees"]
        return values
