"""The REST face of documents."""

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError

from crm.core import listing, shapes
from crm.core.multipart import UploadParser, form_of
from crm.core.schema import PAGING, Contract
from crm.core.throttles import SignedThrottle
from crm.core.views import body_of, ok
from crm.core.viewsets import RecordViewSet

from . import direct, handing, operations
from .models import Document
from .serializers import (
    DirectUploadSerializer,
    DocumentSerializer,
    NewVersionSerializer,
    UploadSerializer,
)
from .versions import ROW, version_rows

OLDER_NAMES = {"url": shapes.TEXT, "key": shapes.TEXT}
SENT_ON = {"description": "The file is at the address in `Location`, for five minutes at most."}
BYTES = {
    "description": "The file.",
    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
}
TICKET = shapes.obj(
    {
        "upload_id": shapes.UUID_TEXT,
        "method": {"const": "PUT"},
        "url": shapes.TEXT,
        "headers": {"type": "object", "additionalProperties": shapes.TEXT},
        "expires_at": shapes.MOMENT,
    }
)


class DocumentViewSet(RecordViewSet):
    queryset = Document.objects.all()
    serializer_class = DocumentSerializer

    # -- files that come through the house -------------------------------------------------

    @action(
        detail=False,
        methods=["post"],
        verb="add",
        parser_classes=[UploadParser],
        contract=Contract(body=UploadSerializer, files=("file",), status=201, adds=OLDER_NAMES),
    )
    def upload(self, request):
        """Store a file together with the document that describes it."""
        file, values = self.form(UploadSerializer)
        document = operations.upload_document(Document(**values), file, by=request.user)
        row, revision = self.one(Document.objects, str(document.pk))
        row |= {"url": row["file_url"], "key": row["s3_key"]}
        return self.answer(row, revision, status=201)

    @action(
        detail=True,
        methods=["get"],
        verbs={"GET": "view", "POST": "change"},
        parser_classes=[UploadParser],
        contracts={
            "GET": Contract(
                data=shapes.array(ROW),
                more={"pagination": shapes.PAGINATION},
                query=tuple(PAGING.items()),
            ),
            "POST": Contract(body=NewVersionSerializer, files=("file",), status=201),
        },
    )
    def versions(self, request, id):
        """The files that the document has and had, the present one first."""
        document = self.get_for("view", id)
        rows, pagination = version_rows(document, self.entity, request.GET, user=request.user)
        return ok(rows, pagination=pagination)

    @versions.mapping.post
    def add_version(self, request, id):
        """Put a newer file in the place of the present one, which is kept."""
        document = self.get_for("change", id)
        file, _ = self.form(NewVersionSerializer)
        document = operations.add_version(
            document, file, by=request.user, if_revision=self.expected_revision()
        )
        return self.shown(document, status=201)

    def form(self, serializer_class):
        """Return the file and the checked values of a multipart body."""
        serializer = serializer_class(context=self.get_serializer_context())
        values = form_of(self.request, serializer, "file")
        file = values.pop("file")
        serializer = serializer_class(data=values, context=serializer.context)
        serializer.is_valid(raise_exception=True)
        return file, serializer.validated_data

    # -- files that go straight to the storage ---------------------------------------------

    @action(
        detail=False,
        methods=["post"],
        verb="add",
        contract=Contract(body=DirectUploadSerializer, data=TICKET, status=201),
    )
    def uploads(self, request):
        """Ask for an address that a large file can be sent to, past this server."""
        body = body_of(request, DirectUploadSerializer)
        ticket = direct.begin_upload(body["file_name"], body["file_size"], by=request.user)
        data = {
            "upload_id": ticket.loose.pk,
            "method": "PUT",
            "url": ticket.address.url,
            "headers": ticket.address.headers,
            "expires_at": ticket.expires_at,
        }
        return ok(data, status=201)

    @action(
        detail=False,
        methods=["post"],
        verb="add",
        url_path="uploads/(?P<id>[^/]+)/complete",
        contract=Contract(body=UploadSerializer, status=201),
    )
    def complete(self, request, id):
        """Make a document of a large file that has been sent."""
        values = body_of(request, UploadSerializer)
        document = direct.complete_upload(self.key(id), Document(**values), by=request.user)
        return self.shown(document, status=201)

    # -- files that go out -----------------------------------------------------------------

    @action(
        detail=True,
        verb="view",
        contract=Contract(
            query=(("version", "The number of an older version; the present one without."),),
            answers={"302": SENT_ON, "200": BYTES},
        ),
    )
    def download(self, request, id):
        """Be sent to the file: the address is signed and good for five minutes at most."""
        document = self.get_for("view", id)
        self.take_only("version")
        return HttpResponseRedirect(handing.address_of(document, self.wanted_version()))

    @action(
        detail=False,
        authentication_classes=[],
        permission_classes=[],
        throttle_classes=[SignedThrottle],
        url_path="files/(?P<token>[^/]+)",
        contract=Contract(answers={"200": BYTES, "302": SENT_ON}),
    )
    def files(self, request, token):
        """The file behind a signed address; nobody has to sign in for it."""
        handed = handing.hand_out(token)
        if handed.file is None:
            return HttpResponseRedirect(handed.location)
        response: HttpResponse = FileResponse(handed.file)
        for name, value in handed.headers.items():
            response[name] = value
        return response

    def wanted_version(self):
        """Return the number in ``version``, or None for the present one."""
        text = self.request.GET.get("version", "")
        if text and not listing.NUMBER.match(text):
            raise ValidationError({"version": ["Write the number of a version, such as 1."]})
        return int(text) if text else None
