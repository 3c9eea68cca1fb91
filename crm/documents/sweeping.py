"""What keeps files and rows one: removing what no document holds, hashing what came directly."""

import hashlib
import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from crm.core import jobs
from crm.core.errors import Missing

from .gateways import store
from .models import Document, DocumentVersion, LooseFile
from .operations import remove_object

log = logging.getLogger(__name__)

BATCH = 200
#: a sweep that has not ended by then died
LONGEST_SWEEP = timedelta(minutes=15)
HASH = "hash_files"


def sweep() -> int:
    """Remove the objects whose ledger row is due; return how many went.

    Each is claimed before it is touched, so that no upload can take it over any more. Ends
    early where the storage doesn't answer: the next run goes on.
    """
    removed = 0
    while due := list(_due()[:BATCH]):
        for loose in due:
            now = timezone.now()
            claimed = LooseFile.objects.filter(pk=loose.pk, swept_at=loose.swept_at)
            if not claimed.update(swept_at=now):
                continue
            if not remove_object(loose):
                LooseFile.objects.filter(pk=loose.pk, swept_at=now).update(swept_at=loose.swept_at)
                return removed
            removed += 1
    return removed


def _due():
    now = timezone.now()
    free = Q(swept_at=None, sweep_at__lte=now)
    died = Q(swept_at__lte=now - LONGEST_SWEEP)
    return LooseFile.objects.filter(free | died)


def hash_soon() -> None:
    """Hint that there are files whose checksum is still to be computed."""
    jobs.after_commit(HASH)


def hash_files() -> int:
    """Compute the checksums of files that came straight to the storage; return how many.

    A file that is not there is told in the log and left; the others go on.
    """
    done = 0
    waiting = DocumentVersion.objects.filter(checksum_sha256="").order_by("id")
    for version in waiting[:BATCH]:
        digest = hashlib.sha256()
        try:
            for chunk in store().chunks(version.key):
                digest.update(chunk)
        except Missing:
            log.error("The file %s of document %s is missing", version.key, version.document_id)
            continue
        checksum = digest.hexdigest()
        DocumentVersion.objects.filter(pk=version.pk).update(checksum_sha256=checksum)
        present = Document.all_objects.filter(pk=version.document_id, s3_key=version.key)
        present.update(checksum_sha256=checksum)
        done += 1
    return done
