"""Pages as linked data in the vocabulary of schema.org (JSON-LD 1.1). Pure: no database, no Django.

What goes in is an item as the API gives it, with all its fields; nothing is said that isn't in it.
A page of any type becomes a ``WebPage``. What a cooperation is about stands in ``mainEntity``:
the partner or the network as an ``Organization``, an exchange as a ``Project``.

Pages are named by their address, everything else by its translation key as ``urn:uuid:``, so that
the same organisation is recognised in every language and on every page.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

JSON = dict[str, Any]

CONTEXT = "https://schema.org"
TYPES = {
    "police": "GovernmentOrganization",
    "authority": "GovernmentOrganization",
    "association": "NGO",
    "education": "EducationalOrganization",
}
#: The part in a network that makes one a member of it, as the name of a role.
ROLES = {"coordinates": "coordinator", "member": "member"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def document(item: Mapping[str, Any], describe: Describers) -> JSON:
    """One page as a document of its own; ``describe`` as for :func:`page`."""
    return {"@context": CONTEXT, **page(item, describe)}


def listing(answer: Mapping[str, Any], describe: Describers) -> JSON:
    """A listing of the API (``meta`` and ``items``) as an ``ItemList`` of pages."""
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "numberOfItems": answer["meta"]["total_count"],
        "itemListElement": [page(item, describe) for item in answer["items"]],
    }


def page(item: Mapping[str, Any], describe: Describers) -> JSON:
    """One page of any type, without context. Missing fields are left out.

    ``describe`` has functions by type that say what a page is about.
    """
    meta = item["meta"]
    kind = str(meta.get("type"))
    content = describe[kind](item) if kind in describe else None
    address = meta.get("html_url")
    lead = item.get("lead")
    return _filled(
        {
            "@type": "CollectionPage" if kind == "kis_partners.CooperationIndexPage" else "WebPage",
            "@id": address,
            "url": address,
            "name": item.get("title"),
            # A field of this name may be rich text on the page of another site.
            "description": meta.get("search_description")
            or (lead if isinstance(lead, str) and "<" not in lead else None),
            "inLanguage": (meta.get("language") or {}).get("served") or meta.get("locale"),
            "datePublished": meta.get("first_published_at"),
            "dateModified": meta.get("last_published_at"),
            **_translations(meta),
            **(_about(item, content, address) if content else {}),
        }
    )


def day(text: str | None) -> str | None:
    """A date that is known to the day, as schema.org's ``Date`` needs it; else None."""
    if not text or not _DAY.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def organisation(value: Mapping[str, Any]) -> JSON:
    """An organisation of the type that its kind makes it."""
    address = value.get("address") or {}
    logo = value.get("logo")
    postal = _filled(
        {
            "streetAddress": address.get("street"),
            "postalCode": address.get("postal_code"),
            "addressLocality": address.get("city"),
            "addressCountry": (address.get("country") or {}).get("code"),
        }
    )
    return _filled(
        {
            "@type": TYPES.get(str(value.get("kind")), "Organization"),
            "@id": _urn(value["translation_key"]),
            "name": value.get("name"),
            "legalName": value.get("official_name"),
            "alternateName": value.get("short_name"),
            "url": value.get("website"),
            "address": postal and {"@type": "PostalAddress", **postal},
            "logo": logo
            and _filled(
                {
                    "@type": "ImageObject",
                    "url": logo["url"],
                    "caption": logo.get("alt"),
                    "creditText": logo.get("credit"),
                }
            ),
        }
    )


@dataclass
class Content:
    """What the page of a cooperation says.

    ``about`` is its main entity, ``ours`` what it says of the site's own organisation, ``others``
    who else is named. ``place``: whether the region is that of the page, not of its entity.
    """

    about: JSON | None = None
    ours: JSON = field(default_factory=dict)
    others: list[JSON] = field(default_factory=list)
    place: bool = False


Describers = Mapping[str, Callable[[Any], Content]]


def entity(item: Mapping[str, Any], kind: str, **properties: Any) -> Content:
    """The page of a cooperation that is about one thing of a type of schema.org: an ``Event``."""
    content = _with_contacts(item, None)
    about = {
        "@type": kind,
        "@id": _urn(item["meta"]["translation_key"]),
        "name": item.get("title"),
        "description": item.get("purpose"),
    }
    content.about = _filled({**about, **properties})
    return content


def person(value: Mapping[str, Any]) -> JSON | None:
    """A person whose name is public; None for one of whom only the role is."""
    if not value.get("name"):
        return None
    return {
        "@type": "Person",
        "@id": _urn(value["translation_key"]),
        "name": value["name"],
        "jobTitle": value.get("role"),
    }


def partner(item: Mapping[str, Any]) -> Content:
    """What the page of a partner says: its entity is the organisation."""
    one = item.get("organisation")
    content = _with_contacts(item, organisation(one) if one else None)
    # The region is that of the cooperation; the partner may work elsewhere too.
    content.place = True
    return content


