"""Whether something is there in a language: every output says the same, in every state."""

from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.snippets.models import get_snippet_models
from wagtail_localize.models import StringSegment, Translation

from home.models import StandardPage
from partners.delivery.shelf import version
from partners.models import Organisation, PartnerPage, Topic
from tests.conftest import find_page

GERMAN, SLOVAK = "Zweitausendeins", "Dvetisicjeden"
#: The fields of a cooperation that are translated first.
HALF = ("title", "purpose")


@dataclass
class Work:
    """Somebody who submits, translates and publishes in the admin, and what they work on."""

    client: Client
    items: dict[str, object]

    @property
    def locale(self):
        return Locale.objects.get(language_code="sk")

    def version(self, name):
        item = self.items[name]
        return type(item).objects.get(translation_key=item.translation_key, locale=self.locale)

    def submit(self):
        for item in self.items.values():
            if isinstance(item, Page):
                url = reverse("wagtail_localize:submit_page_translation", args=[item.pk])
            else:
                args = [*item._meta.label_lower.split("."), item.pk]
                url = reverse("wagtail_localize:submit_snippet_translation", args=args)
            assert self.client.post(url, {"locales": [self.locale.pk]}).status_code == 302

    def translate(self, *paths):
        """Texts at these paths, by default all; the first paragraph of each."""
        for item in self.items.values():
            translation = Translation.objects.get(
                source__object_id=item.translation_key, target_locale=self.locale
            )
            for part in StringSegment.objects.filter(source=translation.source):
                if paths and part.context.path not in paths:
                    continue
                url = reverse(
                    "wagtail_localize:edit_string_translation", args=[translation.pk, part.pk]
                )
                value = part.string.data.lower().replace(GERMAN.lower(), SLOVAK.lower())
                if part.context.path != "slug":
                    value = value.capitalize()
                answer = self.client.put(
                    url, f"value={value}", content_type="application/x-www-form-urlencoded"
                )
                assert answer.status_code < 300, answer.content

    def edit_url(self, item):
        if isinstance(item, Page):
            return reverse("wagtailadmin_pages:edit", args=[item.pk])
        return reverse(type(item).snippet_viewset.get_url_name("edit"), args=[item.pk])

    def publish(self, **more):
        for name in self.items:
            answer = self.client.post(
                self.edit_url(self.version(name)), {"action": "publish", **more}
            )
            assert answer.status_code == 302

    def unpublish(self, item):
        if isinstance(item, Page):
            url = reverse("wagtailadmin_pages:unpublish", args=[item.pk])
        else:
            url = reverse(type(item).snippet_viewset.get_url_name("unpublish"), args=[item.pk])
        assert self.client.post(url).status_code == 302


@pytest.fixture
def work(editor, kis_page):
    version._last = None  # What another test has rolled back.
    german = Locale.objects.get(language_code="de")
    topic = Topic.objects.create(name=f"{GERMAN} Thema", locale=german)
    partner = Organisation.objects.create(name=f"{GERMAN} Verein", locale=german)
    page = PartnerPage(
        title=f"{GERMAN} Partner", slug=f"{GERMAN.lower()}-partner", lead=f"{GERMAN} Vorspann",
        purpose=f"{GERMAN} Zweck", organisation=partner, locale=german,
    )  # fmt: skip
    kis_page("kooperationen").add_child(instance=page)
    page.topics.create(topic=topic)
    text = StandardPage(
        title=f"{GERMAN} Seite", slug=f"{GERMAN.lower()}-seite", show_in_menus=True, locale=german
    )
    kis_page("start").add_child(instance=text)
    for one in (page, text):
        one.save_revision().publish()
    # An open Slovak page that names all of them.
    host = kis_page("triade")
    host.topics.create(topic=topic)
    host.related.create(page_to=page)
    host.save_revision().publish()
    return Work(editor, {"topic": topic, "partner": partner, "page": page, "text": text})


def not_begun(work):
    pass


def submitted(work):
    work.submit()


def published_without_a_word(work):
    """Asked to publish it, the admin leaves it a draft."""
    work.submit()
    work.publish(incomplete="1")


def live_without_a_word(work):
    """As wagtail-localize and other code may leave it."""
    work.submit()
    for name, item in work.items.items():
        type(item).objects.filter(pk=work.version(name).pk).update(live=True)


def half(work):
    work.submit()
    work.translate(*HALF)


def complete(work):
    work.submit()
    work.translate()


def published(work):
    """By a person, while a part isn't translated."""
    work.submit()
    work.translate(*HALF, "slug", "name")
    work.publish(incomplete="1")


def unpublished(work):
    complete(work)
    for name in work.items:
        work.unpublish(work.version(name))


def home_unpublished(work):
    complete(work)
    work.unpublish(find_page("start", "sk"))


def language_removed(work):
    complete(work)
    find_page("start", "sk").delete()
    locale = work.locale
    for model in get_snippet_models():
        if hasattr(model, "locale"):
            model.objects.filter(locale=locale).delete()
    url = reverse("wagtaillocales:delete", args=[locale.pk])
    assert work.client.post(url).status_code == 302
    assert not Locale.objects.filter(pk=locale.pk).exists()


