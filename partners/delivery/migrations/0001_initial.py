import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Failure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page_id', models.BigIntegerField(unique=True)),
                ('error', models.TextField()),
                ('lacking', models.BooleanField(default=False)),
                ('attempts', models.IntegerField(default=0)),
                ('since', models.DateTimeField(auto_now_add=True)),
                ('retry_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Follower',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('seq', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=100)),
                ('key', models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name='State',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(default=0)),
                ('epoch', models.UUIDField(default=uuid.uuid4)),
                ('due', models.DateTimeField(null=True)),
                ('release', models.CharField(default='', max_length=32)),
                ('sites', models.CharField(default='', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page_id', models.BigIntegerField()),
                ('site_id', models.BigIntegerField()),
                ('url', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page_id', 'site_id'), name='kis_delivery_address_place')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page_id', models.BigIntegerField()),
                ('site_id', models.BigIntegerField()),
                ('type', models.CharField(max_length=100)),
                ('translation_key', models.UUIDField(db_index=True)),
                ('locale', models.CharField(max_length=100)),
                ('served', models.CharField(max_length=100)),
                ('state', models.CharField(max_length=10)),
                ('repeats', models.BooleanField(default=False)),
                ('reference', models.CharField(max_length=32)),
                ('url_path', models.TextField()),
                ('seq', models.BigIntegerField()),
                ('reason', models.CharField(blank=True, choices=[('moved', 'Moved'), ('unpublished', 'Unpublished'), ('deleted', 'Deleted'), ('restricted', 'Restricted'), ('expired', 'Expired'), ('source_closed', 'Source Closed'), ('locale_removed', 'Locale Removed'), ('site_removed', 'Site Removed'), ('unavailable', 'Unavailable')], max_length=20)),
                ('changed_at', models.DateTimeField()),
                ('touched', models.BigIntegerField(db_index=True)),
                ('suspect', models.BooleanField(default=False)),
                ('tombstone', models.BooleanField(default=False)),
                ('refiled', models.BooleanField(default=False)),
                ('payload', models.TextField(null=True)),
                ('digest', models.CharField(default='', max_length=32)),
                ('language_start', models.IntegerField(default=0)),
                ('language_end', models.IntegerField(default=0)),
                ('parent_start', models.IntegerField(default=0)),
                ('parent_end', models.IntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['site_id', 'seq', 'page_id'], name='kis_delivery_feed'), models.Index(condition=models.Q(('tombstone', False)), fields=['site_id', 'locale', 'type', 'repeats', 'page_id'], name='kis_delivery_listing'), models.Index(condition=models.Q(('suspect', True)), fields=['site_id', 'page_id'], name='kis_delivery_suspects')],
                'constraints': [models.UniqueConstraint(fields=('page_id', 'site_id'), name='kis_delivery_item_place')],
            },
        ),
    ]
