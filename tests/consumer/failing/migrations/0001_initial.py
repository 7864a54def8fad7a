import os

from django.db import migrations


def fail(apps, schema_editor):
    if os.environ.get("FAIL"):
        raise RuntimeError("this migration fails")


class Migration(migrations.Migration):
    dependencies = [("kis_delivery", "0001_initial")]
    operations = [migrations.RunPython(fail, migrations.RunPython.noop)]
