"""Rules that the house follows by itself."""

from django.db import models

from crm.core import fields
from crm.core.bases import Record, index


class Workflow(Record):
    """When something happens and conditions hold, actions follow."""

    class Trigger(models.TextChoices):
        MANUAL = "manual"
        SCHEDULED = "scheduled"
        EVENT = "event"
        WEBHOOK = "webhook"

    class Status(models.TextChoices):
        ACTIVE = "active"
        INACTIVE = "inactive"
        DRAFT = "draft"

    owner_field = "created_by"
    search_fields = ("name", "description")

    name = fields.string(required=True)
    description = fields.text()
    trigger_type = fields.choice(Trigger, Trigger.MANUAL)
    trigger_config = fields.json_object(max_depth=16)
    actions = fields.json_list({"type": "object"}, max_depth=16)
    conditions = fields.json_list({"type": "object"}, max_depth=16)
    status = fields.choice(Status, Status.DRAFT)
    execution_count = fields.whole(0, editable=False)
    last_executed_at = fields.moment(editable=False)

    class Meta(Record.Meta):
        db_table = "workflows"
        indexes = [*Record.Meta.indexes, index("status"), index("trigger_type")]