def network(item: Mapping[str, Any]) -> Content:
    """What the page of a network says, and the site's own part in it."""
    role = ROLES.get(str(item.get("role")))
    body = {
        **_cooperation(item, "Organization"),
        "member": [organisation(one) for one in item.get("members") or ()],
        "subOrganization": [
            {"@type": "Organization", "name": group["value"]["name"]}
            for group in item.get("working_groups") or ()
            if group["value"].get("name")
        ],
    }
    content = _with_contacts(item, body)
    if role:
        # The period is that of one's own part, not of the network.
        since, until = _period(item)
        content.ours["memberOf"] = _filled(
            {
                "@type": "OrganizationRole",
                "roleName": role,
                "startDate": since,
                "endDate": until,
                "memberOf": {"@type": "Organization", "@id": body["@id"]},
            }
        )
    return content


def exchange(item: Mapping[str, Any]) -> Content:
    """What the page of an exchange programme says."""
    since, until = _period(item)
    countries = [
        {"@type": "Country", "name": country["name"], "identifier": country["code"]}
        for country in item.get("countries") or ()
    ]
    project = _cooperation(item, "Project")
    return _with_contacts(
        item,
        {
            **project,
            "areaServed": [*(project["areaServed"] or []), *countries],
            "foundingDate": since,
            "dissolutionDate": until,
            "member": [organisation(one) for one in item.get("organisations") or ()],
        },
    )


def _cooperation(item: Mapping[str, Any], kind: str) -> JSON:
    """A network or exchange, which is itself what its page is about."""
    return {
        "@type": kind,
        "@id": _urn(item["meta"]["translation_key"]),
        "name": item.get("title"),
        "description": item.get("purpose"),
        "areaServed": _place(item),
    }


def _about(item: Mapping[str, Any], content: Content, address: str | None) -> JSON:
    """What only the page of a cooperation has."""
    files = [
        *(item.get("downloads") or ()),
        *(value for value in item.values() if isinstance(value, dict) and "filename" in value),
    ]
    return {
        "publisher": _publisher(address, content.ours),
        "mainEntity": content.about,
        "mentions": content.others,
        "about": [
            {"@type": "DefinedTerm", "@id": _urn(one["translation_key"]), "name": one["name"]}
            for one in item.get("topics") or ()
        ],
        "spatialCoverage": _place(item) if content.place else None,
        "relatedLink": [one["html_url"] for one in item.get("related") or () if one["html_url"]],
        "associatedMedia": [
            _filled(
                {
                    "@type": "MediaObject",
                    "name": file["title"],
                    "contentUrl": file["url"],
                    "encodingFormat": file["content_type"],
                    "inLanguage": file.get("language"),
                }
            )
            for file in files
        ],
    }


def _with_contacts(item: Mapping[str, Any], about: JSON | None) -> Content:
    """Give each contact to the organisation it belongs to.

    A contact without an organisation belongs to its side. Only ways to reach someone are contact
    points, so a person of whom only the role is public is none.
    """
    owners: dict[str, JSON] = {}
    points: dict[str, list[JSON]] = {}
    for contact in item.get("contacts") or ():
        if not contact.get("email") and not contact.get("phone"):
            continue
        owner = contact.get("organisation")
        key = _urn(owner["translation_key"]) if owner else str(contact["side"])
        if owner:
            owners[key] = organisation(owner)
        points.setdefault(key, []).append(
            _filled(
                {
                    "@type": "ContactPoint",
                    "contactType": contact.get("role"),
                    "name": contact.get("name"),
                    "email": contact.get("email"),
                    "telephone": contact.get("phone"),
                }
            )
        )
    own = points.pop("own", [])
    if about is not None:
        theirs = points.pop("partner", []) + points.pop(about["@id"], [])
        about = _filled({**about, "contactPoint": theirs})
    others = [{**owners[key], "contactPoint": points[key]} for key in owners if key in points]
    return Content(about, {"contactPoint": own} if own else {}, others)


def _publisher(address: str | None, said: JSON) -> JSON | None:
    """The organisation that speaks on this site, where the page says something of it."""
    if not address or not said:
        return None
    home = urljoin(address, "/")
    return {"@type": "Organization", "@id": f"{home}#organisation", "url": home, **said}


def _translations(meta: Mapping[str, Any]) -> JSON:
    """An original names its translations, a translation its original."""
    language = meta.get("language") or {}
    versions = {
        code: (version["state"], _version(code, version["html_url"]))
        for code, version in (meta.get("translations") or {}).items()
        if version and version["html_url"] and code != language.get("served")
    }
    if language.get("state") == "source":
        found = [version for state, version in versions.values() if state != "source"]
        return {"workTranslation": found}
    originals = [version for state, version in versions.values() if state == "source"]
    return {"translationOfWork": originals[0] if len(originals) == 1 else None}


def _version(code: str, address: str) -> JSON:
    return {"@type": "WebPage", "@id": address, "inLanguage": code}


def _place(item: Mapping[str, Any]) -> list[JSON] | None:
    return [{"@type": "Place", "name": item["region"]}] if item.get("region") else None


def _period(item: Mapping[str, Any]) -> tuple[str | None, str | None]:
    period = item.get("period") or {}
    return day(period.get("since")), day(period.get("until"))


def _urn(key: Any) -> str:
    return f"urn:uuid:{key}"


def _filled(node: JSON) -> JSON:
    """The node without what is empty."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}
