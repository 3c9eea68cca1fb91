"""Documents in the staff site."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.decorators import action, display

from crm.core.admin import RecordAdmin
from crm.core.backstage import ReadOnlyAdmin
from crm.core.errors import DomainError
from crm.core.plain import whole_number

from . import handing, operations
from .forms import UploadForm, VersionForm
from .models import Document, DocumentVersion, LooseFile


class VersionInline(TabularInline):
    """The files that the document has and had."""

    model = DocumentVersion
    fields = ("version", "file_name", "file_type", "file_size", "uploaded_by", "created_at", "get")
    readonly_fields = fields
    extra = 0
    max_num = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("crm.view_document")

    @display(description="File")
    def get(self, version):
        url = reverse("admin:crm_document_download", args=[version.document_id])
        return format_html('<a href="{}?version={}">Download</a>', url, version.version)


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    list_display = (
        "title",
        "file_name",
        "file_type",
        "file_size",
        "folder",
        "uploaded_by",
        "created_at",
    )
    list_filter = ("folder", "is_public", "related_to_type")
    list_select_related = ("uploaded_by",)
    readonly_fields = (
        "file_type",
        "file_size",
        "version",
        "checksum_sha256",
        "uploaded_by",
        "links",
    )
    inlines = (VersionInline,)
    actions_list = ("upload",)
    fieldsets = (
        (None, {"fields": ("title", "description", ("folder", "is_public"), "tags")}),
        (
            "File",
            {
                "fields": (
                    "file_name",
                    ("file_type", "file_size"),
                    ("version", "uploaded_by"),
                    "checksum_sha256",
                    "links",
                )
            },
        ),
        ("About", {"fields": (("related_to_type", "related_to_id"),)}),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )

    @display(description="Its file")
    def links(self, document):
        if document._state.adding:
            return ""
        newer = reverse("admin:crm_document_newer", args=[document.pk])
        if not document.s3_key:
            return format_html('<a href="{}">Upload a file</a>', newer)
        download = reverse("admin:crm_document_download", args=[document.pk])
        return format_html(
            '<a href="{}">Download</a> · <a href="{}">Upload a newer file</a>', download, newer
        )

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:id>/newer/", wrap(self.newer_view), name="crm_document_newer"),
            path("<uuid:id>/download/", wrap(self.download_view), name="crm_document_download"),
            *super().get_urls(),
        ]

    @action(description="Upload a file", url_path="upload", permissions=["add"])
    def upload(self, request):
        """Take a file in; outside of the admin's transactions, as the ledger needs it."""
        form = self._form(request, UploadForm)
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("title", "folder")}
            document = self._tried(
                form,
                lambda file: operations.upload_document(Document(**said), file, by=request.user),
            )
            if document is not None:
                return self._done(request, document)
        return self._page(request, form, "Upload a file")

    def newer_view(self, request, id):
        """Put a newer file in the place of a document's present one."""
        document = self._wanted(request, id)
        if not self.has_change_permission(request, document):
            raise PermissionDenied
        form = self._form(request, VersionForm)
        if form.is_valid():
            stored = self._tried(
                form, lambda file: operations.add_version(document, file, by=request.user)
            )
            if stored is not None:
                return self._done(request, stored)
        return self._page(request, form, f"A newer file for {document}")

    def download_view(self, request, id):
        """Lead to one of a document's files."""
        document = self._wanted(request, id)
        wanted = whole_number(request.GET.get("version", ""))
        try:
            return HttpResponseRedirect(handing.address_of(document, wanted))
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:crm_document_change", args=[id]))

    def _wanted(self, request, id):
        document = self.get_queryset(request).filter(pk=id).first()
        if document is None:
            raise Http404
        if not self.has_view_permission(request, document):
            raise PermissionDenied
        return document

    @staticmethod
    def _form(request, form_class):
        if request.method != "POST":
            return form_class()
        values, files = request.POST, request.FILES  # reading them is what takes the file in
        too_large = getattr(request, "upload_too_large", False)
        return form_class(values, files, too_large=too_large)

    @staticmethod
    def _tried(form, store):
        """Return what was stored, or None with the refusal beside its field."""
        try:
            return store(form.cleaned_data["file"])
        except ValidationError as refusal:
            for name, sentences in refusal.message_dict.items():
                form.add_error(name if name in form.fields else None, sentences)
        except (DomainError, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
        return None

    def _done(self, request, document):
        self.message_user(request, f"{document.file_name} was stored.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:crm_document_change", args=[document.pk]))

    def _page(self, request, form, title):
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/crm/document/upload.html", context)


@admin.register(LooseFile)
class LooseFileAdmin(ReadOnlyAdmin):
    """Stored files that no document holds: on their way in, or waiting for the sweep."""

    list_display = ("key", "file_name", "file_size", "uploaded_by", "created_at", "sweep_at")
    list_select_related = ("uploaded_by",)
    search_fields = ("key", "file_name")
    ordering = ("sweep_at",)