STATES = {
    not_begun: False, submitted: False, published_without_a_word: False,
    live_without_a_word: False, half: False, complete: True, published: True, unpublished: False,
    home_unpublished: False, language_removed: False,
}  # fmt: skip
#: Those in which the whole language is gone.
GONE = {home_unpublished, language_removed}


def get(path):
    return Client().get(path)


def searched(words):
    """What the Slovak page of the search has between its form and its end."""
    html = Client().post("/sk/search/", {"q": words}).content.decode()
    return html.partition("</form>")[2].partition("</main>")[0]


def claims(html, word):
    """The languages in which a page has a word, by the nearest ``lang``; without linked data."""
    soup = BeautifulSoup(html, "html.parser")
    for script in soup("script"):
        script.decompose()
    found = [node for node in soup.find_all(string=True) if word.lower() in node.lower()]
    return {next((one["lang"] for one in node.parents if one.get("lang")), None) for node in found}


def said(work, slovak_paths):
    """What each output says: whether pages and snippets are there in Slovak."""
    found = {}
    for name in ("page", "text"):
        german = work.items[name]
        path = slovak_paths.get(name, f"/sk/{german.slug}/")
        address, pk = f"http://localhost{path}", slovak_paths.get(f"{name} id", 0)
        at_home = get(german.get_url()).content.decode()
        meta = get(f"/api/v2/pages/{german.pk}/").json()["meta"]
        listed = get("/api/v2/pages/?locale=sk&limit=100&fields=_,id")
        changes = get("/api/v2/changes/?limit=500").json()["changes"]
        found |= {
            f"{name}: page": get(path).status_code == 200,
            f"{name}: sitemap": f"<loc>{address}</loc>" in get("/sitemap.xml").content.decode(),
            f"{name}: hreflang": f'hreflang="sk" href="{address}"' in at_home,
            f"{name}: switch": f'<a href="{address}" lang="sk"' in at_home,
            f"{name}: versions": get(f"/sk/versions/{german.translation_key}/").status_code == 302,
            f"{name}: item": get(f"/api/v2/pages/{pk}/").status_code == 200,
            f"{name}: linked data": get(f"/api/v2/pages/{pk}/?format=jsonld").status_code == 200,
            f"{name}: translations": bool(meta["translations"].get("sk")),
            f"{name}: list of the API": pk in {one["id"] for one in listed.json().get("items", ())},
            f"{name}: feed of the API": any(
                one["id"] == pk and one["action"] == "upsert" for one in changes
            ),
            f"{name}: find": get(f"/api/v2/pages/find/?html_path={path}").status_code == 302,
            f"{name}: search": f'href="{path}"' in searched(SLOVAK),
        }
    atom = get(reverse("kis_feed_atom", args=["sk"])).content.decode()
    found["page: feed of readers"] = f"{SLOVAK} partner" in atom
    for name, path in (
        ("list", "/sk/spolupraca/"), ("embed", "/embed/cooperations/?locale=sk"),
    ):  # fmt: skip
        found[f"page: {name}"] = "sk" in claims(get(path).content, f"{SLOVAK} partner")
    found["text: menu"] = "sk" in claims(get("/sk/").content, f"{SLOVAK} seite")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES, ids=lambda one: one.__name__)
def test_every_output_says_the_same(work, state):
    there = STATES[state]
    state(work)
    paths = {}
    for name in ("page", "text"):
        item = work.items[name]
        made = Page.objects.filter(
            translation_key=item.translation_key, locale__language_code="sk"
        ).first()
        if made:
            paths |= {name: made.get_url(), f"{name} id": made.pk}
    found = said(work, paths)
    assert {name for name, is_there in found.items() if is_there != there} == set()
    # Nothing German is said to be Slovak, wherever it stands.
    gone = state in GONE
    host = "/sk/" if gone else find_page("triade", "sk").get_url()
    places = ("/sk/", "/sk/spolupraca/", "/embed/cooperations/?locale=sk", host)
    for path in (*places, *(paths[name] for name in ("page", "text") if name in paths)):
        assert "sk" not in claims(get(path).content, GERMAN), path
    options = BeautifulSoup(searched(GERMAN), "html.parser")("option")
    assert {one.get("lang") for one in options if GERMAN in one.text} <= {"de"}
    codes = [one["code"] for one in get("/api/v2/locales/").json()["items"]]
    assert ("sk" in codes) != gone
    assert ('lang="sk"' in get("/de/").content.decode()) != gone
    front = Client().get("/", headers={"accept-language": "sk,en;q=0.5"})
    assert front.url == ("/en/" if gone else "/sk/")
    assert (get("/sk/").status_code == 404) == gone
    if state is published:
        assert claims(get(paths["page"]).content, f"{GERMAN} Vorspann") == {"de"}
        assert claims(get("/sk/spolupraca/").content, f"{GERMAN} Vorspann") == {"de"}
    # A topic and an organisation that a Slovak page names.
    if not gone:
        assert ("sk" in claims(get(host).content, f"{SLOVAK} thema")) == there
        item = get(f"/api/v2/pages/{find_page('triade', 'sk').pk}/").json()
        [topic] = [one for one in item["topics"] if "thema" in one["name"].lower()
                   and ("Zweit" in one["name"] or "Dvet" in one["name"])]  # fmt: skip
        assert topic["locale"] == ("sk" if there else "de")
