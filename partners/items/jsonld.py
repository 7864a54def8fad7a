"""Pages as linked data in the vocabulary of schema.org (JSON-LD 1.1). Pure: no database, no Django.

The source is an item with all its fields, so linked data says nothing that the API doesn't say.
A page of any type is a ``WebPage``; its ``mainEntity`` is the partner or the network as an
``Organization``, the exchange as a ``Project``.

The ``@id`` of a page is its address, that of all else its translation key as ``urn:uuid:``, the
same in every language and on every page.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

NodeObject = dict[str, Any]

CONTEXT = "https://schema.org"
TYPES = {
    "police": "GovernmentOrganization",
    "authority": "GovernmentOrganization",
    "association": "NGO",
    "education": "EducationalOrganization",
}
#: The names of the site's own roles in a network for which it counts as a member.
ROLES = {"coordinates": "coordinator", "member": "member"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def page_document(item: Mapping[str, Any], describe: Describers) -> NodeObject:
    """A page as a JSON-LD document; ``describe`` as for :func:`page`."""
    return {"@context": CONTEXT, **page(item, describe)}


def listing_document(answer: Mapping[str, Any], describe: Describers) -> NodeObject:
    """A listing of the API (``meta`` and ``items``) as a JSON-LD document: an ``ItemList``."""
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "numberOfItems": answer["meta"]["total_count"],
        "itemListElement": [page(item, describe) for item in answer["items"]],
    }


def page(item: Mapping[str, Any], describe: Describers) -> NodeObject:
    """A page of any type as a node object without ``@context``. Empty fields are left out.

    ``describe`` has the function ``linked_data`` of each kind, by the label of its page type.
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
            # On a page type of another site, a field of this name may be rich text.
            "description": meta.get("search_description")
            or (lead if isinstance(lead, str) and "<" not in lead else None),
            "inLanguage": (meta.get("language") or {}).get("served") or meta.get("locale"),
            "datePublished": meta.get("first_published_at"),
            "dateModified": meta.get("last_published_at"),
            **_translations(meta),
            **(_about(item, content, address) if content else {}),
        }
    )


def _spoken(text: str, language: str | None, expected: str | None) -> Any:
    """A text, with its language if that isn't the one of the page (JSON-LD 1.1, 4.2.4)."""
    if not language or language == expected:
        return text
    return {"@value": text, "@language": language}


def day(text: str | None) -> str | None:
    """A date with its day, as schema.org's ``Date`` needs it; None for less exact dates."""
    if not text or not _DAY.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def organisation(value: Mapping[str, Any]) -> NodeObject:
    """An organisation; its ``@type`` follows from its kind (police, church …)."""
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
    """The linked data of a kind, for one page.

    ``about``: the main entity. ``ours``: properties of the site's own organisation. ``others``:
    other nodes that the page names. ``place``: whether the region is that of the page, not of its
    main entity.
    """

    about: NodeObject | None = None
    ours: NodeObject = field(default_factory=dict)
    others: list[NodeObject] = field(default_factory=list)
    place: bool = False


Describers = Mapping[str, Callable[[Any], Content]]


def entity(item: Mapping[str, Any], schema_type: str, **properties: Any) -> Content:
    """The linked data of a page about one thing of a type of schema.org, such as ``Event``."""
    content = _with_contacts(item, None)
    about = {
        "@type": schema_type,
        "@id": _urn(item["meta"]["translation_key"]),
        "name": item.get("title"),
        "description": item.get("purpose"),
    }
    content.about = _filled({**about, **properties})
    return content


def person(value: Mapping[str, Any]) -> NodeObject | None:
    """A person; None unless the name is public."""
    if not value.get("name"):
        return None
    return {
        "@type": "Person",
        "@id": _urn(value["translation_key"]),
        "name": value["name"],
        "jobTitle": value.get("role"),
    }


def partner(item: Mapping[str, Any]) -> Content:
    """The linked data of a partner's page; its main entity is the organisation."""
    one = item.get("organisation")
    content = _with_contacts(item, organisation(one) if one else None)
    # The region is that of the cooperation: the organisation may work elsewhere, too.
    content.place = True
    return content


def network(item: Mapping[str, Any]) -> Content:
    """The linked data of a network's page, with the role of the site's own organisation in it."""
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
        # The period of a network page is that of the own organisation's role.
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
    """The linked data of an exchange programme's page."""
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


def _cooperation(item: Mapping[str, Any], schema_type: str) -> NodeObject:
    """A network or exchange as the main entity of its page."""
    return {
        "@type": schema_type,
        "@id": _urn(item["meta"]["translation_key"]),
        "name": item.get("title"),
        "description": item.get("purpose"),
        "areaServed": _place(item),
    }


def _about(item: Mapping[str, Any], content: Content, address: str | None) -> NodeObject:
    """The properties of a page that only cooperations have."""
    files = [
        *(item.get("downloads") or ()),
        *(value for value in item.values() if isinstance(value, dict) and "filename" in value),
    ]
    return {
        "publisher": _publisher(address, content.ours),
        "mainEntity": content.about,
        "mentions": content.others,
        "about": [
            {
                "@type": "DefinedTerm",
                "@id": _urn(one["translation_key"]),
                "name": _spoken(one["name"], one.get("locale"), item["meta"].get("locale")),
            }
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


def _with_contacts(item: Mapping[str, Any], about: NodeObject | None) -> Content:
    """The linked data with each contact person at their organisation, or at the organisation of
    their side. People without public e-mail address or phone number are left out."""
    owners: dict[str, NodeObject] = {}
    points: dict[str, list[NodeObject]] = {}
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


def _publisher(address: str | None, said: NodeObject) -> NodeObject | None:
    """The site's own organisation, if the page says something of it."""
    if not address or not said:
        return None
    home = urljoin(address, "/")
    return {"@type": "Organization", "@id": f"{home}#organisation", "url": home, **said}


def _translations(meta: Mapping[str, Any]) -> NodeObject:
    """The translations of a source, or the source of a translation."""
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


def _version(code: str, address: str) -> NodeObject:
    return {"@type": "WebPage", "@id": address, "inLanguage": code}


def _place(item: Mapping[str, Any]) -> list[NodeObject] | None:
    return [{"@type": "Place", "name": item["region"]}] if item.get("region") else None


def _period(item: Mapping[str, Any]) -> tuple[str | None, str | None]:
    period = item.get("period") or {}
    return day(period.get("since")), day(period.get("until"))


def _urn(key: Any) -> str:
    return f"urn:uuid:{key}"


def _filled(node: NodeObject) -> NodeObject:
    """The node object without empty properties."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}
