"""Rich text that is given unparsed is the same as parsed and written again."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page

from partners.items.references import References
from partners.items.richtext import Foreign, is_plain, represent, to_html
from partners.models import Consent, Organisation, PartnerPage, Person, Topic

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="<>&"), max_size=8)
NAMES = st.sampled_from(["p", "b", "ul", "li", "h2", "blockquote", "code", "span"])
MARKUP = st.recursive(
    TEXT | st.sampled_from(["<br/>", "<hr/>", " ", "\n"]),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>", NAMES, st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
#: An entity, so that a text is parsed.
READ = "<p>&amp;</p>"


@given(MARKUP)
def test_whether_it_was_read_makes_no_difference(source):
    assert not is_plain(source + READ)
    assert represent(source, References()) + READ == represent(source + READ, References())


def test_only_what_is_whole_and_known_is_passed_on():
    assert is_plain("<p>Im <b>Netz</b><br/>seit 2004</p>\n<ul><li>KIS</li></ul>")
    for source in ("<p>offen", "<p><b>quer</p></b>", "</p>", "<p class='x'>a</p>", "<script>"):
        assert not is_plain(source)
    assert represent("<p onclick='x()'>a</p><script>x()</script>", References()) == "<p>a</p>"


def test_as_text_each_block_stands_on_its_line():
    source = "<p>eins</p><p>zwei <b>drei</b><br/>vier</p><ul><li>fünf</li><li>sechs</li></ul>"
    text = represent(source, References(text="text"))
    assert text == "eins\nzwei drei\nvier\nfünf\nsechs"


BLOCKS = ["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"]


def test_each_kind_of_block_may_be_foreign_and_has_its_line():
    source = "".join(f"<{name}>{name} a</{name}>" for name in BLOCKS)
    marked = represent(source, References(), Foreign("de", [f"<b>{name}</b> a" for name in BLOCKS]))
    assert marked == "".join(f'<{name} lang="de">{name} a</{name}>' for name in BLOCKS)
    assert represent(source, References(), Foreign("de", ["sonst"])) == source
    text = represent(source, References(text="text"))
    assert text.splitlines() == [f"{name} a" for name in BLOCKS]


def test_empty_lines_are_none():
    assert represent("<p> </p><p>a<br/><br/>b</p>", References(text="text")) == "a\nb"
    assert represent("", References()) == "" == represent("", References(text="text"))


def test_what_is_plain_is_not_read():
    """Reading takes most of the time that rich text costs."""
    for source in ("<p>a<br/>b</p><hr/>", "<p>a</p> <p>b</p>\n", "a", ""):
        assert is_plain(source)
    for source in ("</p>", "<p>", "<p></b>", "<p><b></p></b>", "<a>b</a>", "a & b", "<br></br>"):
        assert not is_plain(source)
    assert represent("<p>a</p>", References(text="markdown")).strip() == "a"


class TestReferences:
    """What a text refers to, as it is now."""

    def given(self, source, **options):
        references = References(base="https://example.org", **options)
        return references.resolve(represent(source, references))

    def test_a_document(self, db):
        file = ContentFile(b"%PDF-1.4", "vertrag.pdf")
        document = get_document_model().objects.create(title="Vertrag", file=file)
        html = self.given(f'<p><a linktype="document" id="{document.pk}">Vertrag</a></p>')
        assert html == f'<p><a href="https://example.org{document.url}">Vertrag</a></p>'
        private = Collection.get_first_root_node().add_child(name="Intern")
        CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
        get_document_model().objects.update(collection=private)
        html = self.given(f'<p><a linktype="document" id="{document.pk}">Vertrag</a></p>')
        assert html == "<p>Vertrag</p>"

    def test_an_image(self, db):
        image = get_image_model().objects.create(title="Bild", file=get_test_image_file("b.png"))
        source = f'<embed embedtype="image" id="{image.pk}" alt="Ein Bild" format="left"/>'
        first, again = self.given(source), self.given(source)
        tag = BeautifulSoup(first, "html.parser").img
        assert set(tag.attrs) == {"src", "alt", "width", "height"} and first == again
        assert tag["alt"] == "Ein Bild" and tag["src"].startswith("https://example.org/")
        assert tag["width"].isdigit() and tag["height"].isdigit()
        private = Collection.get_first_root_node().add_child(name="Intern")
        CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
        get_image_model().objects.update(collection=private)
        assert self.given(source) == ""

    def test_an_image_whose_file_is_gone_is_told_and_left_out(self, db):
        image = get_image_model().objects.create(title="Bild", file=get_test_image_file("w.png"))
        image.file.storage.delete(image.file.name)
        references = References()
        source = f'<p>a</p><embed embedtype="image" id="{image.pk}"/>'
        assert references.resolve(represent(source, references)) == "<p>a</p>"
        assert len(references.errors) == 1

    @pytest.mark.parametrize(
        ("kind", "named"),
        [
            ("person", "<p>Erika Muster.</p>"),
            ("person-before", "<p>Erika Muster, die Fachkraft.</p>"),
        ],
    )
    def test_a_person(self, db, kind, named):
        person = Person.objects.filter(locale__language_code="de").first()
        Person.objects.filter(pk=person.pk).update(name="Erika Muster")
        source = f'<p><a linktype="{kind}" id="{person.pk}">die Fachkraft</a>.</p>'
        assert self.given(source) == "<p>die Fachkraft.</p>"
        Consent.objects.create(person=person, name=True, evidence="Brief")
        assert self.given(source) == "<p>die Fachkraft.</p>"
        assert self.given(source, audience="site") == named
        assert to_html(source, audience="site") == named

    def test_a_page(self, kis_page):
        german, slovak = kis_page("triade"), kis_page("triade", "sk")
        source = f'<p><a linktype="page" id="{german.pk}">Triade</a></p>'
        assert self.given(source) == f'<p><a href="https://example.org{german.url}">Triade</a></p>'
        with translation.override("sk"):
            assert (
                self.given(source) == f'<p><a href="https://example.org{slovak.url}">Triade</a></p>'
            )
            slovak.unpublish()
            assert (
                self.given(source) == f'<p><a href="https://example.org{german.url}">Triade</a></p>'
            )
        german.unpublish()
        assert self.given(source) == "<p>Triade</p>"
        assert self.given('<p><a linktype="page" id="987654">Weg</a></p>') == "<p>Weg</p>"


def test_things_are_loaded_of_those_that_are_asked_for_alone(kis_page):
    references = References()
    topic = Topic.objects.filter(locale__language_code="de").first()
    family = Topic.objects.filter(translation_key=topic.translation_key)
    [found] = references.load("topic", {topic.pk, 987654}).values()
    assert found.keys() == {"", *family.values_list("locale__language_code", flat=True)}
    assert found[""].pk == topic.pk
    family.exclude(pk=topic.pk).update(live=False)
    [found] = references.load("topic", {topic.pk}).values()
    assert found.keys() == {"", "de"}
    family.update(live=False)
    assert references.load("topic", {topic.pk}) == {}
    organisation = kis_page("polizeidirektion-leipzig").organisation
    same = Organisation.objects.filter(translation_key=organisation.translation_key)
    assert references.load("organisation", {organisation.pk}).keys() == {one.pk for one in same}
    assert references.load("kis_partners.Topic", {topic.pk}) == {}
    assert references.load("kis_partners.Organisation", {organisation.pk}) == {
        organisation.pk: organisation
    }


def test_pages_are_found_by_id_key_and_path(kis_page):
    german, slovak, alias = kis_page("triade"), kis_page("triade", "sk"), kis_page("impressum")
    alias = alias.copy_for_translation(Locale.objects.create(language_code="pl"), copy_parents=True,
                                       alias=True)  # fmt: skip
    keys = {german.pk, slovak.path, german.translation_key, alias.pk, 987654, "0001987"}
    found = References().load("page", keys)
    assert found.keys() == {german.pk, slovak.path, german.translation_key, alias.pk,
                            alias.translation_key}  # fmt: skip
    versions = PartnerPage.objects.filter(translation_key=german.translation_key)
    family = {page.locale.language_code: page.pk for page in versions}
    for key, itself in ((german.pk, german), (slovak.path, slovak), (german.translation_key, None)):
        pages = {code: page.pk for code, page in found[key].items()}
        assert pages == {**family, **({"": itself.pk} if itself else {})}
    one = found[alias.pk][""]
    assert (one.title, one.language, one.served) == (alias.title, "pl", "de")
    assert (one.url_path, one.model) == (alias.url_path, type(alias.specific))
    assert found[german.pk]["sk"].served == "sk"
    slovak.unpublish()
    again = References().load("page", {slovak.pk, german.pk})
    assert "" not in again[slovak.pk] and "sk" not in again[german.pk] and "de" in again[slovak.pk]
    none = References(pages=Page.objects.none()).load("page", {german.pk})
    assert none == {german.pk: {}, german.translation_key: {}}
