import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


# country: [(number, {language: who answers})]. Nobody has verified them when they are loaded, and
# their hours are left to whoever does.
NUMBERS = {
    "SK": [
        ("112", {"sk": "Tiesňové volanie"}),
        ("158", {"sk": "Polícia"}),
        ("0800 212 212", {"sk": "Národná linka pre ženy zažívajúce násilie"}),
    ],
    "LV": [
        ("112", {"lv": "Ārkārtas palīdzības dienesti"}),
        ("110", {"lv": "Policija"}),
        ("116 006", {"lv": "Palīdzības tālrunis noziegumos cietušajiem"}),
    ],
    "DE": [
        (
            "110",
            {"de": "Polizei (Notruf)", "en": "Police (emergency)",
             "sk": "Polícia (tiesňové volanie)", "lv": "Policija (ārkārtas izsaukumi)"},
        ),
        (
            "112",
            {"de": "Rettungsdienst und Feuerwehr (Notruf)",
             "en": "Ambulance and fire brigade (emergency)",
             "sk": "Záchranná služba a hasiči (tiesňové volanie)",
             "lv": "Ātrā palīdzība un ugunsdzēsēji (ārkārtas izsaukumi)"},
        ),
        (
            "116 016",
            {"de": "Hilfetelefon „Gewalt gegen Frauen“",
             "en": "Helpline “Violence against women”",
             "sk": "Linka pomoci „Násilie páchané na ženách“",
             "lv": "Palīdzības tālrunis „Vardarbība pret sievietēm”"},
        ),
        (
            "116 006",
            {"de": "Opfer-Telefon des WEISSEN RINGS (für Opfer von Straftaten)",
             "en": "Victim Support Helpline of WEISSER RING (for victims of crime)",
             "sk": "Linka pomoci organizácie WEISSER RING pre obete trestných činov",
             "lv": "Organizācijas WEISSER RING palīdzības tālrunis noziegumos cietušajiem"},
        ),
    ],
}


