"""Files of apps where they are kept in a bucket."""

import urllib.request

import pytest
from django.conf import settings as configured
from rest_framework.test import APIClient

from crm.documents.tests.stores import bucket_at, moto, remote

from .door import post
from .test_extraction import CSV, RECORD, ROWS, workbook

pytestmark = pytest.mark.django_db
CORE = "integration-endpoints/Core"


@pytest.fixture(scope="module")
def amazon():
    with moto() as address:
        yield address


@pytest.fixture
def bucket(settings, amazon, tmp_path):
    """Keep files in an empty bucket."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "default": remote(amazon)}
    return bucket_at(amazon)


def at(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read()


def test_files_are_handed_out_by_the_bucket(ann, send_file, client_of, bucket):
    address = send_file(ann, f"{CORE}/UploadFile", "leads.csv", CSV.encode()).json()["file_url"]
    uri = send_file(ann, f"{CORE}/UploadPrivateFile", "leads.csv", CSV.encode()).json()["file_uri"]
    assert len(list(bucket.objects.all())) == 2

    led = APIClient().get(address.removeprefix(configured.OWN_ADDRESS))
    signed = post(f"{CORE}/CreateFileSignedUrl", {"file_uri": uri}, client=client_of(ann))

    assert led.status_code == 302
    assert at(led["Location"]) == CSV.encode()
    assert at(signed.json()["signed_url"]) == CSV.encode()


def test_records_are_read_out_of_the_bucket(ann, send_file, client_of, bucket):
    address = send_file(ann, f"{CORE}/UploadFile", "leads.csv", CSV.encode()).json()["file_url"]
    body = {"file_url": address, "json_schema": RECORD}
    answer = post(f"{CORE}/ExtractDataFromUploadedFile", body, client=client_of(ann))
    assert answer.json() == {"status": "success", "details": None, "output": ROWS}


def test_a_workbook_is_read_out_of_the_bucket(ann, send_file, client_of, bucket):
    content = workbook(["first_name", "amount"], ["Ida", 1.5])
    address = send_file(ann, f"{CORE}/UploadFile", "leads.xlsx", content).json()["file_url"]
    body = {"file_url": address, "json_schema": RECORD}
    answer = post(f"{CORE}/ExtractDataFromUploadedFile", body, client=client_of(ann))
    assert answer.json()["output"] == [{"first_name": "Ida", "amount": 1.5}]
