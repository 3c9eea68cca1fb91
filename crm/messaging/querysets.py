"""What is asked of e-mails."""

from crm.core.querysets import RecordQuerySet


class EmailQuerySet(RecordQuerySet):
    """Reads over mails as an outbox."""

    def waiting(self) -> "EmailQuerySet":
        """Keep the mails that are to leave, whether now, later or after a retry."""
        return self.filter(status="queued")

    def unsettled(self) -> "EmailQuerySet":
        """Keep the mails of which a person has to say what became of them."""
        return self.filter(outcome_unknown=True)
