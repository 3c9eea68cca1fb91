"""The pages of documents."""

from typing import Any
from uuid import uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.core import once
from crm.core.errors import DomainError
from crm.core.pages import Action, RecordPages
from crm.core.plain import whole_number

from . import handing, operations
from .forms import NewerFileForm, UploadPageForm
from .gateways import store
from .models import Document
from .viewsets import DocumentViewSet

MOST_FOLDERS = 12
MOST_VERSIONS = 50
#: what a browser shows as a picture without running anything
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif")


class DocumentPages(RecordPages):
    viewset = DocumentViewSet
    slug = "documents"
    icon = "file-text"
    columns = ("folder", "file_size", "related_to", "uploaded_by", "created_at")
    facts = ("folder", "is_public", "related_to", "uploaded_by", "file_name", "file_size")
    groups = (
        (
            gettext_lazy("Document"),
            ("title", "folder", "description", "tags", "is_public", "related_to"),
        ),
    )

    def more_urls(self) -> list[Any]:
        newer = self._page("change", require_POST(self.newer))
        download = self._page("view", require_safe(self.download))
        return [
            path("documents/<uuid:pk>/newer/", newer, name="document-newer"),
            path("documents/<uuid:pk>/download/", download, name="document-download"),
        ]

    def words_for_adding(self) -> str:
        return _("File")

    def render(self, request: HttpRequest, page: str, context: Any, **options: Any) -> HttpResponse:
        if page == "list.html":
            context["folders"] = self._folders(request)
        return super().render(request, page, context, **options)

    def _folders(self, request: HttpRequest) -> list[tuple[str, int, str, bool]]:
        """Return the folders with most in them: name, number, address, and which is open."""
        rows = self.queryset(request).order_by().values("folder").annotate(number=Count("pk"))
        asked = request.GET.get("folder", "")
        return [
            (
                row["folder"],
                row["number"],
                urlencode({"folder": row["folder"]}),
                row["folder"] == asked,
            )
            for row in rows.order_by("-number", "folder")[:MOST_FOLDERS]
        ]

    # -- files that come in --------------------------------------------------------------

    def take_in(
        self, request: HttpRequest, file: Any, *, about: tuple[str, Any] = ("", None)
    ) -> Document:
        """Store a file that was sent along with something else, such as a mail.

        ``about`` is the record that it belongs to, where documents can be about such. Raises
        what :func:`operations.upload_document` raises.
        """
        kind, key = about if about[0] in Document.link_kinds() else ("", None)
        document = Document(related_to_type=kind, related_to_id=key)
        return operations.upload_document(document, file, by=request.user)

    def _create(
        self,
        request: HttpRequest,
        names: list[str],
        initial: dict[str, Any],
        page: str,
        about: Any = None,
    ) -> HttpResponse:
        """Take files in, each as a document of its own; sent twice they are stored once."""
        token = once.token_of(request)
        if request.method != "POST":
            form = UploadPageForm(initial={"folder": "documents", **initial}, request=request)
        else:
            data, files = request.POST, request.FILES  # reading them is what takes them in
            form = UploadPageForm(data, files, request=request)
        stored: list[Document] = []
        if request.method == "POST" and form.is_valid():
            stored = self._store_all(request, form, token)
        if request.headers.get("X-Upload"):
            return _told_to_script(form, stored, self)
        if stored and not form.errors:
            return self._uploaded(request, stored, about)
        if stored:
            names_of = ", ".join(document.file_name for document in stored)
            messages.success(request, _("Stored: %(names)s") % {"names": names_of})
        page = "new_files.html" if about is None else page  # "form.html" is for changing one
        return self.show_new(request, page, form, token, about)

    def _store_all(self, request: HttpRequest, form: Any, token: str) -> list[Document]:
        """Store what can be stored; what is refused stands beside the field, by its name."""
        stored = []
        place = request.POST.get("place", "")
        for number, file in enumerate(form.cleaned_data["files"]):
            key = uuid5(once.key_of(token), f"{place}{number}{file.given_name}{file.sha256}")
            present = Document.all_objects.filter(pk=key, uploaded_by=request.user).first()
            document = present or Document(pk=key, **form.document_values())
            try:
                if present is None:
                    operations.upload_document(document, file, by=request.user)
            except ValidationError as refusal:
                _tell(form, file.given_name, refusal)
            except (DomainError, PermissionDenied) as refusal:
                form.add_error("files", f"{file.given_name}: {refusal}")
            else:
                stored.append(document)
        return stored

    def _uploaded(self, request: HttpRequest, stored: list[Document], about: Any) -> HttpResponse:
        number = len(stored)
        words = ngettext("%(number)s file was stored.", "%(number)s files were stored.", number)
        messages.success(request, words % {"number": number})
        if about is not None:
            return self.go(request, about[0].address(about[1].pk))
        only = self.address(stored[0].pk) if number == 1 else reverse("document-list")
        return self.go(request, self.next_address(request) or only)

    def newer(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Put a newer file in the place of a document's present one, which is kept."""
        document = self.get_for(request, "change", pk)
        data, files = request.POST, request.FILES
        form = NewerFileForm(data, files, request=request)
        if form.is_valid():
            try:
                operations.add_version(document, form.cleaned_data["file"], by=request.user)
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
            except (DomainError, PermissionDenied) as refusal:
                messages.error(request, str(refusal))
            else:
                told = _("Version %(number)s is the present one now.")
                messages.success(request, told % {"number": document.version})
        else:
            messages.error(request, " ".join(form.errors["file"]))
        return redirect(self.address(pk))

    # -- files that go out ---------------------------------------------------------------

    def download(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Lead to the file, or to an older version of it, for whoever may see the document."""
        document = self.get_for(request, "view", pk)
        number = whole_number(request.GET.get("version", ""))
        try:
            return HttpResponseRedirect(handing.address_of(document, number))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return redirect(self.address(pk))

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        if not record.s3_key:
            return []
        url = reverse("document-download", args=[record.pk])
        return [Action(_("Download"), url, "download", style="primary")]

    def more(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        # A foreign storage's pictures would come from another host, which our pages don't load.
        is_near = bool(record.s3_key) and not store().is_remote
        versions = record.versions.select_related("uploaded_by")[:MOST_VERSIONS]
        return {
            "is_picture": is_near and record.file_type in PICTURES,
            "versions": versions,
            "newer_form": NewerFileForm(request=request),
        }


def _tell(form: Any, name: str, refusal: ValidationError) -> None:
    for field, sentences in refusal.message_dict.items():
        target = field.removesuffix("_type").removesuffix("_id")
        is_ours = target in form.fields and target != "files"
        told = sentences if is_ours else [f"{name}: {sentence}" for sentence in sentences]
        form.add_error(target if is_ours else "files", told)


def _told_to_script(form: Any, stored: list[Document], pages: Any) -> HttpResponse:
    """Answer the script that sends one file at a time."""
    if not stored or form.errors:
        told = [sentence for sentences in form.errors.values() for sentence in sentences]
        return JsonResponse({"message": " ".join(told)})
    document = stored[0]
    return JsonResponse({"title": document.title, "url": pages.address(document.pk)}, status=201)
