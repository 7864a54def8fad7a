import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='MirroredPage',
            fields=[
                ('page_ptr', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='kis_mirroredpage', serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('source', models.CharField(max_length=500, verbose_name="address of the other site's API")),
                ('source_url', models.CharField(max_length=2000, verbose_name='address of the page')),
                ('remote_id', models.BigIntegerField()),
                ('remote_key', models.UUIDField()),
                ('remote_type', models.CharField(max_length=100)),
                ('lead', models.TextField(blank=True, verbose_name='lead')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('unreviewed', models.BooleanField(default=False, verbose_name='translation nobody has reviewed')),
            ],
            options={
                'verbose_name': 'page of another site',
                'verbose_name_plural': 'pages of other sites',
                'indexes': [models.Index(fields=['source', 'remote_id'], name='kis_mirror_remote')],
            },
            bases=('wagtailcore.page',),
        ),
    ]
