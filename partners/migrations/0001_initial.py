import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import modelsearch.index
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models
from wagtail.documents import get_document_model_string
from wagtail.images import get_image_model_string


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('wagtail_localize', '0016_rename_page_revision_translationlog_revision'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(get_document_model_string()),
        migrations.swappable_dependency(get_image_model_string()),
    ]

    operations = [
        migrations.CreateModel(
            name='CooperationIndexPage',
            fields=[
                ('lead', models.TextField(blank=True, help_text='The first sentences. Lists of pages show them, too.', verbose_name='lead')),
                ('body', wagtail.fields.StreamField([('heading', 2), ('paragraph', 3), ('quote', 6), ('image', 12), ('document', 16), ('callout', 20), ('activity', 24), ('links', 30)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200}), 1: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('h2', 'Section'), ('h3', 'Subsection')], 'label': 'Level'}), 2: ('wagtail.blocks.StructBlock', [[('text', 0), ('level', 1)]], {}), 3: ('wagtail.blocks.RichTextBlock', (), {'icon': 'pilcrow', 'label': 'Text'}), 4: ('wagtail.blocks.TextBlock', (), {'help_text': 'Without quotation marks.', 'label': 'Quotation'}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('text', 4), ('source', 5)]], {}), 7: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 8: ('wagtail.blocks.CharBlock', (), {'help_text': "What the image says to someone who can't see it.", 'label': 'Alternative text', 'max_length': 300, 'required': False}), 9: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Screen readers pass over the image. It then needs no alternative text.', 'label': 'Only decoration', 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 300, 'required': False}), 11: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who made the image.', 'label': 'Credit', 'max_length': 200, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('image', 7), ('alt', 8), ('decorative', 9), ('caption', 10), ('credit', 11)]], {}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 14: ('wagtail.blocks.CharBlock', (), {'help_text': 'Without one, readers see the title of the document.', 'label': 'Title', 'max_length': 200, 'required': False}), 15: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('ar', 'العربية'), ('bg', 'български'), ('cs', 'čeština'), ('da', 'dansk'), ('de', 'Deutsch'), ('el', 'Ελληνικά'), ('en', 'English'), ('es', 'español'), ('et', 'eesti'), ('fa', 'فارسی'), ('fi', 'suomi'), ('fr', 'français'), ('hr', 'hrvatski'), ('hu', 'magyar'), ('it', 'italiano'), ('lt', 'lietuvių'), ('lv', 'latviešu'), ('nl', 'Nederlands'), ('pl', 'polski'), ('pt', 'português'), ('ro', 'română'), ('ru', 'русский'), ('sk', 'slovenčina'), ('sl', 'slovenščina'), ('sv', 'svenska'), ('tr', 'Türkçe'), ('uk', 'українська')], 'label': 'Language of the document', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('document', 13), ('title', 14), ('language', 15)]], {}), 17: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('info', 'Note'), ('help', 'Where to find help'), ('warning', 'Warning')], 'label': 'Kind'}), 18: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200, 'required': False}), 19: ('wagtail.blocks.RichTextBlock', (), {'label': 'Text'}), 20: ('wagtail.blocks.StructBlock', [[('tone', 17), ('title', 18), ('text', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'label': 'What is done', 'max_length': 255}), 22: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example: every year', 'label': 'How often', 'max_length': 80, 'required': False}), 23: ('wagtail.blocks.RichTextBlock', (), {'label': 'Description', 'required': False}), 24: ('wagtail.blocks.StructBlock', [[('title', 21), ('rhythm', 22), ('text', 23)]], {}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Link text', 'max_length': 200}), 26: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page of this site', 'required': False}), 27: ('wagtail.blocks.URLBlock', (), {'label': 'Address on another site', 'required': False}), 28: ('wagtail.blocks.StructBlock', [[('title', 25), ('page', 26), ('url', 27)]], {}), 29: ('wagtail.blocks.ListBlock', (28,), {'label': 'Links'}), 30: ('wagtail.blocks.StructBlock', [[('heading', 18), ('links', 29)]], {})}, help_text='What readers see below the first sentences, in blocks. Pictures and documents are blocks, too.', verbose_name='text')),
                ('search_terms', models.TextField(blank=True, help_text="Words that readers may search for and the text doesn't contain, for example everyday words and abbreviations. They are published nowhere, but the page can be found by them.", verbose_name='search terms')),
                ('check_again_by', models.DateField(blank=True, help_text='From this day on, the report “Keeping it true” lists the page. Once you have made sure of what it says, set a later day.', null=True, verbose_name='check again by')),
                ('page_ptr', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='kis_cooperationindexpage', serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('group_by_kind', models.BooleanField(default=False, help_text='Readers see partners, networks and exchanges under headings of their own.', verbose_name='group by kind')),
            ],
            options={
                'verbose_name': 'list of cooperations',
                'verbose_name_plural': 'lists of cooperations',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='CooperationPage',
            fields=[
                ('lead', models.TextField(blank=True, help_text='The first sentences. Lists of pages show them, too.', verbose_name='lead')),
                ('body', wagtail.fields.StreamField([('heading', 2), ('paragraph', 3), ('quote', 6), ('image', 12), ('document', 16), ('callout', 20), ('activity', 24), ('links', 30)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200}), 1: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('h2', 'Section'), ('h3', 'Subsection')], 'label': 'Level'}), 2: ('wagtail.blocks.StructBlock', [[('text', 0), ('level', 1)]], {}), 3: ('wagtail.blocks.RichTextBlock', (), {'icon': 'pilcrow', 'label': 'Text'}), 4: ('wagtail.blocks.TextBlock', (), {'help_text': 'Without quotation marks.', 'label': 'Quotation'}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200, 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('text', 4), ('source', 5)]], {}), 7: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 8: ('wagtail.blocks.CharBlock', (), {'help_text': "What the image says to someone who can't see it.", 'label': 'Alternative text', 'max_length': 300, 'required': False}), 9: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Screen readers pass over the image. It then needs no alternative text.', 'label': 'Only decoration', 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 300, 'required': False}), 11: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who made the image.', 'label': 'Credit', 'max_length': 200, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('image', 7), ('alt', 8), ('decorative', 9), ('caption', 10), ('credit', 11)]], {}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 14: ('wagtail.blocks.CharBlock', (), {'help_text': 'Without one, readers see the title of the document.', 'label': 'Title', 'max_length': 200, 'required': False}), 15: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('ar', 'العربية'), ('bg', 'български'), ('cs', 'čeština'), ('da', 'dansk'), ('de', 'Deutsch'), ('el', 'Ελληνικά'), ('en', 'English'), ('es', 'español'), ('et', 'eesti'), ('fa', 'فارسی'), ('fi', 'suomi'), ('fr', 'français'), ('hr', 'hrvatski'), ('hu', 'magyar'), ('it', 'italiano'), ('lt', 'lietuvių'), ('lv', 'latviešu'), ('nl', 'Nederlands'), ('pl', 'polski'), ('pt', 'português'), ('ro', 'română'), ('ru', 'русский'), ('sk', 'slovenčina'), ('sl', 'slovenščina'), ('sv', 'svenska'), ('tr', 'Türkçe'), ('uk', 'українська')], 'label': 'Language of the document', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('document', 13), ('title', 14), ('language', 15)]], {}), 17: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('info', 'Note'), ('help', 'Where to find help'), ('warning', 'Warning')], 'label': 'Kind'}), 18: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 200, 'required': False}), 19: ('wagtail.blocks.RichTextBlock', (), {'label': 'Text'}), 20: ('wagtail.blocks.StructBlock', [[('tone', 17), ('title', 18), ('text', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'label': 'What is done', 'max_length': 255}), 22: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example: every year', 'label': 'How often', 'max_length': 80, 'required': False}), 23: ('wagtail.blocks.RichTextBlock', (), {'label': 'Description', 'required': False}), 24: ('wagtail.blocks.StructBlock', [[('title', 21), ('rhythm', 22), ('text', 23)]], {}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Link text', 'max_length': 200}), 26: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page of this site', 'required': False}), 27: ('wagtail.blocks.URLBlock', (), {'label': 'Address on another site', 'required': False}), 28: ('wagtail.blocks.StructBlock', [[('title', 25), ('page', 26), ('url', 27)]], {}), 29: ('wagtail.blocks.ListBlock', (28,), {'label': 'Links'}), 30: ('wagtail.blocks.StructBlock', [[('heading', 18), ('links', 29)]], {})}, help_text='What readers see below the first sentences, in blocks. Pictures and documents are blocks, too.', verbose_name='text')),
                ('search_terms', models.TextField(blank=True, help_text="Words that readers may search for and the text doesn't contain, for example everyday words and abbreviations. They are published nowhere, but the page can be found by them.", verbose_name='search terms')),
                ('since', models.CharField(blank=True, default='', help_text='As exactly as it is known: 2005, 2005-02 or 2005-02-14. Readers see it in words.', max_length=10, verbose_name='since')),
                ('until', models.CharField(blank=True, default='', help_text='Empty while it goes on.', max_length=10, verbose_name='until')),
                ('period_wording', models.CharField(blank=True, help_text='If filled, readers see this instead of the dates, for example: since the network was founded', max_length=200, verbose_name='period in words')),
                ('earliest', models.DateField(db_index=True, editable=False, null=True)),
                ('latest', models.DateField(db_index=True, editable=False, null=True)),
                ('check_again_by', models.DateField(blank=True, help_text='From this day on, the report “Keeping it true” lists the page. Once you have made sure of what it says, set a later day.', null=True, verbose_name='check again by')),
                ('page_ptr', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='kis_cooperationpage', serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('purpose', models.TextField(blank=True, help_text='What the cooperation is for, in one sentence.', verbose_name='purpose')),
                ('region', models.CharField(blank=True, help_text='For example: Leipzig, Saxony', max_length=120, verbose_name='region')),
                ('activities', wagtail.fields.StreamField([('activity', 3)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'What is done', 'max_length': 255}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example: every year', 'label': 'How often', 'max_length': 80, 'required': False}), 2: ('wagtail.blocks.RichTextBlock', (), {'label': 'Description', 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('title', 0), ('rhythm', 1), ('text', 2)]], {})}, help_text='What was and is done together. Readers see a list in this order, below the text.', verbose_name='activities')),
                ('downloads', wagtail.fields.StreamField([('document', 3)], blank=True, block_lookup={0: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'Without one, readers see the title of the document.', 'label': 'Title', 'max_length': 200, 'required': False}), 2: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('ar', 'العربية'), ('bg', 'български'), ('cs', 'čeština'), ('da', 'dansk'), ('de', 'Deutsch'), ('el', 'Ελληνικά'), ('en', 'English'), ('es', 'español'), ('et', 'eesti'), ('fa', 'فارسی'), ('fi', 'suomi'), ('fr', 'français'), ('hr', 'hrvatski'), ('hu', 'magyar'), ('it', 'italiano'), ('lt', 'lietuvių'), ('lv', 'latviešu'), ('nl', 'Nederlands'), ('pl', 'polski'), ('pt', 'português'), ('ro', 'română'), ('ru', 'русский'), ('sk', 'slovenčina'), ('sl', 'slovenščina'), ('sv', 'svenska'), ('tr', 'Türkçe'), ('uk', 'українська')], 'label': 'Language of the document', 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('document', 0), ('title', 1), ('language', 2)]], {})}, help_text='Readers see links with kind, size and language of each document.', verbose_name='documents to download')),
            ],
            options={
                'verbose_name': 'cooperation',
                'verbose_name_plural': 'cooperations',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='GradeNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.BigIntegerField(null=True)),
                ('context', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='IndexVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(help_text='In its basic form. It is found in texts in every form that it has.', max_length=120, unique=True, verbose_name='word')),
                ('note', models.TextField(blank=True, help_text="What it means, and what it doesn't.", verbose_name='note for translators')),
            ],
            options={
                'verbose_name': 'term',
                'verbose_name_plural': 'glossary',
                'ordering': ['word'],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='ExchangeProgrammePage',
            fields=[
                ('cooperationpage_ptr', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='kis_exchangeprogrammepage', serialize=False, to='kis_partners.cooperationpage')),
                ('exchange_kind', models.CharField(choices=[('specialists', 'exchange of specialists'), ('conferences', 'conference series'), ('training', 'training')], default='specialists', help_text='Readers see it among the facts of the page.', max_length=20, verbose_name='kind of exchange')),
            ],
            options={
                'verbose_name': 'exchange programme',
                'verbose_name_plural': 'exchange programmes',
            },
            bases=('kis_partners.cooperationpage',),
        ),
        migrations.CreateModel(
            name='DocumentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_hash', models.CharField(max_length=40)),
                ('text', models.TextField(blank=True)),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=get_document_model_string())),
            ],
            options={
                'verbose_name': 'text of a document',
                'verbose_name_plural': 'texts of documents',
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='ForgettingReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_key', models.UUIDField(db_index=True)),
                ('person_label', models.CharField(max_length=255)),
                ('forgotten_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done', models.JSONField(default=dict)),
                ('replaced', models.JSONField(default=list)),
                ('left', models.JSONField(default=list)),
                ('forgotten_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'receipt of a forgotten person',
                'verbose_name_plural': 'receipts of forgotten people',
                'ordering': ['-forgotten_at'],
            },
        ),
        migrations.CreateModel(
            name='LoadedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('package', models.CharField(max_length=100)),
                ('type', models.CharField(max_length=100)),
                ('key', models.CharField(max_length=200)),
                ('object_id', models.CharField(max_length=40)),
                ('fingerprint', models.CharField(max_length=64)),
                ('loaded_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('package', 'type', 'key'), name='kis_partners_loaded_item')],
            },
        ),
        migrations.CreateModel(
            name='LostTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('page', 'page'), ('document', 'document')], max_length=8)),
                ('target', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'kind', 'target'), name='kis_partners_lost_target')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('name', models.CharField(help_text='As readers of this language know the body.', max_length=200, verbose_name='name')),
                ('official_name', models.CharField(blank=True, help_text="In the body's own language. It is the same in every translation.", max_length=200, verbose_name='official name')),
                ('short_name', models.CharField(blank=True, help_text='For example: KIS. The search finds it, and other sites receive it.', max_length=40, verbose_name='short name')),
                ('legal_form', models.CharField(blank=True, help_text='For example: GbR, e. V., gGmbH', max_length=40, verbose_name='legal form')),
                ('kind', models.CharField(choices=[('intervention', 'Intervention centre'), ('police', 'Police'), ('authority', 'Public authority'), ('counselling', 'Counselling centre'), ('shelter', "Women's shelter"), ('church', 'Church institution'), ('education', 'Educational institution'), ('association', 'Association'), ('other', 'Other')], default='other', help_text='The list of organisations can be filtered by it. Other sites receive it, too.', max_length=20, verbose_name='kind')),
                ('website', models.URLField(blank=True, help_text='Where the name leads, beginning with https://. Empty: the name is no link.', verbose_name='website')),
                ('street', models.CharField(blank=True, help_text='Readers see the address beside contact people. Leave it empty if it must not be known.', max_length=120, verbose_name='street and number')),
                ('postal_code', models.CharField(blank=True, help_text='Readers see it before the city.', max_length=12, verbose_name='postal code')),
                ('city', models.CharField(blank=True, help_text='Without a street, readers see the city alone.', max_length=80, verbose_name='city')),
                ('country', models.CharField(blank=True, help_text='Readers see its name in their language.', max_length=2, verbose_name='country')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('logo', models.ForeignKey(blank=True, help_text='Other sites receive it; this one shows no logos.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=get_image_model_string(), verbose_name='logo')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['name'],
                'abstract': False,
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('role', models.CharField(help_text='Always public. Write it so that it says enough without the name.', max_length=200, verbose_name='role')),
                ('name', models.CharField(blank=True, help_text='Public only while a consent for the name is recorded.', max_length=120, verbose_name='name')),
                ('email', models.EmailField(blank=True, help_text='Public only while a consent for contact details is recorded.', max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, help_text='Public only while a consent for contact details is recorded.', max_length=40, verbose_name='telephone')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, help_text='Always public, with its address: readers see it below the role.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='kis_partners.organisation', verbose_name='organisation')),
                ('photo', models.ForeignKey(blank=True, help_text='Public only while a consent for the photo is recorded.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=get_image_model_string(), verbose_name='photo')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['role'],
                'abstract': False,
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='CooperationContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('side', models.CharField(choices=[('own', 'our side'), ('partner', "the partner's side")], default='own', help_text='Readers see the people of both sides under headings of their own.', max_length=10, verbose_name='side')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='kis_partners.cooperationpage')),
                ('person', models.ForeignKey(help_text='Readers see the role, and name and contact details while there is a consent.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kis_partners.person', verbose_name='person')),
            ],
            options={
                'verbose_name': 'contact person',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.BooleanField(default=False, help_text='Readers then see the name beside the role.', verbose_name='name')),
                ('contact', models.BooleanField(default=False, help_text='Readers then see e-mail and telephone.', verbose_name='contact details')),
                ('photo', models.BooleanField(default=False, help_text='Readers then see the photo, if the name is public, too.', verbose_name='photo')),
                ('api', models.BooleanField(default=False, help_text="Other organisations' websites receive these details through the API.", verbose_name='passing on to other sites')),
                ('given_on', models.DateField(default=django.utils.timezone.localdate, help_text='The first day on which it counts.', verbose_name='given on')),
                ('evidence', models.TextField(help_text='How the consent was given and where it is kept. Never published.', verbose_name='evidence')),
                ('valid_until', models.DateField(blank=True, help_text='The last day on which it counts. Empty: until it is withdrawn.', null=True, verbose_name='valid until')),
                ('withdrawn_on', models.DateField(blank=True, help_text='As soon as a date stands here, the details are no longer public.', null=True, verbose_name='withdrawn on')),
                ('person', models.ForeignKey(help_text='The consent counts for this person in every language.', on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='kis_partners.person', verbose_name='person')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['-given_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RelatedCooperation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='related', to='kis_partners.cooperationpage')),
                ('page_to', models.ForeignKey(help_text='Readers see a link to it at the end of the page, once it is published.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kis_partners.cooperationpage', verbose_name='cooperation')),
            ],
            options={
                'verbose_name': 'related cooperation',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('reviewed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('translation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='kis_review', to='wagtail_localize.stringtranslation')),
            ],
            options={
                'verbose_name': 'review of a translation',
                'verbose_name_plural': 'reviews of translations',
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(blank=True, editable=False, max_length=60, null=True, unique=True)),
                ('given', models.JSONField(default=list, editable=False)),
                ('group', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='kis_role', to='auth.group', verbose_name='group')),
                ('locales', models.ManyToManyField(blank=True, related_name='+', to='wagtailcore.locale', verbose_name='languages')),
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
            },
        ),
        migrations.CreateModel(
            name='SourceChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('segments', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='kis_change', to='wagtail_localize.translationsource')),
            ],
        ),
        migrations.CreateModel(
            name='TermWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('language', models.CharField(help_text='Whoever translates into it sees the word beside the text.', max_length=10, verbose_name='language')),
                ('word', models.CharField(help_text='In its basic form, without an article.', max_length=120, verbose_name='word')),
                ('term', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='kis_partners.term')),
            ],
            options={
                'verbose_name': 'word in another language',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('name', models.CharField(help_text='One or two words, as readers see them on pages and in the filter of the list.', max_length=120, verbose_name='name')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['name'],
                'abstract': False,
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='CooperationTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='kis_partners.cooperationpage')),
                ('topic', models.ForeignKey(help_text='Readers see it on the page, and can filter the list of cooperations by it.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kis_partners.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'topic',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TranslationGrade',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=10)),
                ('translation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='kis_grade', to='wagtail_localize.translation')),
            ],
        ),
        migrations.CreateModel(
            name='TranslationRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(default='submit', max_length=10)),
                ('title', models.CharField(max_length=255)),
                ('pages', models.JSONField(default=list)),
                ('done', models.PositiveIntegerField(default=0)),
                ('failed', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('locales', models.ManyToManyField(related_name='+', to='wagtailcore.locale')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'run of translations',
                'verbose_name_plural': 'runs of translations',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='ExchangeOrganisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('organisation', models.ForeignKey(help_text='Readers see its name, with a link to its website.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kis_partners.organisation', verbose_name='organisation')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='organisations', to='kis_partners.exchangeprogrammepage')),
            ],
            options={
                'verbose_name': 'organisation',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExchangeCountry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('country', models.CharField(help_text='Readers see its name in their language.', max_length=2, verbose_name='country')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='countries', to='kis_partners.exchangeprogrammepage')),
            ],
            options={
                'verbose_name': 'country',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NetworkPage',
            fields=[
                ('cooperationpage_ptr', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='kis_networkpage', serialize=False, to='kis_partners.cooperationpage')),
                ('role', models.CharField(choices=[('coordinates', 'coordinates the network'), ('member', 'is a member'), ('takes_part', 'takes part')], help_text='Readers see it under “Our part”.', max_length=20, verbose_name='own role in the network')),
                ('level', models.CharField(choices=[('local', 'local'), ('regional', 'regional'), ('national', 'national'), ('international', 'international')], help_text='How far the network reaches. Readers can see it on the page.', max_length=20, verbose_name='level')),
                ('working_groups', wagtail.fields.StreamField([('group', 2)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Name', 'max_length': 255}), 1: ('wagtail.blocks.RichTextBlock', (), {'label': 'Description', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('name', 0), ('text', 1)]], {})}, help_text='Readers see a list in this order, below the activities.', verbose_name='working groups')),
                ('flyer_language', models.CharField(blank=True, choices=[('ar', 'العربية'), ('bg', 'български'), ('cs', 'čeština'), ('da', 'dansk'), ('de', 'Deutsch'), ('el', 'Ελληνικά'), ('en', 'English'), ('es', 'español'), ('et', 'eesti'), ('fa', 'فارسی'), ('fi', 'suomi'), ('fr', 'français'), ('hr', 'hrvatski'), ('hu', 'magyar'), ('it', 'italiano'), ('lt', 'lietuvių'), ('lv', 'latviešu'), ('nl', 'Nederlands'), ('pl', 'polski'), ('pt', 'português'), ('ro', 'română'), ('ru', 'русский'), ('sk', 'slovenčina'), ('sl', 'slovenščina'), ('sv', 'svenska'), ('tr', 'Türkçe'), ('uk', 'українська')], help_text='Readers see it beside the link, so that they know what they open.', max_length=10, verbose_name='Language of the document')),
                ('flyer', models.ForeignKey(blank=True, help_text='The first of the documents to download. Everybody can open it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=get_document_model_string(), verbose_name='flyer')),
            ],
            options={
                'verbose_name': 'network',
                'verbose_name_plural': 'networks',
            },
            bases=('kis_partners.cooperationpage',),
        ),
        migrations.CreateModel(
            name='NetworkMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('organisation', models.ForeignKey(help_text='Readers see its name, with a link to its website.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kis_partners.organisation', verbose_name='organisation')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='kis_partners.networkpage')),
            ],
            options={
                'verbose_name': 'organisation',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PartnerPage',
            fields=[
                ('cooperationpage_ptr', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='kis_partnerpage', serialize=False, to='kis_partners.cooperationpage')),
                ('basis', models.CharField(blank=True, choices=[('agreement', 'Written cooperation agreement'), ('law', 'Statutory duty'), ('informal', 'Without a written agreement')], help_text='What the cooperation rests on. Empty: readers see nothing about it.', max_length=20, verbose_name='basis')),
                ('basis_note', models.CharField(blank=True, help_text='For example the name of the agreement.', max_length=255, verbose_name='about the basis')),
                ('basis_document_language', models.CharField(blank=True, choices=[('ar', 'العربية'), ('bg', 'български'), ('cs', 'čeština'), ('da', 'dansk'), ('de', 'Deutsch'), ('el', 'Ελληνικά'), ('en', 'English'), ('es', 'español'), ('et', 'eesti'), ('fa', 'فارسی'), ('fi', 'suomi'), ('fr', 'français'), ('hr', 'hrvatski'), ('hu', 'magyar'), ('it', 'italiano'), ('lt', 'lietuvių'), ('lv', 'latviešu'), ('nl', 'Nederlands'), ('pl', 'polski'), ('pt', 'português'), ('ro', 'română'), ('ru', 'русский'), ('sk', 'slovenčina'), ('sl', 'slovenščina'), ('sv', 'svenska'), ('tr', 'Türkçe'), ('uk', 'українська')], help_text='Readers see it beside the link, so that they know what they open.', max_length=10, verbose_name='Language of the document')),
                ('basis_document', models.ForeignKey(blank=True, help_text='Everybody can open it. Leave it empty if the agreement is not public.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=get_document_model_string(), verbose_name='agreement as a document')),
                ('organisation', models.ForeignKey(help_text='Readers see its name, with a link to its website.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kis_partners.organisation', verbose_name='partner organisation')),
            ],
            options={
                'verbose_name': 'cooperation with a partner',
                'verbose_name_plural': 'cooperations with partners',
            },
            bases=('kis_partners.cooperationpage',),
        ),
        migrations.CreateModel(
            name='ExternalLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.TextField()),
                ('object_id', models.CharField(max_length=255)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('url', 'content_type', 'object_id'), name='kis_partners_external_link')],
            },
        ),
    ]