def load_numbers(apps, schema_editor):
    number_model = apps.get_model("home", "EmergencyNumber")
    words_model = apps.get_model("home", "EmergencyNumberWords")
    position = 0
    for country, numbers in NUMBERS.items():
        for number, words in numbers:
            position += 10
            row = number_model.objects.create(country=country, number=number, position=position)
            for language, name in words.items():
                words_model.objects.create(emergency_number=row, language=language, name=name)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='EmergencyNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(help_text='Readers see the number below the name of its country.', max_length=2, verbose_name='country')),
                ('number', models.CharField(help_text='As it is dialled in that country. Readers tap it to call.', max_length=20, validators=[django.core.validators.RegexValidator('^\\+?[0-9][0-9 ]*$', 'Digits and spaces only, for example 116 016.')], verbose_name='telephone number')),
                ('verified_on', models.DateField(blank=True, help_text='When someone last made sure that number, name and hours are right.', null=True, verbose_name='verified on')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Small numbers come first.', verbose_name='position')),
            ],
            options={
                'verbose_name': 'emergency number',
                'verbose_name_plural': 'emergency numbers',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('search_terms', models.TextField(blank=True, help_text="Words that readers may search for and the text doesn't contain, for example everyday words and abbreviations. They are published nowhere, but the page can be found by them.", verbose_name='search terms')),
                ('check_again_by', models.DateField(blank=True, help_text='From this day on, the report “Keeping it true” lists the page. Once you have made sure of what it says, set a later day.', null=True, verbose_name='check again by')),
                ('lead', models.TextField(blank=True, help_text='The first sentences that readers see on the site.', verbose_name='lead')),
                ('body', wagtail.fields.StreamField([('heading', 2), ('paragraph', 3), ('quote', 6), ('image', 12), ('document', 16), ('callout', 20), ('activity', 24), ('links', 30)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200}), 1: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('h2', 'Section'), ('h3', 'Subsection')], 'label': 'Level'}), 2: ('wagtail.blocks.StructBlock', [[('text', 0), ('level', 1)]], {}), 3: ('wagtail.blocks.RichTextBlock', (), {'icon': 'pilcrow', 'label': 'Text'}), 4: ('wagtail.blocks.TextBlock', (), {'help_text': 'Without quotation marks.', 'label': 'Quotation'}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('text', 4), ('source', 5)]], {}), 7: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 8: ('wagtail.blocks.CharBlock', (), {'help_text': "What the image says to someone who can't see it.", 'label': 'Alternative text', 'max_length': 300, 'required': False}), 9: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Screen readers pass over the image. It then needs no alternative text.', 'label': 'Only decoration', 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 300, 'required': False}), 11: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who made the image.', 'label': 'Credit', 'max_length': 200, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('image', 7), ('alt', 8), ('decorative', 9), ('caption', 10), ('credit', 11)]], {}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 14: ('wagtail.blocks.CharBlock', (), {'help_text': 'Without one, readers see the title of the document.', 'label': 'Title', 'max_length': 200, 'required': False}), 15: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('ar', 'العربية'), ('bg', 'български'), ('cs', 'čeština'), ('da', 'dansk'), ('de', 'Deutsch'), ('el', 'Ελληνικά'), ('en', 'English'), ('es', 'español'), ('et', 'eesti'), ('fa', 'فارسی'), ('fi', 'suomi'), ('fr', 'français'), ('hr', 'hrvatski'), ('hu', 'magyar'), ('it', 'italiano'), ('lt', 'lietuvių'), ('lv', 'latviešu'), ('nl', 'Nederlands'), ('pl', 'polski'), ('pt', 'português'), ('ro', 'română'), ('ru', 'русский'), ('sk', 'slovenčina'), ('sl', 'slovenščina'), ('sv', 'svenska'), ('tr', 'Türkçe'), ('uk', 'українська')], 'label': 'Language of the document', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('document', 13), ('title', 14), ('language', 15)]], {}), 17: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('info', 'Note'), ('help', 'Where to find help'), ('warning', 'Warning')], 'label': 'Kind'}), 18: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200, 'required': False}), 19: ('wagtail.blocks.RichTextBlock', (), {'label': 'Text'}), 20: ('wagtail.blocks.StructBlock', [[('tone', 17), ('title', 18), ('text', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'label': 'What is done', 'max_length': 255}), 22: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example: every year', 'label': 'How often', 'max_length': 80, 'required': False}), 23: ('wagtail.blocks.RichTextBlock', (), {'label': 'Description', 'required': False}), 24: ('wagtail.blocks.StructBlock', [[('title', 21), ('rhythm', 22), ('text', 23)]], {}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Link text', 'max_length': 200}), 26: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page of this site', 'required': False}), 27: ('wagtail.blocks.URLBlock', (), {'label': 'Address on another site', 'required': False}), 28: ('wagtail.blocks.StructBlock', [[('title', 25), ('page', 26), ('url', 27)]], {}), 29: ('wagtail.blocks.ListBlock', (28,), {'label': 'Links'}), 30: ('wagtail.blocks.StructBlock', [[('heading', 18), ('links', 29)]], {})}, help_text='What readers see below the title, in blocks. Pictures and documents are blocks, too.', verbose_name='text')),
            ],
            options={
                'verbose_name': 'home page',
                'verbose_name_plural': 'home pages',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='StandardPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('search_terms', models.TextField(blank=True, help_text="Words that readers may search for and the text doesn't contain, for example everyday words and abbreviations. They are published nowhere, but the page can be found by them.", verbose_name='search terms')),
                ('check_again_by', models.DateField(blank=True, help_text='From this day on, the report “Keeping it true” lists the page. Once you have made sure of what it says, set a later day.', null=True, verbose_name='check again by')),
                ('purpose', models.CharField(choices=[('text', 'Plain text'), ('imprint', 'Imprint'), ('privacy', 'Privacy'), ('accessibility', 'Accessibility statement'), ('easy_language', 'Easy language'), ('traces', 'How to remove traces of a visit')], default='text', help_text='Every page links its imprint, privacy, accessibility and easy-language page, and the one about traces.', max_length=20, verbose_name='purpose')),
                ('body', wagtail.fields.StreamField([('heading', 2), ('paragraph', 3), ('quote', 6), ('image', 12), ('document', 16), ('callout', 20), ('activity', 24), ('links', 30)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200}), 1: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('h2', 'Section'), ('h3', 'Subsection')], 'label': 'Level'}), 2: ('wagtail.blocks.StructBlock', [[('text', 0), ('level', 1)]], {}), 3: ('wagtail.blocks.RichTextBlock', (), {'icon': 'pilcrow', 'label': 'Text'}), 4: ('wagtail.blocks.TextBlock', (), {'help_text': 'Without quotation marks.', 'label': 'Quotation'}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('text', 4), ('source', 5)]], {}), 7: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 8: ('wagtail.blocks.CharBlock', (), {'help_text': "What the image says to someone who can't see it.", 'label': 'Alternative text', 'max_length': 300, 'required': False}), 9: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Screen readers pass over the image. It then needs no alternative text.', 'label': 'Only decoration', 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 300, 'required': False}), 11: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who made the image.', 'label': 'Credit', 'max_length': 200, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('image', 7), ('alt', 8), ('decorative', 9), ('caption', 10), ('credit', 11)]], {}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 14: ('wagtail.blocks.CharBlock', (), {'help_text': 'Without one, readers see the title of the document.', 'label': 'Title', 'max_length': 200, 'required': False}), 15: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('ar', 'العربية'), ('bg', 'български'), ('cs', 'čeština'), ('da', 'dansk'), ('de', 'Deutsch'), ('el', 'Ελληνικά'), ('en', 'English'), ('es', 'español'), ('et', 'eesti'), ('fa', 'فارسی'), ('fi', 'suomi'), ('fr', 'français'), ('hr', 'hrvatski'), ('hu', 'magyar'), ('it', 'italiano'), ('lt', 'lietuvių'), ('lv', 'latviešu'), ('nl', 'Nederlands'), ('pl', 'polski'), ('pt', 'português'), ('ro', 'română'), ('ru', 'русский'), ('sk', 'slovenčina'), ('sl', 'slovenščina'), ('sv', 'svenska'), ('tr', 'Türkçe'), ('uk', 'українська')], 'label': 'Language of the document', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('document', 13), ('title', 14), ('language', 15)]], {}), 17: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('info', 'Note'), ('help', 'Where to find help'), ('warning', 'Warning')], 'label': 'Kind'}), 18: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200, 'required': False}), 19: ('wagtail.blocks.RichTextBlock', (), {'label': 'Text'}), 20: ('wagtail.blocks.StructBlock', [[('tone', 17), ('title', 18), ('text', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'label': 'What is done', 'max_length': 255}), 22: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example: every year', 'label': 'How often', 'max_length': 80, 'required': False}), 23: ('wagtail.blocks.RichTextBlock', (), {'label': 'Description', 'required': False}), 24: ('wagtail.blocks.StructBlock', [[('title', 21), ('rhythm', 22), ('text', 23)]], {}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Link text', 'max_length': 200}), 26: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page of this site', 'required': False}), 27: ('wagtail.blocks.URLBlock', (), {'label': 'Address on another site', 'required': False}), 28: ('wagtail.blocks.StructBlock', [[('title', 25), ('page', 26), ('url', 27)]], {}), 29: ('wagtail.blocks.ListBlock', (28,), {'label': 'Links'}), 30: ('wagtail.blocks.StructBlock', [[('heading', 18), ('links', 29)]], {})}, help_text='What readers see below the title, in blocks. Pictures and documents are blocks, too.', verbose_name='text')),
                ('conformance', models.CharField(blank=True, choices=[('full', 'conforms fully'), ('partial', 'conforms in part'), ('none', 'does not conform')], help_text='Readers see it in the statement. Empty: the statement says that it is missing.', max_length=20, verbose_name='conformance with the standard')),
                ('assessed_on', models.DateField(blank=True, help_text='Readers see it in the statement. Empty: the statement says that it is missing.', null=True, verbose_name='date of the assessment')),
                ('feedback_contact', models.TextField(blank=True, help_text='Where readers report a barrier: an office, not a person.', verbose_name='contact for feedback')),
                ('enforcement_body', models.TextField(blank=True, help_text='Whom readers turn to when they get no satisfactory answer.', verbose_name='enforcement body')),
            ],
            options={
                'verbose_name': 'standard page',
                'verbose_name_plural': 'standard pages',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='EmergencyNumberWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('de', 'German'), ('en', 'English'), ('sk', 'Slovak'), ('lv', 'Latvian')], help_text='The number is shown on the pages of the languages that have words here.', max_length=10, verbose_name='language')),
                ('name', models.CharField(help_text='For example: Police', max_length=120, verbose_name='who answers')),
                ('hours', models.CharField(blank=True, help_text='When it is answered. Leave it empty until you have made sure.', max_length=120, verbose_name='hours')),
                ('emergency_number', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='home.emergencynumber')),
            ],
            options={
                'verbose_name': 'words for an emergency number',
                'constraints': [models.UniqueConstraint(fields=('emergency_number', 'language'), name='home_emergency_number_words', violation_error_message='There are words in this language already.')],
            },
        ),
        migrations.CreateModel(
            name='ExitControl',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('de', 'German'), ('en', 'English'), ('sk', 'Slovak'), ('lv', 'Latvian')], help_text='On the pages of which language readers see it.', max_length=10, verbose_name='language')),
                ('target', models.URLField(blank=True, help_text='A harmless site that many people use. It is opened only when a reader leaves. Without an address: the encyclopedia Wikipedia in this language.', verbose_name='where it leads')),
                ('label', models.CharField(blank=True, help_text="Promise no secrecy here: the visit stays in the browser's history.", max_length=60, verbose_name='words on the control')),
                ('neutral_title', models.CharField(blank=True, help_text="If filled, tabs and the browser's history show this instead of the title of each page. People who use a screen reader then can't tell tabs apart.", max_length=60, verbose_name='neutral page title')),
                ('site', models.ForeignKey(help_text='On which site readers see this control.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'exit control',
                'verbose_name_plural': 'exit controls',
                'constraints': [models.UniqueConstraint(fields=('site', 'language'), name='home_exit_control', violation_error_message='This site has an exit control in this language.')],
            },
        ),
        migrations.RunPython(load_numbers, migrations.RunPython.noop),
    ]
