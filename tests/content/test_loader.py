"""The content loader: all or nothing, the same twice, and never over an editor's work."""

import io

import polib
import pytest
from django.core.management import CommandError, call_command
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, Revision, Site
from wagtail_localize.models import StringTranslation

from partners.content import PackageError, Report, load
from partners.models import LoadedItem, Organisation, PartnerPage, Person, Review, Topic
from partners.public.translations import translation_state
from tests.conftest import KIS
from tests.packages import HEAD, ITEMS, PackageFolder

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(tmp_path):
    return PackageFolder.translated(tmp_path / "probe")


def muster(language="de"):
    return PartnerPage.objects.get(
        title__endswith="Zusammenarbeit mit dem Musterverein", locale__language_code=language
    )


def counts():
    models = (Page, Topic, Organisation, Person, Revision, StringTranslation, LoadedItem)
    return [model.objects.count() for model in models]


def problems(folder, **options):
    before = counts()
    with pytest.raises(PackageError) as refused:
        load(folder.root, **options)
    assert counts() == before
    return [str(problem) for problem in refused.value.problems]


def test_a_second_run_of_kis_changes_nothing_and_makes_no_revision():
    before = counts()
    out = io.StringIO()
    call_command("load_content", stdout=out, stderr=io.StringIO())
    assert out.getvalue() == "Nothing changed.\n"
    assert counts() == before


def test_a_package_goes_below_the_home_page_and_is_translated(package):
    report = load(package.root)
    assert len(report.created) == 5
    assert len(report.translated) == 5
    page, slovak = muster(), muster("sk")
    assert page.get_parent().get_parent().slug == "start"
    assert (slovak.title, slovak.slug) == (f"SK {page.title}", "musterverein-sk")
    assert slovak.live and slovak.since == "2010-05" and slovak.earliest.isoformat() == "2010-05-01"
    assert slovak.organisation_id == page.organisation_id
    assert not load(package.root).changed


def test_a_draft_is_loaded_in_every_language_and_published_by_nobody(package):
    package.replace("de/items.yaml", "parent: liste", "parent: liste\ndraft: true")
    load(package.root)
    assert not muster().live and not muster("sk").live
    assert muster("sk").get_latest_revision_as_object().title.startswith("SK ")
    muster().get_latest_revision().publish()
    assert not load(package.root).changed and muster().live


@pytest.mark.parametrize("line", ["draft: maybe", "draft: [a]"])
def test_a_draft_is_one_or_not(package, line):
    package.replace("de/items.yaml", "parent: liste", f"parent: liste\n{line}")
    assert any("draft" in one for one in problems(package))


def test_how_far_a_load_is_comes_step_by_step(package):
    told = []
    load(package.root, progress=lambda done, total, name: told.append((done, total)))
    assert told == [(number, len(told)) for number in range(1, len(told) + 1)] and told


def test_the_page_tree_is_sound():
    assert Page.find_problems() == ([], [], [], [], [])


def test_what_a_page_uses_is_known_to_wagtail(package):
    load(package.root)
    used = ReferenceIndex.get_references_for_object(muster())
    models = {reference.to_content_type.model for reference in used}
    assert {"person", "organisation", "topic"} <= models


def test_pages_may_refer_to_each_other(tmp_path):
    pages = "related: [zweite]\n---\ntype: kis_partners.PartnerPage\nkey: zweite\nparent: liste\n"
    pages += "title: Noch eine\nslug: noch-eine\norganisation: verein\nrelated: [muster]\n"
    load(PackageFolder(tmp_path / "probe", ITEMS + pages, HEAD.replace("[sk]", "[]")).root)
    first, second = muster(), PartnerPage.objects.get(title="Noch eine")
    assert [link.page_to_id for link in first.related.all()] == [second.pk]
    assert [link.page_to_id for link in second.related.all()] == [first.pk]


def test_three_mistakes_are_named_with_file_and_line_and_nothing_is_written(package):
    package.replace("de/items.yaml", "since: 2010-05", "since: 2010-13")
    package.replace("de/items.yaml", "topics: [gewaltschutz]", "topics: [gewaltschuz]")
    package.replace("de/items.yaml", "kind: association", "knd: association")
    found = problems(package)
    assert len(found) == 3
    assert found[0].startswith("de/items.yaml:8: ") and "did you mean 'kind'" in found[0]
    assert found[1].startswith("de/items.yaml:29: since:") and "no month 13" in found[1]
    assert found[2].startswith("de/items.yaml:30: ") and "'gewaltschuz'" in found[2]


