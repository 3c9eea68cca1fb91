"""The form that moves an entry of the calendar."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core.widgets import DayInput


class MoveForm(forms.Form):
    """Another day and time, in the reader's time zone; a task only asks for the day."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    time = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, at: datetime | None, is_day: bool, **options: Any):
        local = timezone.localtime(at) if at else None
        super().__init__(*args, **options)
        if local:
            self.initial.update(day=local.date(), time=local.time())
        self.time_of_day = local.time() if local else time.min
        if is_day:
            del self.fields["time"]

    def moment(self) -> datetime:
        """Return when it is to be; what has only a day keeps its time of day."""
        values = self.cleaned_data
        at = values.get("time", self.time_of_day)
        return timezone.make_aware(datetime.combine(values["day"], at))
