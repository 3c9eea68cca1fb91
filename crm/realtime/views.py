"""Where changes are told as they happen, for our own client and pages."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import PermissionDenied, ValidationError

from accounts.authentication import TokenAuthentication
from accounts.pagesessions import open_page_session
from accounts.views import OwnDoor
from crm.core.errors import TooManyAttempts
from crm.core.schema import Contract
from crm.core.streams import go_on, require_event_loop

from . import streams, topics
from .hub import hub

MEDIA = "text/event-stream"
RETRY_SECONDS = 30


class PageAuthentication(BaseAuthentication):
    """The cookie of our own pages, as long as the session row that it names is open."""

    def authenticate(self, request: Any) -> Any:
        session = open_page_session(request._request)
        return (session.user, session) if session else None


class Events(OwnDoor):
    """What happens to records, told as it happens."""

    authentication_classes = (TokenAuthentication, PageAuthentication)
    http_method_names = ("get",)
    contract = Contract(
        media=MEDIA,
        query=(
            (
                "entities",
                "Kinds of record, by their addresses (`leads,deals`), and declared entities by "
                "their names (`ProjectNote`). Else all.",
            ),
        ),
    )

    def get(self, request: Any) -> HttpResponse:
        """A stream of server-sent events `create`, `update` and `delete`, each with the row as
        lists show it; that of a declared entity as the Base44 door does. `Last-Event-ID` resumes
        within an hour; after more than that, or more than 1,000 events, comes the event `reset`:
        read anew. A comment each 15 seconds says that the stream is alive."""
        require_event_loop(request)
        names = self.asked_for(request)
        if not hub.has_room(request.user.pk):
            raise TooManyAttempts(
                _("You listen from too many places at once. Close some of them."),
                seconds=RETRY_SECONDS,
            )
        after = request.headers.get("Last-Event-ID", "")
        go_on(request._request, streams.tell(request.auth, names, after))
        answer = HttpResponse(content_type=f"{MEDIA}; charset=utf-8")
        answer["Cache-Control"] = "no-store"
        answer["X-Accel-Buffering"] = "no"
        return answer

    def asked_for(self, request: Any) -> set[str] | None:
        """Return the names of the topics that are asked for, None for all."""
        problems = {
            name: ["There is no such parameter here."] for name in request.GET if name != "entities"
        }
        said = request.GET.get("entities", "")
        asked = [name for name in said.split(",") if name]
        if said and not asked:
            problems["entities"] = ["Name at least one kind of record, or leave this out for all."]
        known = {topic.address: topic for topic in topics.every()} if asked else {}
        unknown = [name for name in asked if name not in known]
        if unknown:
            # What administrators declared is told to those only whom it concerns.
            told = [
                name
                for name, topic in known.items()
                if topic.declaration is None or topic.is_open_to(request.user)
            ]
            problems["entities"] = [
                f"There are no '{unknown[0][:60]}'. Known are: {', '.join(told)}."
            ]
        if problems:
            raise ValidationError(problems)
        for name in asked:
            if not known[name].is_open_to(request.user):
                raise PermissionDenied(f"Your role may not view {name}.")
        return {known[name].name for name in asked} or None
