"""The pages of a Polish reader; prints JSON."""

import json
import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "polish_settings"
django.setup()

from django.test import Client  # noqa: E402
from django.utils import translation  # noqa: E402
from kis_partners.models import NetworkPage  # noqa: E402
from kis_partners.words import countries  # noqa: E402
from kis_partners.words.slugs import slug_of  # noqa: E402

client = Client()


def titles(query):
    answer = client.get(f"/api/v2/pages/?type=kis_partners.NetworkPage&locale=pl&{query}").json()
    return [item["title"] for item in answer["items"]]


listed = client.get("/api/v2/pages/?type=kis_partners.NetworkPage&locale=pl&fields=period").json()
pages = {}
for page in NetworkPage.objects.filter(locale__language_code="pl").specific():
    pages[page.title] = client.get(page.url).content.decode()
    pages["list"] = client.get(page.get_parent().url).content.decode()
with translation.override("pl"):
    named = list(countries.names("pl").values())
    words = {text: translation.gettext(text) for text in ("Period", "Level", "Filter the list")}
print(
    json.dumps(
        {
            "periods": {
                item["title"]: item["period"] and item["period"]["text"] for item in listed["items"]
            },
            "ordered": titles("order=title"),
            "backwards": titles("order=-title"),
            "found": titles("search=przemocą"),
            "countries": [name for name in named if name[0] in "LŁM"],
            "slug": slug_of("Łódź i Małopolska", "pl"),
            "words": words,
            "pages": pages,
        }
    )
)
