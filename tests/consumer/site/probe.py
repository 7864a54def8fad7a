"""First uses of the plugin by the owner of a site; prints JSON."""

import json
import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import Client  # noqa: E402
from kis_partners import models  # noqa: E402
from wagtail.models import Page  # noqa: E402

api = Client().get("/api/v2/pages/?type=kis_partners.PartnerPage&fields=*&locale=sk").json()
slovak = Page.objects.get(slug="utulok").specific
page = Client().get(slovak.url)
found = Client().get("/api/v2/pages/?locale=sk&search=utulky").json()
document = Client().get("/api/v2/openapi.json").json()
docs = Client().get("/api/v2/docs/")
print(
    json.dumps(
        {
            "module": models.PartnerPage.__module__,
            "total": api["meta"]["total_count"],
            "title": api["items"][0]["title"],
            "period": api["items"][0]["period"]["text"],
            "country": api["items"][0]["organisation"]["address"]["country"]["name"],
            "status": page.status_code,
            "described": sorted({path.split("/")[1] for path in document["paths"]}),
            "typed": "kis_partners.PartnerPage" in document["components"]["schemas"],
            "docs": docs.status_code,
            "lang": '<html lang="sk">' in page.content.decode(),
            "found": [item["title"] for item in found["items"]],
            "words": "Nemecko" in page.content.decode() or "Obdobie" in page.content.decode(),
        }
    )
)
