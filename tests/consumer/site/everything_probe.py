"""A page with everything, as stock Wagtail and as the plugin give it; prints JSON.

Open and closed things stand side by side: a page and its unpublished sibling, a document and an
image of the root collection and of a private one.
"""

import datetime
import json
import uuid
from decimal import Decimal

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from everything.models import (  # noqa: E402
    CHOOSERS,
    PLAIN,
    Colour,
    EverythingPage,
    GalleryItem,
    Remark,
)
from kis_partners.delivery.models import Item  # noqa: E402
from wagtail.documents.models import Document  # noqa: E402
from wagtail.images.models import Image  # noqa: E402
from wagtail.images.tests.utils import get_test_image_file  # noqa: E402
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, Site  # noqa: E402
from wagtail_localize.models import Translation, TranslationSource  # noqa: E402

english, _new = Locale.objects.get_or_create(language_code="en")
home = Page.objects.get(depth=1).add_child(
    instance=Page(title="Home", slug="everything", locale=english)
)
Site.objects.all().delete()
Site.objects.create(hostname="testserver", root_page=home, is_default_site=True)

private = Collection.get_first_root_node().add_child(name="Private")
CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
things = {
    "open": {
        "page": home.add_child(instance=Page(title="Open", slug="open", locale=english)),
        "image": Image.objects.create(title="Open", file=get_test_image_file("open.png")),
        "document": Document.objects.create(title="Open", file=ContentFile(b"a", "open.txt")),
    },
    "closed": {
        "page": home.add_child(instance=Page(title="Closed", live=False, locale=english)),
        "image": Image.objects.create(
            title="Closed", file=get_test_image_file("closed.png"), collection=private
        ),
        "document": Document.objects.create(
            title="Closed", file=ContentFile(b"b", "closed.txt"), collection=private
        ),
    },
}
# In the order of their model, which is neither that of their keys nor that of choosing.
green, red, blue = (Colour.objects.create(name=name) for name in ("green", "red", "blue"))
plain = {
    "char": "char", "text": "text", "quote": "quote", "float": 1.5, "decimal": "1.50",
    "regex": "abc", "url": "https://example.org/", "boolean": True, "date": "2027-03-08",
    "time": "09:30:00", "moment": "2027-03-08T09:30:00Z", "email": "a@example.org", "integer": 3,
    "choice": "a", "choices": ["a", "b"], "rich": "<p><b>rich</b></p>", "raw": "<i>raw</i>",
    "static": None, "embed": "https://example.org/film", "table": {"data": [["1", "2"]]},
}  # fmt: skip
assert list(plain) == [name for name, _block in PLAIN]


def body(chosen):
    choosers = {**{name: thing.pk for name, thing in chosen.items()}, "colour": red.pk}
    assert set(choosers) == {name for name, _block in CHOOSERS}
    few = {"char": "char", "text": "text", **choosers}
    own = {"address": choosers["image"], "secretive": {"word": "word"}}
    described = {"image": choosers["image"], "decorative": False, "alt_text": "alt"}
    typed = {
        "columns": [{"type": name, "heading": name.upper()} for name in few],
        "rows": [{"values": list(few.values())}],
        "caption": "caption",
    }
    values = {
        **plain,
        **choosers,
        **own,
        "described": described,
        "typed": typed,
        "struct": {**plain, **choosers},
        "list": [{"type": "item", "value": few, "id": str(uuid.uuid4())}],
        "stream": [
            {"type": name, "value": value, "id": str(uuid.uuid4())}
            for name, value in {**few, **own}.items()
        ],
    }
    assert set(values) == set(EverythingPage.body.field.stream_block.child_blocks)
    return json.dumps(
        [{"type": name, "value": one, "id": str(uuid.uuid4())} for name, one in values.items()]
    )


