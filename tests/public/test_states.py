"""States of translations, wherever they are told, against what plain Python makes of the rows."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from home.models import StandardPage
from partners.models import Review, Topic
from partners.public.translations import (
    STATES,
    progress,
    translation_state,
    untranslated,
    untranslated_strings,
)
from partners.translating import drafts, extraction
from tests.languages import LANGUAGES

NOW = timezone.now()
#: Pages whose translations are in each state, one thing about each of them unusual.
PAGES = ["triade", "fachtagungen", "impressum", "datenschutz", "polizeidirektion-leipzig"]


def rows(page, language, **which):
    return StringTranslation.objects.filter(
        context__object_id=page.translation_key, locale__language_code=language, **which
    )


def review(some, **changed):
    for row in some:
        Review.objects.update_or_create(
            translation=row, defaults={"text": row.data, "reviewed_at": NOW, **changed}
        )


@pytest.fixture
def in_part(kis_page):
    """A page of which in each language something is missing."""
    page = kis_page("triade")
    page.lead = page.title
    learn, alone = "<p>Gewaltfrei leben lernen.</p>", "<p>Niemand ist damit allein.</p>"
    page.body = [
        {"type": "paragraph", "value": value, "id": key}
        for key, value in (("zwei", learn + alone), ("eins", learn))
    ]
    page.save_revision().publish()
    source = extraction.ensure_source(page, update=True)
    StringTranslation.objects.filter(context__object_id=page.translation_key).delete()
    for code in ("en", "sk", "lv"):
        locale = Locale.objects.get(language_code=code)
        for part in StringSegment.objects.filter(source=source).select_related("string"):
            StringTranslation.objects.create(
                translation_of=part.string, context=part.context, locale=locale,
                translation_type="machine" if code == "en" else "manual", data=f"{code} Text",
            )  # fmt: skip
    # One text in several places, elsewhere translated; one of two texts of a block; a fault.
    rows(page, "sk", context__path__in=["lead", "body.eins"]).delete()
    rows(page, "lv", translation_of__data__contains="allein").delete()
    rows(page, "en", translation_of__data__contains="allein").update(has_error=True)
    return page


@pytest.fixture
def world(in_part, kis_page):
    meeting, imprint, privacy, police = (kis_page(key) for key in PAGES[1:])
    # All by people; one by machine among these; all by machine and read.
    rows(meeting, "sk").update(translation_type="manual")
    rows(meeting, "lv").exclude(context__path="title").update(translation_type="manual")
    review(rows(meeting, "en"))
    # Changed by hand after a review; of a machine's texts one changed since; one of them read.
    rows(imprint, "sk").update(translation_type="manual")
    review(rows(imprint, "sk", context__path="title"), text="Früher")
    review(rows(imprint, "lv"))
    review(rows(imprint, "lv", context__path="title"), text="Früher")
    review(rows(imprint, "en", context__path="title"), reviewed_at=NOW - timedelta(days=2))
    # Nothing translated, one thing alone, all of it faulty.
    rows(privacy, "sk").delete()
    rows(privacy, "lv").exclude(context__path="title").delete()
    rows(privacy, "en").update(has_error=True)
    # Stopped; the source is newer for the others.
    Translation.objects.filter(
        source__object_id=police.translation_key, target_locale__language_code="sk"
    ).update(enabled=False)
    rows(police, "sk").delete()
    Page.objects.filter(pk=police.pk).update(last_published_at=NOW + timedelta(days=1))
    # An alias in another language, one in its own.
    new = kis_page("start").add_child(instance=StandardPage(title="Neu", slug="neu"))
    new.copy_for_translation(Locale.objects.get(language_code="sk"), alias=True)
    imprint.create_alias(parent=kis_page("start"), update_slug="zwilling")


class Expected:
    """The state of a page, from its rows."""

    def __init__(self, page, sources, strings, reviews):
        self.page, self.reviews = page, reviews
        self.language = page.locale.language_code
        self.source = sources.get((page.translation_key, page.locale_id))
        segments = self.source and self.source.stringsegment_set.select_related("string", "context")
        self.parts = [
            (part, strings.get((page.locale_id, part.string_id, part.context_id)))
            for part in segments or []
        ]  # fmt: skip
        self.hows = [self.how(row) for _part, row in self.parts]
        self.missing = [part.string.data for part, row in self.parts if row is None]

    def how(self, row):
        if row is None:
            return "missing"
        review = self.reviews.get(row.pk)
        if review and review.text == row.data:
            return "reviewed"
        if row.translation_type == "machine":
            return "machine"
        return "changed" if review else "manual"

    @property
    def state(self):
        if self.source is None:
            return "source"
        if "missing" in self.hows:
            return "partial"
        return "machine" if "machine" in self.hows else "complete"

    @property
    def is_begun(self):
        return not self.parts or set(self.hows) != {"missing"}

    @property
    def is_translated(self):
        original = self.page.alias_of
        return self.is_begun and not (original and original.locale_id != self.page.locale_id)

    @property
    def said(self):
        reviewed = not {"machine", "changed"} & set(self.hows)
        times = [self.reviews[row.pk].reviewed_at for _part, row in self.parts
                 if row and row.pk in self.reviews]  # fmt: skip
        newer = self.source and Page.objects.filter(
            translation_key=self.source.object_id, locale=self.source.locale,
            last_published_at__gt=self.source.last_updated_at,
        ).exists()  # fmt: skip
        done = len(self.hows) - len(self.missing)
        return {
            "state": self.state,
            "percent": 100 * done // len(self.hows) if self.hows else 100,
            "reviewed": reviewed,
            "reviewed_at": max(times) if reviewed and times else None,
            "source_newer": bool(newer),
        }

    @property
    def foreign_fields(self):
        done = {}
        for part, row in self.parts:
            place = ".".join(part.context.path.split(".")[:2])
            done[place] = done.get(place, False) or row is not None
        return {place for place, any_of in done.items() if not any_of}


@pytest.fixture
def pages(world):
    """Every page of the content, of which all are live, as plain Python sees it."""
    sources = {
        (one.source.object_id, one.target_locale_id): one.source
        for one in Translation.objects.filter(enabled=True).select_related("source__locale")
    }
    strings = {
        (one.locale_id, one.translation_of_id, one.context_id): one
        for one in StringTranslation.objects.filter(has_error=False)
    }
    reviews = {one.translation_id: one for one in Review.objects.all()}
    found = Page.objects.filter(depth__gt=1).select_related("locale", "alias_of")
    return [Expected(page, sources, strings, reviews) for page in found]


def test_pages_tell_their_states_and_what_isnt_translated(pages, kis_page, api):
    found = {(one.state, one.is_translated, one.said["reviewed"]) for one in pages}
    assert {state for state, _is, _read in found} == set(STATES)
    assert {("partial", False, True), ("complete", True, False), ("machine", True, False)} <= found
    by_place = progress()
    keys = {kis_page(key).translation_key for key in PAGES}
    strings_missing = untranslated_strings(one.page for one in pages)
    for one in pages:
        page, said = one.page, one.said
        if page.translation_key not in keys or page.alias_of:
            continue
        state = translation_state(page)
        assert {name: getattr(state, name) for name in said} == said, page
        language = one.source.locale.language_code if one.source else one.language
        rest = untranslated(page)
        assert (rest.source_locale, rest.sections) == (language, len(one.missing)), page
        assert rest.fields == one.foreign_fields, page
        identity = page.translation_key, page.locale_id
        told, strings = strings_missing.get(identity, (language, []))
        assert (told, sorted(strings)) == (language, sorted(set(one.missing))), page
        if one.source:
            assert by_place[page.translation_key, page.locale_id].state == said["state"]
        if not one.is_translated:
            continue
        meta = api(f"pages/{page.pk}/")["meta"]
        given = {name: meta["language"][name] for name in said if name != "reviewed_at"}
        assert given == {name: said[name] for name in given}, page
        assert bool(meta["language"]["reviewed_at"]) == bool(said["reviewed_at"])
        family = {of.language: of for of in pages if not of.page.alias_of
                  and of.page.translation_key == page.translation_key}  # fmt: skip
        for code, version in meta["translations"].items():
            assert not version or version["state"] == family[code].state, (page, code)


def test_lists_hold_what_is_in_a_state_or_a_better_one(pages, api):
    for code in LANGUAGES:
        own = [one for one in pages if one.language == code]
        for order, state in enumerate(STATES):
            for aliases in (False, True):
                query = f"locale={code}&min_state={state}&include_aliases={str(aliases).lower()}"
                given = {one["id"] for one in api(f"pages/?limit=100&fields=_,id&{query}")["items"]}
                assert given == {
                    one.page.pk
                    for one in own
                    if STATES.index(one.state) >= order
                    and one.is_begun
                    and (aliases or one.is_translated)
                }, query
    for item in api("locales/")["items"]:
        own = [one for one in pages if one.language == item["code"] and one.is_translated]
        assert item["pages"] == {
            state: sum(one.state == state for one in own) for state in STATES
        }, item["code"]


def test_paragraphs_without_translation_are_marked(in_part, kis_page, api):
    """Each language's own: what is missing in one place or language is there in another."""

    def marked(code):
        body = api(f"pages/{kis_page('triade', code).pk}/")["body"]
        return [block["value"].count('lang="de"') for block in body]

    translations = Translation.objects.filter(source__object_id=in_part.translation_key)
    for translation in translations:
        drafts.save(translation, publish=True)
    assert {code: marked(code) for code in LANGUAGES} == {
        "de": [0, 0], "en": [1, 0], "sk": [0, 1], "lv": [1, 0],
    }  # fmt: skip
    translations.filter(target_locale__language_code="sk").update(enabled=False)
    assert marked("sk") == [0, 0]


