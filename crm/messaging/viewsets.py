"""The REST face of e-mails and templates."""

from rest_framework.decorators import action

from crm.core.schema import Contract
from crm.core.shapes import TEXT, array, obj
from crm.core.views import body_of, checked_body, ok
from crm.core.viewsets import RecordViewSet

from . import merging, operations
from .models import Email, EmailTemplate
from .serializers import (
    EmailSerializer,
    EmailTemplateSerializer,
    PreviewSerializer,
    SendSerializer,
    SettleSerializer,
)

PREVIEW = obj({"subject": TEXT, "body": TEXT, "html_body": TEXT, "missing": array(TEXT)})


class EmailViewSet(RecordViewSet):
    queryset = Email.objects.all()
    serializer_class = EmailSerializer

    @action(
        detail=False,
        methods=["post"],
        verb="add",
        url_path="send",
        contract=Contract(body=SendSerializer, status=202),
    )
    def send_new(self, request):
        """Store a mail and queue it, or schedule it; a worker sends it after the answer."""
        body = checked_body(request, SendSerializer)
        values = body.validated_data
        email = operations.send(
            body.email(),
            by=request.user,
            template=values.get("template", ""),
            data=values.get("data"),
        )
        return self.shown(email, status=202)

    @action(detail=True, methods=["post"], verb="change", contract=Contract(status=202))
    def send(self, request, id):
        """Queue a draft, a scheduled mail that shall not wait, or one that failed."""
        email = self.get_for("change", id)
        email = operations.queue(email, by=request.user, if_revision=self.expected_revision())
        return self.shown(email, status=202)

    @action(detail=True, methods=["post"], verb="add", contract=Contract(body=SettleSerializer))
    def settle(self, request, id):
        """Say what became of a mail whose outcome is unknown."""
        email = self.get_for("view", id)
        outcome = body_of(request, SettleSerializer)["outcome"]
        return self.shown(operations.settle(email, outcome, by=request.user))


class EmailTemplateViewSet(RecordViewSet):
    queryset = EmailTemplate.objects.all()
    serializer_class = EmailTemplateSerializer

    @action(
        detail=True,
        methods=["post"],
        verb="view",
        contract=Contract(body=PreviewSerializer, data=PREVIEW, optional_body=True),
    )
    def preview(self, request, id):
        """What a mail from this template would say, and which of its fields have no value."""
        template = self.get_for("view", id)
        values = body_of(request, PreviewSerializer) if request.stream is not None else {}
        merge_values = merging.values_for(
            values.get("related_to_type", ""),
            values.get("related_to_id"),
            values.get("data", {}),
            by=request.user,
        )
        return ok(merging.rendered(template, merge_values))