def make(title, chosen):
    page = home.add_child(
        instance=EverythingPage(
            title=title,
            locale=english,
            body=body(chosen),
            intro="<p><b>intro</b></p>",
            data={"deep": [1, {"er": None}]},
            price=Decimal("12.50"),
            day=datetime.date(2027, 3, 8),
            time=datetime.time(9, 30),
            moment=timezone.now().replace(microsecond=0),
            span=datetime.timedelta(hours=1),
            number=3,
            share=0.5,
            sure=True,
            mail="a@example.org",
            link="https://example.org/",
            address="127.0.0.1",
            picked="a",
            picture=chosen["image"],
            paper=chosen["document"],
            other=chosen["page"],
            colour=red,
        )
    )
    page.colours = [green, blue, red]
    page.gallery = [GalleryItem(caption=word, picture=chosen["image"]) for word in ("one", "two")]
    page.tags.add("first", "second")
    page.save_revision().publish()
    return page


pages = {name: make(name, chosen) for name, chosen in things.items()}
child = pages["open"].add_child(instance=Page(title="Child", slug="child", locale=english))


def item(path, page):
    return Client().get(f"/{path}/pages/{page.pk}/?rich_text_format=html").json()


def with_ids(value):
    """A value in which a nested object of the plugin's is its id alone, as in stock blocks."""
    if isinstance(value, dict):
        # Blocks of a stream and items of a table have a type and a value.
        if "id" in value and "value" not in value:
            return value["id"]
        return {name: with_ids(one) for name, one in value.items()}
    return [with_ids(one) for one in value] if isinstance(value, list) else value


def differing(ours, theirs, path=""):
    """The paths at which two values differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted(ours.keys() | theirs.keys()):
            yield from differing(ours.get(name), theirs.get(name), f"{path}.{name}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for place, pair in enumerate(zip(ours, theirs, strict=True)):
            yield from differing(*pair, f"{path}.{place}")
    elif ours != theirs:
        yield f"{path}: {ours!r} != {theirs!r}"


def without_addresses(value):
    """A value without the addresses in the API, which each API has its own of."""
    if isinstance(value, dict):
        return {name: without_addresses(one) for name, one in value.items() if name != "detail_url"}
    return [without_addresses(one) for one in value] if isinstance(value, list) else value


editor = Client()
editor.force_login(get_user_model().objects.create_superuser("erika"))
# Whoever asks first, by an address that no other question has.
first = editor.get(f"/api/v2/pages/{pages['open'].pk}/?_=1").json()
open_item, stock_item = item("api/v2", pages["open"]), item("stock", pages["open"])
names = [name for name in stock_item if name not in ("id", "meta", "title", "body")]
found = {
    "fields": sorted(names),
    "differing": [
        *differing(with_ids(open_item["body"]), stock_item["body"], "body"),
        *differing(
            without_addresses({name: open_item[name] for name in names}),
            without_addresses({name: stock_item[name] for name in names}),
        ),
    ],
    "closed": item("api/v2", pages["closed"]),
    "asker": [first["asker"], open_item["asker"]],
    "stored": Item.objects.exclude(payload=None).filter(type="everything.EverythingPage").count(),
    "feed": [
        sorted(one["item"])
        for one in Client().get("/api/v2/changes/").json()["changes"]
        if one["id"] == pages["open"].pk
    ]
    == [sorted(open_item)],
    "described": Client().get("/api/v2/openapi.json").status_code,
}
Page.objects.filter(pk=child.pk).update(title="Renamed")
found["latest"] = item("api/v2", pages["open"])["latest"]

# What isn't words follows in the translation; its words wait for their translator.
slovak, _new = Locale.objects.get_or_create(language_code="sk")
page = pages["open"]
page.remarks = [Remark(text=text, weight=1) for text in ("one", "two")]
page.save_revision().publish()
for one in (home, page):
    source, _new = TranslationSource.update_or_create_from_instance(one)
    Translation.objects.create(source=source, target_locale=slovak).save_target(publish=True)
page = EverythingPage.objects.get(pk=page.pk)
remark = page.remarks.first()
remark.text, remark.weight = "changed", 2
page.remarks, page.colours, page.number = [remark], [green], 4
page.save_revision().publish()
followed = page.get_translation(slovak)
found["carried"] = {
    "number": followed.number,
    "colours": [one.name for one in followed.colours.all()],
    "remarks": [[one.text, one.weight] for one in followed.remarks.all()],
}
print(json.dumps(found))
