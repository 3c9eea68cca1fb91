"""The REST face of people and teams."""

from rest_framework.decorators import action

from crm.core.permissions import SignedIn
from crm.core.schema import Contract
from crm.core.shapes import COUNT, TEXT, UUID_TEXT, answered, array, obj
from crm.core.views import body_of, ok
from crm.core.viewsets import RecordViewSet

from . import leaving
from .models import Team, User
from .serializers import (
    DeactivateSerializer,
    TeamSerializer,
    UserSerializer,
    UserWriteSerializer,
)

NAMES = array(obj({"id": UUID_TEXT, "full_name": TEXT, "avatar_url": TEXT}))

LEFT = obj(
    {
        "user": answered(UserSerializer.entity()),
        "handed_over": {"type": "object", "additionalProperties": COUNT},
    }
)


class UserViewSet(RecordViewSet):
    queryset = User.objects.all()
    serializer_class = UserSerializer

    def get_serializer_class(self):
        return UserWriteSerializer

    @action(detail=False, permission_classes=[SignedIn], contract=Contract(data=NAMES))
    def names(self, request):
        """Active colleagues for pickers: id, name and picture, for everybody signed in."""
        self.take_only()
        people = User.objects.filter(status=User.Status.ACTIVE).order_by("full_name", "id")
        return ok(list(people.values("id", "full_name", "avatar_url")))

    @action(
        detail=True,
        methods=["post"],
        verb="change",
        contract=Contract(DeactivateSerializer, LEFT, optional_body=True, message=True),
    )
    def deactivate(self, request, id):
        """Close somebody's account; their open work goes to a successor."""
        user = self.get_for("change", id)
        values = body_of(request, DeactivateSerializer) if request.stream is not None else {}
        user, moved = leaving.deactivate(
            user,
            successor=values.get("successor_id"),
            by=request.user,
            if_revision=self.expected_revision(),
        )
        row, _ = self.one(User.all_objects, str(user.pk))
        message = f"{user} was deactivated"
        return ok({"user": row, "handed_over": moved}, message=message)


class TeamViewSet(RecordViewSet):
    queryset = Team.objects.all()
    serializer_class = TeamSerializer
