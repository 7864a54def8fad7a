"""An event with two speakers in the API, the site, the feed and a mirror; prints JSON.

One speaker consents to all, the other to nothing. Later the consent is withdrawn.
"""

import datetime
import json
import re
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from events.models import EventPage, Speaker  # noqa: E402
from kis_partners.client import Mirror  # noqa: E402
from kis_partners.mirror.models import MirroredPage  # noqa: E402
from kis_partners.mirror.sync import keep_in_step  # noqa: E402
from kis_partners.models import Consent, CooperationIndexPage, Person  # noqa: E402
from wagtail.models import Locale, Page, Site  # noqa: E402

TYPE = "events.EventPage"
client = Client()


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


def api(path):
    return client.get(f"/api/v2/{path}").json()


def html(page):
    return client.get(page.url).content.decode()


def facts(page):
    """The label and the words of each fact in the HTML."""
    found = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", html(page), re.S)
    return {label: " ".join(re.sub(r"<[^>]*>", "", words).split()) for label, words in found}


def linked(page):
    return json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', html(page), re.S)[1]
    )["mainEntity"]


english, _new = Locale.objects.get_or_create(language_code="en")
slovak, _new = Locale.objects.get_or_create(language_code="sk")
root = Page.objects.get(depth=1)
home = root.add_child(instance=Page(title="Home", slug="elsewhere", locale=english))
Site.objects.all().delete()
server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
Site.objects.create(
    hostname="localhost", port=server.server_port, root_page=home, is_default_site=True
)
lists = home.add_child(instance=CooperationIndexPage(title="Cooperation", locale=english))

speaks, hides = (
    Person.objects.create(role=role, name=name, locale=english)
    for role, name in (("psychologist", "Erika Mustermann"), ("lawyer", "Max Beispiel"))
)
consent = Consent.objects.create(
    person=speaks,
    name=True,
    api=True,
    given_on=timezone.localdate(),
    evidence="a letter",
)
day = datetime.date(2027, 3, 8)
event = lists.add_child(
    instance=EventPage(title="Safe at last", day=day, place="Exampletown", locale=english)
)
event.speakers = [Speaker(person=hides, sort_order=1), Speaker(person=speaks, sort_order=0)]
event.save_revision().publish()
for page in (home, lists):
    page.copy_for_translation(slovak)
translation = event.copy_for_translation(slovak)
translation.title, translation.live = "Konečne v bezpečí", True
translation.save()
for page in Page.objects.filter(locale=slovak, depth__gt=1):
    page.specific.save_revision().publish()

[item] = api("cooperations/?kind=event&locale=en")["items"]
feed = api("changes/?locale=en")
threading.Thread(target=server.serve_forever, daemon=True).start()
with Mirror(f"http://localhost:{server.server_port}/api/v2/", "copy.sqlite3") as mirror:
    mirror.sync()
    copies = {one.id: one.data for one in mirror.items()}
    keep_in_step(mirror, lists)
server.shutdown()
document = api("openapi.json")
listed = html(lists)

found = {
    "lines": len(Path("events/models.py").read_text().splitlines()),
    "item": {name: item[name] for name in ("kind", "day", "place")},
    "speakers": [[one["role"], one["name"]] for one in item["speakers"]],
    "same": api(f"pages/{event.pk}/")["speakers"] == item["speakers"],
    "filters": {
        query: api(f"cooperations/?locale=en&{query}")["meta"]["total_count"]
        for query in (
            *("kind=event", "kind=partner", "day=2027-03-08", "day__gte=2027-03-09"),
            *("day__lte=2027-12-31", "place=Exampletown", "place=Elsewhere"),
        )
    },
    "refused": client.get("/api/v2/cooperations/?day=soon").json()["parameter"],
    "described": sorted(
        one["name"]
        for one in document["paths"]["/cooperations/"]["get"]["parameters"]
        if one["name"].startswith(("day", "place"))
    ),
    "enum": next(
        one["schema"]["enum"]
        for one in document["paths"]["/cooperations/"]["get"]["parameters"]
        if one["name"] == "kind"
    ),
    "schema": document["components"]["schemas"][TYPE]["properties"]["speakers"],
    "facts": facts(event),
    "linked": linked(event),
    "facet": '<option value="event">' in listed and "Safe at last" in listed,
    "narrowed": "Safe at last" in client.get(f"{lists.url}?kind=event").content.decode(),
    "card": "8 March 2027" in listed,
    "feed": [one["item"]["place"] for one in feed["changes"] if one["id"] == event.pk],
    "translated": facts(translation),
    "slovak": [
        [one["title"], one["meta"]["language"]["served"]]
        for one in api("cooperations/?kind=event&locale=sk")["items"]
    ],
    "copied": [one["name"] for one in copies[event.pk]["speakers"]],
    "mirrored": MirroredPage.objects.get(remote_id=event.pk, locale=english).title,
    "subpages": EventPage in CooperationIndexPage.allowed_subpage_models(),
    "search": [one["title"] for one in api("pages/?search=psychologists&locale=en")["items"]],
    "unfound": api("pages/?search=Mustermann&locale=en")["items"],
}
consent.withdrawn_on = timezone.localdate()
consent.save()
[item] = api("cooperations/?kind=event&locale=en")["items"]
changed = api(f"changes/?locale=en&since={feed['meta']['next']}")["changes"]
found["withdrawn"] = {
    "speakers": [[one["role"], one["name"]] for one in item["speakers"]],
    "facts": facts(event)["Speakers"],
    "feed": [one["item"]["speakers"][0]["name"] for one in changed if one["id"] == event.pk],
    "linked": "performer" in linked(event),
}
Path("openapi.json").write_text(json.dumps(document))
print(json.dumps(found))
