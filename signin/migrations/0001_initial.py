import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempts',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(default=0)),
                ('until', models.DateTimeField()),
                ('last', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'attempts',
                'verbose_name_plural': 'attempts',
            },
        ),
        migrations.CreateModel(
            name='SignInRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('second_factor', models.BooleanField(default=False, help_text='Members confirm who they are by an app that shows codes, or by a passkey. Those who have none yet set one up when they next open the administration.', verbose_name='second factor required')),
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sign_in_rule', to='auth.group', verbose_name='group')),
            ],
            options={
                'verbose_name': 'rule for signing in',
                'verbose_name_plural': 'rules for signing in',
            },
        ),
    ]
