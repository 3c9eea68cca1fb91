"""Who people are."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils.compat import uuid7

from crm.core import fields
from crm.core.bases import Record, index, unique_live
from crm.core.querysets import LiveManager

from . import roles
from .codemodels import VerificationCode  # noqa: F401  (Django finds it through this page)
from .hashers import with_algorithm


class Team(Record):
    """People who work under one manager."""

    owner_field = None
    short_fields = ("name",)
    search_fields = ("name",)

    name = fields.string(required=True)
    manager = fields.link("accounts.User", related_name="teams_managed")

    class Meta(Record.Meta):
        db_table = "teams"
        constraints = [
            *Record.Meta.constraints,
            unique_live("name", message=gettext_lazy("Another team already has this name.")),
        ]


class UserManager(LiveManager, BaseUserManager):
    """Users who are not in the recycle bin."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> Any:
        """Store a user as Django's own tools do; the doors use ``accounts.operations``."""
        user: Any = self.model(email=fields.normal_email(email), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **values: Any) -> Any:
        """Store an administrator whom nothing is closed to."""
        full = {"role": User.Role.ADMIN, "is_superuser": True, "full_name": email, **values}
        return self.create_user(email, password, **full)

    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(email=fields.normal_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin, Record):
    """Somebody who signs in, by email. The role decides the permissions and the row scopes."""

    class Role(models.TextChoices):
        ADMIN = "admin"
        MANAGER = "manager"
        SALES_REP = "sales_rep"
        SUPPORT = "support"

    class Status(models.TextChoices):
        ACTIVE = "active"
        INACTIVE = "inactive"
        SUSPENDED = "suspended"

    owner_field = None
    label_fields = ("full_name",)
    short_fields = ("full_name", "email")
    search_fields = ("full_name", "email", "department")
    phone_fields = ("phone",)

    email = fields.email(required=True)
    full_name = fields.string(required=True)
    role = fields.choice(Role, Role.SALES_REP)
    department = fields.string()
    phone = fields.string()
    avatar_url = fields.string()
    status = fields.choice(Status, Status.ACTIVE)
    preferences = fields.json_object()
    team = fields.link(Team, related_name="members")
    timezone = fields.string(64, default="UTC")
    locale = fields.string(10)
    email_verified = models.BooleanField(default=False)
    staff_access = models.BooleanField(
        default=False, help_text="May enter the staff site without being an administrator."
    )
    security_version = models.PositiveIntegerField(
        default=1, editable=False, help_text="Sessions of an earlier version are over."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[Any] = UserManager()

    class Meta(Record.Meta):
        db_table = "users"
        permissions = [("invite_user", "Can invite colleagues")]
        constraints = [
            *Record.Meta.constraints,
            unique_live("email", message=gettext_lazy("Another user already has this email.")),
        ]
        indexes = [*Record.Meta.indexes, index("team"), index("role", "status")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def clean(self) -> None:
        super().clean()
        if self.timezone not in available_timezones():
            raise ValidationError(
                {
                    "timezone": _("'%(name)s' is not a time zone, such as Europe/Berlin.")
                    % {"name": self.timezone}
                }
            )

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether the person may sign in; anything but ``active`` refuses every token."""
        return self.status == self.Status.ACTIVE and not self.is_deleted

    @property
    def is_staff(self) -> bool:
        """Whether the staff site is open: to administrators and whoever was given it."""
        return self.role == self.Role.ADMIN or self.staff_access or self.is_superuser

    def set_password(self, raw_password: str | None) -> None:
        """Set a new password; sessions opened with the old one are over."""
        super().set_password(raw_password)
        self.security_version += 1

    def check_password(self, raw_password: str | None) -> bool:
        """Verify a password, hashes of earlier systems included, and upgrade an old hash."""

        def upgrade(password: str | None) -> None:
            old, self.password = self.password, make_password(password)
            # A password that was changed meanwhile stays changed.
            User.all_objects.filter(pk=self.pk, password=old).update(password=self.password)

        return check_password(raw_password, with_algorithm(self.password), upgrade)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what ends Django's own sessions where it changes: password or version."""
        by_password = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{by_password}-{self.security_version}"

    # -- what the person may do ------------------------------------------------------

    @cached_property
    def _group_scopes(self) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for row in RowScope.objects.filter(group__user=self):
            for verb in ("view", "change", "delete"):
                if scope := getattr(row, f"{verb}_scope"):
                    found.setdefault((row.entity, verb), set()).add(scope)
        return found

    def scopes(self, entity: str, verb: str) -> set[str]:
        """Return the row scopes for a verb on an entity: those of the role and of groups."""
        if self.is_superuser:
            return {"all"}
        own = roles.cell(self.role, entity).scope(verb)
        return self._group_scopes.get((entity, verb), set()) | ({own} if own else set())

    def assigning(self, entity: str) -> str:
        """Return how far the person may hand records of an entity to others."""
        return "all" if self.is_superuser else roles.assigning(self.role, entity)

    def members_managed(self) -> QuerySet["User"]:
        """Return the people of the teams that this person manages, former ones included."""
        of_team = Q(team__manager=self)
        if self.role == self.Role.MANAGER and self.team_id:
            of_team |= Q(team=self.team_id)
        return User.all_objects.filter(of_team).order_by()

    def manages(self, person: "User") -> bool:
        """Whether ``person`` is this user or in a team that this user manages."""
        if person.pk == self.pk:
            return True
        if person.team_id is None:
            return False
        own_team = self.role == self.Role.MANAGER and person.team_id == self.team_id
        return own_team or person.team.manager_id == self.pk


def scoped_entities() -> list[tuple[str, str]]:
    """Return what a further group can be given rows of. A function: migrations name it only."""
    return [(entity, entity) for entity in roles.MATRIX if entity != "user"]


class RowScope(models.Model):
    """Which rows a further group reaches, beside the permissions that Django's group holds."""

    class Scope(models.TextChoices):
        OWN = "own"
        TEAM = "team"
        ALL = "all"

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="row_scopes")
    entity = models.CharField(max_length=40, choices=scoped_entities)
    view_scope = models.CharField(max_length=10, choices=Scope, blank=True, default="")
    change_scope = models.CharField(max_length=10, choices=Scope, blank=True, default="")
    delete_scope = models.CharField(max_length=10, choices=Scope, blank=True, default="")

    class Meta:
        db_table = "row_scopes"
        constraints = [
            models.UniqueConstraint(fields=["group", "entity"], name="row_scope_once_per_group")
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.entity}"


class Session(models.Model):
    """One place where somebody is signed in: a family of access and refresh tokens.

    It is over when revoked, expired, or older than the user's ``security_version``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    security_version = models.PositiveIntegerField()
    refresh_id = models.CharField(max_length=64, help_text="The one refresh token still unused.")
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    address = models.CharField(max_length=45, blank=True, default="")
    user_agent = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "sessions"
        ordering: ClassVar[list[str]] = ["-last_seen_at"]
        indexes = [models.Index(fields=["user", "-last_seen_at"], name="session_of_user")]

    def __str__(self) -> str:
        return f"{self.user} since {self.created_at:%Y-%m-%d}"

    def is_open(self, now: datetime) -> bool:
        """Whether tokens of this session are good."""
        return (
            self.revoked_at is None
            and self.expires_at > now
            and self.security_version == self.user.security_version
            and self.user.is_active
        )


class Invitation(models.Model):
    """A place offered to somebody by mail, to be taken once within 72 hours."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = fields.email(required=True)
    role = fields.choice(User.Role, User.Role.SALES_REP)
    team = fields.link(Team)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "invitations"
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes = [models.Index(fields=["email"], name="invitation_email")]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"
