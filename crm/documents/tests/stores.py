"""Both storages, each empty: a folder, and a bucket on moto's server."""

import logging
from contextlib import contextmanager

import boto3
from botocore.config import Config
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

BUCKET = "nexa-files"
KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


@contextmanager
def moto():
    """Run Amazon's services on this machine and give their address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def bucket_at(address):
    """Give an empty bucket."""
    bucket = boto3.resource("s3", region_name="us-east-1", endpoint_url=address, **KEYS).Bucket(
        BUCKET
    )
    try:
        bucket.objects.delete()
    except bucket.meta.client.exceptions.NoSuchBucket:
        bucket.create()
    return bucket


def local(folder):
    """Describe a storage in a folder, as settings do."""
    return {"BACKEND": "crm.documents.gateways.LocalFiles", "OPTIONS": {"location": str(folder)}}


def remote(address, **config):
    """Describe a storage in the bucket, as settings do."""
    options = {
        "bucket_name": BUCKET,
        "region_name": "us-east-1",
        "endpoint_url": address,
        "access_key": "testing",
        "secret_key": "testing",
        "default_acl": None,
        "object_parameters": {"ServerSideEncryption": "AES256"},
        "client_config": Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            **config,
        ),
    }
    return {"BACKEND": "crm.documents.s3.S3Files", "OPTIONS": options}


class Keeper:
    """What a test asks of the storage in use, past the house."""

    def __init__(self, name, folder=None, bucket=None):
        self.name, self.folder, self.bucket = name, folder, bucket

    @property
    def keys(self):
        if self.bucket is not None:
            return {found.key for found in self.bucket.objects.all()}
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix() for path in files}

    def read(self, key):
        with default_storage.open(key) as file:
            return file.read()
