"""What a site with much of its own does with the plugin; prints JSON."""

import json
import uuid
from io import StringIO

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from kis_partners import models as kis  # noqa: E402
from lab import models as own  # noqa: E402
from wagtail.documents import get_document_model  # noqa: E402
from wagtail.images import get_image_model  # noqa: E402
from wagtail.images.tests.utils import get_test_image_file  # noqa: E402
from wagtail.models import Locale, Page, Site  # noqa: E402

LANGUAGES = ["en-gb", "sk", "de-at", "pt-br", "ar"]
locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
root = Page.objects.get(depth=1)
Page.objects.filter(depth=2).delete()


def grow(host, title):
    """A site with a cooperation, and both in all languages."""
    start = root.add_child(instance=own.CooperationPage(title=title, locale=locales["en-gb"]))
    site = Site.objects.create(
        hostname=host, root_page=start, is_default_site=host == "one.example"
    )
    picture = get_image_model().objects.create(title=title, file=get_test_image_file())
    body = kis.Organisation.objects.create(
        name=f"Body of {title}", kind="police", logo=picture, locale=locales["en-gb"]
    )
    paper = get_document_model().objects.create(title=title, file=ContentFile(b"x", "x.txt"))
    page = start.add_child(
        instance=kis.PartnerPage(
            title=f"With {title}", slug="with", organisation=body, basis_document=paper,
            since="2005-02", locale=locales["en-gb"],
        )
    )  # fmt: skip
    page.save_revision().publish()
    start.add_child(instance=own.PartnerPage(title="Ours", locale=locales["en-gb"]))
    start.add_child(
        instance=own.NetworkPage(title="Alliance", seat="Here", locale=locales["en-gb"])
    )
    for code in LANGUAGES[1:]:
        other = start.copy_for_translation(locales[code])
        other.save_revision().publish()
        version = page.copy_for_translation(locales[code])
        version.title = f"{title} {code}"
        version.save_revision().publish()
    return site


Site.objects.all().delete()
sites = [grow("one.example", "One"), grow("two.example", "Two")]
for model in (own.Person, own.Organisation, own.Topic, own.Role):
    item = model.objects.create(name=model.__name__, locale=locales["en-gb"])
user = get_user_model().objects.create_superuser("boss@example.org", "secret")
item.locked, item.locked_by = True, user
item.save()
kis.Person.objects.create(role="Director", locked=True, locked_by=user, locale=locales["en-gb"])
call_command("create_roles", stdout=StringIO())

client = Client(headers={"host": "one.example"}, raise_request_exception=False)
admin = Client(headers={"host": "one.example"})
admin.force_login(user)


def get(path, **headers):
    return client.get(path, headers=headers)


def told(answer):
    return [answer.status_code, answer.headers["Content-Type"].partition(";")[0]]


listed = {
    code: [
        [one["title"], one["period"]["text"], one["organisation"]["name"]]
        for one in get(
            f"/cms/api/cooperations/?locale={code}&type=kis_partners.PartnerPage&fields=*"
        ).json()["items"]
    ]
    for code in LANGUAGES
}
first = get("/cms/api/pages/")
feed = get("/cms/feeds/sk/atom.xml")
page = kis.PartnerPage.objects.get(title="One ar")
screens = {
    name: admin.get(address).status_code
    for name, address in {
        "page": reverse("wagtailadmin_pages:edit", args=[page.pk]),
        "image": reverse("wagtailimages:index"),
        "user": reverse("wagtailusers_users:edit", args=[user.pk]),
        **{
            f"{model._meta.label}": reverse(
                model.snippet_viewset.get_url_name("edit"), args=[model.objects.first().pk]
            )
            for model in (own.Person, own.Role, kis.Person, kis.Organisation)
        },
    }.items()
}
print(
    json.dumps(
        {
            "home": sites[0].root_page_id,
            "listed": listed,
            "networks": [
                one["title"] for one in get("/cms/api/cooperations/?kind=alliance").json()["items"]
            ],
            "pages": [
                client.get(one.url, headers={"host": "one.example"}).status_code
                for one in kis.CooperationPage.objects.all()
                if one.get_site() == sites[0]
            ],
            "second": [
                one["title"]
                for one in client.get(
                    "/cms/api/cooperations/?kind=partner", headers={"host": "two.example"}
                ).json()["items"]
            ],
            "unknown": told(get("/cms/api/nowhere/")),
            "broken": told(get("/cms/api/broken/")),
            "elsewhere": told(get("/en-gb/nowhere/")),
            "weather": get("/cms/api/weather/").json(),
            "topics": [one["name"] for one in get("/cms/api/topics/?fields=name").json()["items"]],
            "unchanged": [
                get(path, **{"if-none-match": answer.headers.get("ETag", "")}).status_code
                for path, answer in (("/cms/api/pages/", first), ("/cms/feeds/sk/atom.xml", feed))
            ],
            "description": get("/cms/api/openapi.json").status_code,
            "changes": len(get("/cms/api/changes/").json()["changes"]),
            "screens": screens,
            "uuid": isinstance(user.pk, uuid.UUID),
            "vendor": connection.vendor,
        }
    )
)
