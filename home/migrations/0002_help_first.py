"""Which numbers stand at the top of every page, the hours of those that never close, the contact of a
site, and the blocks of its home page."""

import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import wagtail.fields
from django.db import migrations, models


AT_TOP = [("DE", "110"), ("DE", "116 016"), ("SK", "112"), ("SK", "0800 212 212"), ("LV", "112"),
          ("LV", "116 006")]
AROUND_THE_CLOCK = [("DE", "112"), ("DE", "110"), ("DE", "116 016"), ("SK", "112"), ("SK", "158"),
                    ("SK", "0800 212 212"), ("LV", "112"), ("LV", "110")]
WORDS = {"de": "rund um die Uhr", "en": "around the clock", "sk": "nepretržite",
         "lv": "visu diennakti"}


def choose(apps, schema_editor):
    numbers = apps.get_model("home", "EmergencyNumber").objects
    words = apps.get_model("home", "EmergencyNumberWords").objects
    for country, number in AT_TOP:
        numbers.filter(country=country, number=number).update(at_top=True)
    for country, number in AROUND_THE_CLOCK:
        rows = numbers.filter(country=country, number=number, verified_on=None)
        for language, hours in WORDS.items():
            words.filter(emergency_number__in=rows, language=language, hours="").update(hours=hours)


