from datetime import UTC, datetime

import factory

from crm.activities.models import Activity, Call, Meeting, Task


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    title = factory.Sequence("Task {}".format)


class MeetingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Meeting

    title = factory.Sequence("Meeting {}".format)
    start_time = datetime(2026, 3, 2, 9, tzinfo=UTC)
    end_time = datetime(2026, 3, 2, 10, tzinfo=UTC)


class CallFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Call

    subject = factory.Sequence("Call {}".format)


class ActivityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Activity

    activity_type = "note"
    title = factory.Sequence("Note {}".format)