def test_how_far_the_original_is_ahead(world, kis_page):
    """Known from the dates, or from what was changed since the texts were taken over."""
    police, german = kis_page("polizeidirektion-leipzig", "lv"), kis_page("impressum")
    place = police.translation_key, police.locale_id
    key = german.translation_key, kis_page("impressum", "lv").locale_id
    assert progress()[place].source_newer and not progress()[key].source_newer
    assert progress()[key].changed is None
    source = TranslationSource.objects.get(object_id=german.translation_key)
    type(source)._meta.get_field("kis_change").related_model.objects.update_or_create(
        source=source, defaults={"segments": 3, "at": source.last_updated_at}
    )
    assert not progress()[key].source_newer and progress()[key].changed is None
    type(source).objects.filter(pk=source.pk).update(
        last_updated_at=F("last_updated_at") - timedelta(days=900)
    )
    Page.objects.filter(pk=german.pk).update(last_published_at=NOW - timedelta(days=1000))
    assert progress()[key].source_newer and progress()[key].changed == 3


def test_a_snippet_tells_its_state(db):
    german = Topic.objects.filter(locale__language_code="de").first()
    slovak = german.get_translation(Locale.objects.get(language_code="sk"))
    rows(german, "sk").update(translation_type="manual")
    assert translation_state(slovak).state == "complete"
    assert translation_state(german).state == "source"
    Topic.objects.filter(pk=german.pk).update(last_published_at=NOW + timedelta(days=1))
    assert translation_state(slovak).source_newer


def test_the_embedded_list_says_that_nobody_has_read_it(kis_page):
    """Its own cooperations in its own language count, and nothing else."""

    def is_told(code="sk"):
        html = Client().get(f"/embed/cooperations/?locale={code}").content.decode()
        return {"sk": "strojovo", "lv": "automātiski"}[code] in html

    assert is_told() and is_told("lv")
    keys = kis_page("triade").get_siblings().values("translation_key")
    own = StringTranslation.objects.filter(context__object_id__in=keys)
    own.filter(locale__language_code="sk").update(translation_type="manual")
    assert not is_told() and is_told("lv")
    review(rows(kis_page("triade"), "sk", context__path="title"), text="Früher")
    assert is_told()
    review(rows(kis_page("triade"), "sk", context__path="title"))
    assert not is_told()