class Migration(migrations.Migration):

    dependencies = [
        ('home', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.AddField(
            model_name='emergencynumber',
            name='at_top',
            field=models.BooleanField(default=False, help_text='Readers see it before everything else. Choose two for each country: whom to call in danger, and who advises.', verbose_name='at the top of every page'),
        ),
        migrations.AlterField(
            model_name='homepage',
            name='body',
            field=wagtail.fields.StreamField([('heading', 2), ('paragraph', 3), ('quote', 6), ('image', 12), ('document', 16), ('callout', 20), ('activity', 24), ('links', 30), ('ways', 36), ('help', 37), ('contact', 37), ('cooperations', 40)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200}), 1: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('h2', 'Section'), ('h3', 'Subsection')], 'label': 'Level'}), 2: ('wagtail.blocks.StructBlock', [[('text', 0), ('level', 1)]], {}), 3: ('wagtail.blocks.RichTextBlock', (), {'icon': 'pilcrow', 'label': 'Text'}), 4: ('wagtail.blocks.TextBlock', (), {'help_text': 'Without quotation marks.', 'label': 'Quotation'}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('text', 4), ('source', 5)]], {}), 7: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 8: ('wagtail.blocks.CharBlock', (), {'help_text': "What the image says to someone who can't see it.", 'label': 'Alternative text', 'max_length': 300, 'required': False}), 9: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Screen readers pass over the image. It then needs no alternative text.', 'label': 'Only decoration', 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 300, 'required': False}), 11: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who made the image.', 'label': 'Credit', 'max_length': 200, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('image', 7), ('alt', 8), ('decorative', 9), ('caption', 10), ('credit', 11)]], {}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 14: ('wagtail.blocks.CharBlock', (), {'help_text': 'Without one, readers see the title of the document.', 'label': 'Title', 'max_length': 200, 'required': False}), 15: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('ar', 'العربية'), ('bg', 'български'), ('cs', 'čeština'), ('da', 'dansk'), ('de', 'Deutsch'), ('el', 'Ελληνικά'), ('en', 'English'), ('es', 'español'), ('et', 'eesti'), ('fa', 'فارسی'), ('fi', 'suomi'), ('fr', 'français'), ('hr', 'hrvatski'), ('hu', 'magyar'), ('it', 'italiano'), ('lt', 'lietuvių'), ('lv', 'latviešu'), ('nl', 'Nederlands'), ('pl', 'polski'), ('pt', 'português'), ('ro', 'română'), ('ru', 'русский'), ('sk', 'slovenčina'), ('sl', 'slovenščina'), ('sv', 'svenska'), ('tr', 'Türkçe'), ('uk', 'українська')], 'label': 'Language of the document', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('document', 13), ('title', 14), ('language', 15)]], {}), 17: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('info', 'Note'), ('help', 'Where to find help'), ('warning', 'Warning')], 'label': 'Kind'}), 18: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200, 'required': False}), 19: ('wagtail.blocks.RichTextBlock', (), {'label': 'Text'}), 20: ('wagtail.blocks.StructBlock', [[('tone', 17), ('title', 18), ('text', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'label': 'What is done', 'max_length': 255}), 22: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example: every year', 'label': 'How often', 'max_length': 80, 'required': False}), 23: ('wagtail.blocks.RichTextBlock', (), {'label': 'Description', 'required': False}), 24: ('wagtail.blocks.StructBlock', [[('title', 21), ('rhythm', 22), ('text', 23)]], {}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Link text', 'max_length': 200}), 26: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page of this site', 'required': False}), 27: ('wagtail.blocks.URLBlock', (), {'label': 'Address on another site', 'required': False}), 28: ('wagtail.blocks.StructBlock', [[('title', 25), ('page', 26), ('url', 27)]], {}), 29: ('wagtail.blocks.ListBlock', (28,), {'label': 'Links'}), 30: ('wagtail.blocks.StructBlock', [[('heading', 18), ('links', 29)]], {}), 31: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example: I need help', 'label': 'Words of the link', 'max_length': 80}), 32: ('wagtail.blocks.CharBlock', (), {'help_text': 'What is found there.', 'label': 'One sentence', 'max_length': 200, 'required': False}), 33: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('page', 'to a page'), ('cooperations', 'to the list of cooperations'), ('numbers', 'to the emergency numbers'), ('contact', 'to the contact of the site')], 'label': 'Where it leads'}), 34: ('wagtail.blocks.StructBlock', [[('title', 31), ('text', 32), ('place', 33), ('page', 26), ('url', 27)]], {}), 35: ('wagtail.blocks.ListBlock', (34,), {'label': 'Ways in', 'max_num': 6, 'min_num': 1}), 36: ('wagtail.blocks.StructBlock', [[('heading', 18), ('ways', 35)]], {}), 37: ('wagtail.blocks.StructBlock', [[('heading', 18)]], {}), 38: ('wagtail.blocks.PageChooserBlock', (), {'page_type': ['kis_partners.CooperationPage']}), 39: ('wagtail.blocks.ListBlock', (38,), {'label': 'Cooperations', 'max_num': 12, 'min_num': 1}), 40: ('wagtail.blocks.StructBlock', [[('heading', 18), ('pages', 39)]], {})}, help_text='What readers see below the title, in blocks. Pictures and documents are blocks, too.', verbose_name='text'),
        ),
        migrations.CreateModel(
            name='SiteContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_decision', models.CharField(blank=True, choices=[('', 'not decided yet: no address is shown'), ('shown', 'the address is published'), ('withheld', 'the address is not published, and readers are told so')], default='', help_text='Decide it with the team: an address can put people in danger.', max_length=10, verbose_name='publish the address?')),
                ('street', models.CharField(blank=True, help_text='As on a letter.', max_length=200, verbose_name='street and number')),
                ('postal_code', models.CharField(blank=True, help_text='As on a letter.', max_length=20, verbose_name='postal code')),
                ('city', models.CharField(blank=True, help_text='As on a letter.', max_length=100, verbose_name='town')),
                ('country', models.CharField(blank=True, help_text='Readers see its name in their language.', max_length=2, verbose_name='country')),
                ('map_url', models.URLField(blank=True, help_text='Readers follow it or not; no map is loaded into the page.', verbose_name='link to a map')),
                ('email', models.EmailField(blank=True, help_text='The address of the team, not of a person.', max_length=254, verbose_name='e-mail')),
                ('spoken', models.CharField(blank=True, help_text='Codes with spaces between them, for example: de en uk ar', max_length=200, verbose_name='languages spoken')),
                ('barrier_free', models.CharField(blank=True, choices=[('', 'not stated'), ('yes', 'barrier-free'), ('partly', 'barrier-free in part'), ('no', 'not barrier-free')], default='', help_text='Whether people with disabilities come in without help.', max_length=10, verbose_name='barrier-free access')),
                ('site', models.OneToOneField(help_text='On which site readers see this contact.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'contact of the site',
                'verbose_name_plural': 'contacts of the sites',
            },
        ),
        migrations.CreateModel(
            name='SiteContactPhone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('number', models.CharField(help_text="With the country's code, for example +49 341 123456. Readers tap it to call.", max_length=30, validators=[django.core.validators.RegexValidator('^\\+?[0-9][0-9 ]*$', 'Digits and spaces only, for example 116 016.')], verbose_name='telephone number')),
                ('hours', models.CharField(blank=True, help_text='When it is answered, for example: Mo-Fr 9-17, Sa 10:00-12:00, or 24/7', max_length=200, verbose_name='hours')),
                ('contact', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='home.sitecontact')),
            ],
            options={
                'verbose_name': 'telephone number of a contact',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SiteContactWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('de', 'German'), ('en', 'English'), ('sk', 'Slovak'), ('lv', 'Latvian')], help_text='On the pages of which language readers see it.', max_length=10, verbose_name='language')),
                ('name', models.CharField(blank=True, help_text='The name of the office or the team.', max_length=200, verbose_name='name')),
                ('access', models.TextField(blank=True, help_text='For people with disabilities: steps, lift, toilet, sign language.', verbose_name='how to get in')),
                ('contact', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='home.sitecontact')),
            ],
            options={
                'verbose_name': 'words for a contact',
                'constraints': [models.UniqueConstraint(fields=('contact', 'language'), name='home_site_contact_words', violation_error_message='There are words in this language already.')],
            },
        ),
        migrations.RunPython(choose, migrations.RunPython.noop),
    ]
