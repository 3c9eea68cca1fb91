"""The REST face of people and teams."""

from rest_framework.decorators import action

from crm.core.permissions import SignedIn
from crm.core.schema import Contract
from crm.core.shapes import TEXT, UUID_TEXT, array, obj
from crm.core.views import ok
from crm.core.viewsets import RecordViewSet

from .models import Team, User
from .serializers import TeamSerializer, UserSerializer, UserWriteSerializer

NAMES = array(obj({"id": UUID_TEXT, "full_name": TEXT, "avatar_url": TEXT}))


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


class TeamViewSet(RecordViewSet):
    queryset = Team.objects.all()
    serializer_class = TeamSerializer