def test_the_command_prints_every_problem_and_fails(package):
    package.replace("de/items.yaml", "kind: association", "kind: club")
    package.replace("de/items.yaml", "side: partner", "side: theirs")
    with pytest.raises(CommandError) as refused:
        call_command("load_content", package.root, stdout=io.StringIO(), stderr=io.StringIO())
    lines = str(refused.value).splitlines()
    assert len(lines) == 3
    assert lines[-1] == "Nothing was loaded: 2 problems."


@pytest.mark.parametrize(
    ("old", "new", "at", "names"),
    [
        ("key: muster\n", "key: Muster!\n", "key: Muster!", "small letters"),
        ("key: leitung\n", "key: leitung\nkey: zwei\n", "key: zwei", "twice"),
        ("type: kis_partners.Topic", "type: kis_partners.Tpic", "Tpic", "no type"),
        ("parent: liste", "parent: lste", "lste", "no page 'lste'"),
        ("slug: musterverein", "slug: muster verein", "slug: muster verein", "slug"),
        ("title: Zusammenarbeit", f"title: {'x' * 300}", "xxx", "title"),
        ("organisation: verein\nsince", "since", "type: kis_partners.PartnerPage", "organisation"),
        ("country: DE", "country: XY", "country: XY", "country"),
        ("- paragraph:", "- pragraph:", "- pragraph", "did you mean 'paragraph'"),
        ("die Leitung</a>", "die Leitung</a><script>x</script>", "- paragraph", "<script>"),
        ('key="leitung"', 'key="nobody"', "- paragraph", "'nobody'"),
        ("role: Leitung des Mustervereins", "role: ''", "role: ''", "role"),
        ("key: gewaltschutz", "key: anderes", "topics:", "'gewaltschutz'"),
        ("name: Gewaltschutz", "name: [a, b]", "[a, b]", "a text is expected"),
        ("title: Musterliste", "title: 'Musterliste", "", "not YAML"),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_found_where_it_stands(package, old, new, at, names):
    package.replace("de/items.yaml", old, new)
    text = (package.root / "de/items.yaml").read_text("utf-8")
    line = text[: text.index(at)].count("\n") + 1 if at else ""
    found = problems(package)
    assert any(one.startswith(f"de/items.yaml:{line}") and names in one for one in found), found


def test_settings_of_the_package_are_checked(package):
    package.replace("package.yaml", "languages: [sk]", "languages: [sk, xx]\nlanguges: []")
    found = problems(package)
    assert any("'xx' is not a language" in one for one in found)
    assert any("did you mean 'languages'" in one for one in found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "names"),
    [
        (lambda po: po.remove(po[0]), "missing: title"),
        (lambda po: setattr(po[0], "msgid", "Anders"), "source text isn't in the item"),
        (lambda po: setattr(po[0], "msgctxt", "titel"), "context isn't in the item"),
        (lambda po: setattr(po[0], "msgstr", ""), "no translation"),
        (lambda po: po[0].flags.append("fuzzy"), "fuzzy"),
        (lambda po: setattr(po[2], "msgstr", "Bez odkazu."), "links aren't the same"),
        (lambda po: setattr(po[2], "msgstr", '<a id="a1">x</a><p>y</p>'), "not allowed"),
    ],
)  # fmt: skip
def test_a_po_file_that_does_not_fit_stops_the_load(package, change, names):
    import polib

    path = package.root / "po/sk/partnerpage.muster.po"
    po = polib.pofile(str(path))
    change(po)
    po.save(str(path))
    found = problems(package)
    assert any(names in one for one in found), found
    assert all(one.startswith("po/sk/partnerpage.muster.po:") for one in found)


def test_a_missing_po_file_stops_the_load(package):
    (package.root / "po/sk/topic.gewaltschutz.po").unlink()
    [found] = problems(package)
    assert found.startswith("po/sk/topic.gewaltschutz.po:1: there is no such file")


def test_an_incomplete_translation_is_loaded_only_where_one_asks_for_it(package):
    (package.root / "po/sk/topic.gewaltschutz.po").unlink()
    path = package.root / "po/sk/partnerpage.muster.po"
    po = polib.pofile(str(path))
    [body] = [entry for entry in po if entry.msgctxt.startswith("body.")]
    body.msgstr = ""
    po.save(str(path))
    assert len(problems(package)) == 2

    report = load(package.root, partial=True)
    assert len(report.created) == 5 and len(report.translated) == 4
    assert [str(gap).partition(": ")[2] for gap in report.gaps] == [
        "there is no such file (1 strings); --write-po writes it",
        f"'{body.msgid[:60]}' has no translation",
    ]
    page = muster("sk")
    assert page.live and page.title.startswith("SK ")
    assert "Es leitet" in str(page.body)
    assert translation_state(page).state == "partial"
    assert not Topic.objects.filter(name__startswith="SK ").exists()

    po.find(body.msgid).msgstr = 'Vedie <a id="a1">vedenie</a>.'
    po.save(str(path))
    out = io.StringIO()
    call_command("load_content", str(package.root), "--partial", stdout=out, stderr=io.StringIO())
    assert out.getvalue().splitlines() == [
        "Missing: po/sk/topic.gewaltschutz.po:1: there is no such file (1 strings); "
        "--write-po writes it",
        "0 created, 0 updated, 5 unchanged, 1 translations.",
    ]
    assert translation_state(muster("sk")).state == "machine"


def test_what_does_not_fit_stops_a_partial_load_too(package):
    path = package.root / "po/sk/partnerpage.muster.po"
    po = polib.pofile(str(path))
    po[0].msgctxt = "titel"
    po.save(str(path))
    assert any("context isn't in the item" in one for one in problems(package, partial=True))


def test_a_taken_address_is_a_problem_not_a_crash(package):
    load(package.root)
    muster().delete()
    parent = Page.objects.get(slug="musterliste", locale__language_code="de").specific
    parent.add_child(
        instance=PartnerPage(title="Fremd", slug="musterverein", organisation=_organisation())
    )
    [found] = problems(package, overwrite=True)
    assert "'musterverein' is taken" in found


def _organisation():
    return Organisation.objects.get(name="Musterverein e. V.", locale__language_code="de")


def test_a_new_version_of_the_package_reaches_every_language(package):
    load(package.root)
    package.replace("de/items.yaml", "since: 2010-05", "since: 2011")
    package.replace("de/items.yaml", "Es leitet", "Leitend ist")
    package.write_po()
    report = load(package.root)
    assert report.updated == ["partnerpage.muster"]
    assert report.translated == ["partnerpage.muster (sk)"]
    for language, text in (("de", "Leitend ist"), ("sk", "SK Leitend ist")):
        page = muster(language)
        assert page.since == "2011"
        assert text in str(page.body)


def test_what_an_editor_changed_is_kept_and_reported(package):
    load(package.root)
    page = muster()
    page.lead = "Vom Menschen geschrieben"
    page.save_revision().publish()
    package.replace("de/items.yaml", "since: 2010-05", "since: 2011")
    report = load(package.root)
    assert report.kept == ["partnerpage.muster was changed by an editor"]
    assert not report.changed
    assert muster().since == "2010-05" and muster().lead == "Vom Menschen geschrieben"
    load(package.root, overwrite=True)
    assert muster().since == "2011" and muster().lead == ""


def test_a_draft_of_an_editor_is_kept(package):
    load(package.root)
    page = muster()
    page.lead = "Entwurf"
    page.save_revision()
    package.replace("de/items.yaml", "since: 2010-05", "since: 2011")
    assert load(package.root).kept
    assert muster().since == "2010-05"
    assert muster().get_latest_revision_as_object().lead == "Entwurf"


def test_what_an_editor_deleted_stays_deleted(package):
    load(package.root)
    muster("sk").delete()
    muster().delete()
    report = load(package.root)
    assert report.kept == ["partnerpage.muster was deleted by an editor"]
    assert not PartnerPage.objects.filter(slug="musterverein").exists()
    load(package.root, overwrite=True)
    assert muster().live


def test_what_an_editor_unpublished_is_not_published_again(package):
    load(package.root)
    muster().unpublish()
    package.replace("de/items.yaml", "since: 2010-05", "since: 2011")
    load(package.root)
    assert muster().get_latest_revision_as_object().since == "2011"
    assert not muster().live


@pytest.mark.slow
def test_a_translators_work_is_kept(package):
    load(package.root)
    string = StringTranslation.objects.get(data="SK Gewaltschutz", locale__language_code="sk")
    string.data, string.translation_type = "Ochrana pred násilím", "manual"
    string.save()
    path = "po/sk/topic.gewaltschutz.po"
    package.replace(path, "SK Gewaltschutz", "SK Neu")
    report = load(package.root)
    assert report.kept == ["topic.gewaltschutz (sk): 1 strings by a translator"]
    string.refresh_from_db()
    assert string.data == "Ochrana pred násilím"
    load(package.root, overwrite=True)
    string.refresh_from_db()
    assert string.data == "SK Neu"
    assert Topic.objects.get(locale__language_code="sk", name="SK Neu").live


def test_what_a_person_has_read_is_kept(package):
    load(package.root)
    string = StringTranslation.objects.get(data="SK Gewaltschutz", locale__language_code="sk")
    Review.objects.create(translation=string, text=string.data)
    package.replace("po/sk/topic.gewaltschutz.po", "SK Gewaltschutz", "SK Neu")
    assert load(package.root).kept == ["topic.gewaltschutz (sk): 1 strings by a translator"]
    string.refresh_from_db()
    assert string.data == "SK Gewaltschutz"


def test_files_of_a_load_that_fails_are_removed(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = PackageFolder.translated(tmp_path / "probe")
    (folder.root / "media").mkdir()
    (folder.root / "media/a.txt").write_text("Text")
    folder.write("de/items.yaml", ITEMS + "---\ntype: document\nkey: a\ntitle: A\nfile: a.txt\n")
    folder.replace("de/items.yaml", "kind: association", "kind: club")
    assert problems(folder)
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    folder.replace("de/items.yaml", "kind: club", "kind: association")
    load(folder.root)
    [file] = [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    assert file.suffix == ".txt" and file.read_text() == "Text"


def test_a_parent_can_be_named(package, kis_page):
    standard = kis_page("impressum")
    [found] = problems(package, parent=standard)
    assert "can't be below home.StandardPage" in found


def test_kis_loads_from_its_own_folder_only():
    assert (KIS / "package.yaml").is_file()


def test_a_page_below_itself_or_nowhere_is_a_problem(package):
    package.replace("de/items.yaml", "parent: liste", "parent: muster")
    assert any("no page 'muster'" in one for one in problems(package))
    package.replace("de/items.yaml", "parent: muster", "parent: liste")
    Site.objects.all().delete()
    [found] = problems(package)
    assert "give --parent" in found
    home = Page.objects.get(slug="start", locale__language_code="de").specific
    load(package.root, parent=home)
    assert muster().get_parent().get_parent().pk == home.pk


def test_what_a_report_counts_as_a_change():
    for name in ("created", "updated", "translated"):
        assert Report(**{name: ["x"]}).changed
    assert not Report(unchanged=["x"], kept=["x"]).changed


DOCUMENT = "---\ntype: document\nkey: a\ntitle: A\nfile: a.txt\n"


def stored(document):
    with document.file.open() as file:
        return file.read()


def test_files_are_loaded_once_and_again_when_they_have_changed(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = PackageFolder(tmp_path / "probe", ITEMS + DOCUMENT, HEAD.replace("[sk]", "[]"))
    assert any("no file media/a.txt" in one for one in problems(folder))
    (folder.root / "media").mkdir()
    (folder.root / "media/a.txt").write_text("Text")
    assert "document.a" in load(folder.root).created
    document = get_document_model().objects.get(title="A")
    assert (stored(document), document.file_size, len(document.file_hash)) == (b"Text", 4, 40)
    assert "document.a" in load(folder.root).unchanged
    assert get_document_model().objects.get(title="A").file.name == document.file.name
    (folder.root / "media/a.txt").write_text("Anderer Text")
    assert load(folder.root).updated == ["document.a"]
    again = get_document_model().objects.get(title="A")
    assert (again.pk, stored(again), again.file_size) == (document.pk, b"Anderer Text", 12)
    get_document_model().objects.filter(pk=again.pk).update(title="Von Hand")
    folder.replace("de/items.yaml", "title: A\n", "title: B\n")
    assert load(folder.root).kept == ["document.a was changed by an editor"]
    again.delete()
    assert load(folder.root).kept == ["document.a was deleted by an editor"]
    assert "document.a" in load(folder.root, overwrite=True).created


def test_packages_do_not_know_each_others_items(package, tmp_path):
    """The same key in another package is another item."""
    load(package.root)
    other = PackageFolder(tmp_path / "zwei", ITEMS.replace("slug: muster", "slug: anders"),
                          HEAD.replace("probe", "zwei").replace("[sk]", "[]"))  # fmt: skip
    report = load(other.root)
    assert len(report.created) == 5 and not report.kept
    assert not load(package.root).changed


def test_a_package_of_nothing_says_what_it_lacks(tmp_path):
    folder = PackageFolder(tmp_path / "probe", ITEMS, "languages: []\n")
    found = problems(folder)
    assert any("name" in one for one in found) and any("source" in one for one in found)
