from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_role_groups(sender, using, **kwargs):
    """Make the four groups and their permissions what the role matrix says."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    from .roles import ROLES, permissions

    for label in ("accounts", "auth", "axes", "crm"):
        create_permissions(sender.apps.get_app_config(label), verbosity=0, using=using)
    stored = {
        f"{row.content_type.app_label}.{row.codename}": row
        for row in Permission.objects.using(using).select_related("content_type")
    }
    for role in ROLES:
        group, _ = Group.objects.using(using).get_or_create(name=role)
        group.permissions.set([stored[name] for name in permissions(role)])


class AccountsConfig(AppConfig):
    """People, roles and sessions."""

    name = "accounts"
    verbose_name = "People and access"

    def ready(self):
        post_migrate.connect(make_role_groups, sender=self)
