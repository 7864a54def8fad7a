from django.db import migrations, models


def clear_payloads(apps, schema_editor):
    """Stored items of an older release don't say where their parts are: they are made again."""
    apps.get_model("kis_delivery", "Item").objects.using(schema_editor.connection.alias).update(
        payload=None
    )


class Migration(migrations.Migration):

    dependencies = [
        ('kis_delivery', '0004_sites'),
    ]

    operations = [
        # Triggers name the table: they are taken away before every migration, and put back after.
        migrations.RenameModel(old_name='Touch', new_name='Note'),
        migrations.RunPython(clear_payloads, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            model_name='item', name='language_start', field=models.IntegerField(default=0)
        ),
        migrations.AddField(
            model_name='item', name='language_end', field=models.IntegerField(default=0)
        ),
        migrations.AddField(
            model_name='item', name='parent_start', field=models.IntegerField(default=0)
        ),
        migrations.AddField(
            model_name='item', name='parent_end', field=models.IntegerField(default=0)
        ),
    ]
