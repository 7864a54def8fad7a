"""References of a host site's own model, with everything that such a model may have."""

import pytest
from django.db import models
from django.test.utils import isolate_apps
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from partners.models import Topic
from partners.translating.link_targets import localize_links


@pytest.fixture
def model():
    with isolate_apps("partners"):

        class Notice(TranslatableMixin, ClusterableModel):
            text = RichTextField(null=True)
            stream = StreamField(
                [
                    ("rich", blocks.RichTextBlock()),
                    ("words", blocks.CharBlock()),
                    ("page", blocks.PageChooserBlock()),
                    ("file", DocumentChooserBlock()),
                ]
            )
            page = models.ForeignKey(Page, models.CASCADE, null=True, related_name="+")
            hidden = models.ForeignKey(
                Page, models.CASCADE, null=True, editable=False, related_name="+"
            )
            topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="+")
            same = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="+")
            language = models.ForeignKey(Locale, models.CASCADE, null=True, related_name="+")
            translatable_fields = [TranslatableField("topic"), SynchronizedField("same")]

            class Meta(TranslatableMixin.Meta):
                app_label = "kis_partners"

        class Line(TranslatableMixin):
            notice = ParentalKey(Notice, on_delete=models.CASCADE, related_name="lines")
            page = models.ForeignKey(Page, models.CASCADE, related_name="+")
            translatable_fields = []

            class Meta(TranslatableMixin.Meta):
                app_label = "kis_partners"

        class Plain(models.Model):  # noqa: DJ008
            notice = ParentalKey(Notice, on_delete=models.CASCADE, related_name="plain")
            page = models.ForeignKey(Page, models.CASCADE, related_name="+")

            class Meta:
                app_label = "kis_partners"

        Notice.line, Notice.plain_line = Line, Plain
        yield Notice


def topics():
    german = Topic.objects.filter(locale__language_code="de").first()
    return german, german.get_translation(Locale.objects.get(language_code="sk"))


def link(page):
    return f'<p>Die <a id="{page.pk}" linktype="page">Seite</a></p>'


def stored(goal, number=1):
    return [
        {"type": "rich", "id": "1", "value": link(goal)},
        {"type": "words", "id": "2", "value": link(goal)},
        {"type": "page", "id": "3", "value": goal.pk},
        {"type": "file", "id": "4", "value": number},
    ]


@pytest.mark.parametrize("published", [True, False])
def test_what_refers_to_pages_and_translated_snippets_follows(model, kis_page, published):
    german, slovak = kis_page("triade"), kis_page("triade", "sk")
    topic, theme = topics()
    if not published:
        slovak.unpublish()
        theme.unpublish()
    field = model._meta.get_field("stream")
    notice = model(
        text=link(german), stream=field.to_python(stored(german)), page=german, hidden=german,
        topic=topic, same=topic, language=german.locale, locale=slovak.locale,
    )  # fmt: skip
    notice.lines = [model.line(page=german)]
    notice.plain = [model.plain_line(page=german)]
    localize_links(notice, slovak.locale)
    there, about = (slovak, theme) if published else (german, topic)
    assert notice.text == link(there)
    expected = stored(there)
    expected[1] = stored(german)[1]
    assert field.get_prep_value(notice.stream) == expected
    assert (notice.page_id, notice.hidden_id) == (there.pk, german.pk)
    assert (notice.topic_id, notice.same_id) == (about.pk, topic.pk)
    assert notice.language_id == german.locale_id
    assert [line.page_id for line in notice.lines.all()] == [there.pk]
    assert [line.page_id for line in notice.plain.all()] == [german.pk]


def test_what_is_empty_stays_so_and_what_is_there_already(
    model, kis_page, django_assert_num_queries
):
    slovak = kis_page("triade", "sk")
    notice = model(stream=[], locale=slovak.locale)
    with django_assert_num_queries(0):
        localize_links(notice, slovak.locale)
    assert notice.text == "" and not notice.stream and notice.page_id is None
    notice.page, notice.text = slovak, link(slovak)
    stream = model._meta.get_field("stream").to_python(stored(slovak))
    notice.stream = stream
    localize_links(notice, slovak.locale)
    assert (notice.page_id, notice.text, notice.stream) == (slovak.pk, link(slovak), stream)
    assert notice.stream is stream
