"""Who may read files, and who may replace them."""

import pytest
from rest_framework.test import APIClient

from crm.documents.models import Document
from crm.documents.tests import samples
from crm.documents.tests.conftest import UPLOAD, follow, url_of
from crm.sales.tests.factories import LeadFactory
from crm.tests.world import refused

pytestmark = pytest.mark.django_db

#: may see, may change: (uploader, public, about a lead of the reader's) -> per reader
SITUATIONS = {
    "own": {},
    "colleague's": {"by": "zoe"},
    "colleague's, public": {"by": "zoe", "is_public": True},
    "teammate's": {"by": "tom"},
    "on a lead that Ann sees": {"by": "zoe", "lead": True},
}
SEES = {
    "max": set(SITUATIONS),
    "mia": {"own", "colleague's, public", "teammate's", "on a lead that Ann sees"},
    "ann": {"own", "colleague's, public", "on a lead that Ann sees"},
    "sam": {"own", "colleague's, public"},
}
CHANGES = {"max": set(SITUATIONS), "mia": {"own", "teammate's"}, "ann": {"own"}, "sam": {"own"}}


@pytest.mark.parametrize("reader", SEES)
def test_files_are_read_and_replaced_by_whom_the_row_allows(
    reader, request, send, client_of, folder, ann, tom, zoe
):
    who = request.getfixturevalue(reader)
    people, lead = {"tom": tom, "zoe": zoe}, LeadFactory(assigned_to=ann)
    for situation, case in SITUATIONS.items():
        public = str(case.get("is_public", False)).lower()
        row = send(people.get(case.get("by"), who), is_public=public).json()["data"]
        document = Document.objects.get(pk=row["id"])
        if case.get("lead"):
            document.related_to_type, document.related_to_id = "lead", lead.pk
            document.save()
        client, url = client_of(who), url_of(document, "/versions")
        download, versions = client.get(url_of(document, "/download")), client.get(url)
        before = folder.keys
        added = send(who, url=url)
        if situation not in SEES[reader]:
            for response in (download, versions, added):
                refused(response, 404, "not_found")
        else:
            assert follow(download)[0] == samples.PDF
            assert versions.status_code == 200
            if situation in CHANGES[reader]:
                assert added.status_code == 201
                continue
            refused(added, 403, "permission_denied")
        assert folder.keys == before
        document.refresh_from_db()
        assert document.version == 1


def test_strangers_get_nothing(document, send):
    client = APIClient()
    for path in ("/download", "/versions"):
        refused(client.get(url_of(document, path)), 401, "not_authenticated")
    refused(client.post(url_of(document, "/versions")), 401, "not_authenticated")
    refused(client.post(UPLOAD), 401, "not_authenticated")
