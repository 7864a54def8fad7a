"""The role of the administration loses the rights on groups, by which it could give itself any."""

from django.db import migrations


def take_away(apps, schema_editor):
    roles = apps.get_model("kis_partners", "Role").objects.filter(key="administration")
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="auth", content_type__model="group"
    )
    for role in roles.select_related("group"):
        role.group.permissions.remove(*permissions)


class Migration(migrations.Migration):
    dependencies = [("kis_partners", "0002_labels_without_names")]

    operations = [migrations.RunPython(take_away, migrations.RunPython.noop)]
