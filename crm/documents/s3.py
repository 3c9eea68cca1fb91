"""The bucket: private, encrypted, reached by signed addresses only."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from crm.core.errors import Missing, Unavailable

from .gateways import CHUNK_BYTES, GONE, NO_ANSWER, Presigned

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
#: up to here one request a file: of several, each could wait for its own timeout
TRANSFER = TransferConfig(
    multipart_threshold=64 * MEGABYTE, multipart_chunksize=32 * MEGABYTE, max_concurrency=2
)
NOT_THERE = ("404", "NoSuchKey", "NotFound")


@contextmanager
def telling() -> Iterator[None]:
    """Turn what S3 says into the house's words."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in NOT_THERE:
            raise Missing(GONE) from error
        log.exception("S3 refused")
        raise Unavailable(NO_ANSWER) from error
    except (BotoCoreError, Boto3Error, OSError) as error:
        log.exception("S3 can't be reached")
        raise Unavailable(NO_ANSWER) from error


class S3Files(S3Storage):
    """Files in ``AWS_S3_BUCKET``. Without keys in the settings boto finds the machine's role."""

    is_remote = True

    @cached_property
    def client(self) -> Any:
        """One client for all threads; a resource for each would cost memory for nothing."""
        return self._create_session().client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            use_ssl=self.use_ssl,
            verify=self.verify,
            config=self.client_config,
        )

    def put(self, key: str, file: Any, file_type: str) -> None:
        options = {**self.object_parameters, "ContentType": file_type}
        with telling():
            path = file.temporary_file_path()  # by name, so that boto holds no part in memory
            self.client.upload_file(path, self.bucket_name, key, ExtraArgs=options, Config=TRANSFER)

    def drop(self, key: str) -> None:
        with telling():
            self.client.delete_object(Bucket=self.bucket_name, Key=key)

    def weigh(self, key: str) -> int:
        with telling():
            found = self.client.head_object(Bucket=self.bucket_name, Key=key)
        return found["ContentLength"]

    def chunks(self, key: str) -> Iterator[bytes]:
        with telling():
            found = self.client.get_object(Bucket=self.bucket_name, Key=key)
            with closing(found["Body"]) as body:
                yield from body.iter_chunks(CHUNK_BYTES)

    def part(self, key: str, start: int, length: int) -> bytes:
        wanted = f"bytes={start}-{start + length - 1}"
        with telling():
            found = self.client.get_object(Bucket=self.bucket_name, Key=key, Range=wanted)
            with closing(found["Body"]) as body:
                return body.read()

    def read_address(self, key: str, headers: dict[str, str], seconds: int) -> str:
        wanted = {
            "Bucket": self.bucket_name,
            "Key": key,
            "ResponseContentDisposition": headers["Content-Disposition"],
            "ResponseContentType": headers["Content-Type"],
            "ResponseCacheControl": headers["Cache-Control"],
        }
        with telling():
            return self.client.generate_presigned_url("get_object", wanted, ExpiresIn=seconds)

    def write_address(self, key: str, size: int, file_type: str, seconds: int) -> Presigned:
        options = {**self.object_parameters, "ContentType": file_type}
        wanted = {
            **options,
            "Bucket": self.bucket_name,
            "Key": key,
            "ContentLength": size,
            "IfNoneMatch": "*",  # what was checked can't be replaced by the same address
        }
        headers = {"Content-Type": file_type, "If-None-Match": "*"}
        if method := options.get("ServerSideEncryption"):
            headers["x-amz-server-side-encryption"] = method
        if kms_key := options.get("SSEKMSKeyId"):
            headers["x-amz-server-side-encryption-aws-kms-key-id"] = kms_key
        with telling():
            url = self.client.generate_presigned_url("put_object", wanted, ExpiresIn=seconds)
        return Presigned(url, headers)
