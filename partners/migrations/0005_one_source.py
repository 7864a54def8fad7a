from django.db import migrations


def one_source(apps, schema_editor):
    """Keep one record of where a language version comes from: the newest, or that in step."""
    Translation = apps.get_model("wagtail_localize", "Translation")
    seen = set()
    rows = Translation.objects.order_by("-enabled", "-pk")
    for pk, *version in rows.values_list("pk", "source__object_id", "target_locale_id"):
        if tuple(version) in seen:
            Translation.objects.filter(pk=pk).delete()
        seen.add(tuple(version))


class Migration(migrations.Migration):

    dependencies = [
        ('kis_partners', '0004_forgetting_receipts'),
        ('wagtail_localize', '0016_rename_page_revision_translationlog_revision'),
    ]

    operations = [migrations.RunPython(one_source, migrations.RunPython.noop)]
