"""A program in Python that reads the API by types generated from its document: no cast, no Any.

python client.py http://127.0.0.1:8000/api/v2
"""

import sys
import urllib.request

from kis_types import ChangesListingResponse, CooperationsListingResponse, SiteListingResponse


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        text: bytes = answer.read()
    return text.decode()


def who(api: str, locale: str) -> list[str]:
    """With whom, at which level or in which countries the cooperations are."""
    answer = CooperationsListingResponse.model_validate_json(
        read(f"{api}/cooperations/?locale={locale}&limit=100")
    )
    assert answer.meta.total_count == len(answer.items)
    found = []
    for listed in answer.items:
        item = listed.root
        if item.type == "kis_partners.PartnerPage":
            found.append(item.organisation.name if item.organisation else "")
        elif item.type == "kis_partners.NetworkPage":
            found.append(item.level.value)
        else:
            found += [country.code for country in item.countries]
    return found


def titles(api: str) -> dict[int, str]:
    """All public pages, by the feed."""
    copy: dict[int, str] = {}
    cursor = ""
    while True:
        page = ChangesListingResponse.model_validate_json(
            read(f"{api}/changes/?cursor={cursor}" if cursor else f"{api}/changes/")
        )
        for change in page.changes:
            if change.root.action == "upsert":
                copy[change.root.id] = change.root.item.title
            else:
                copy.pop(change.root.id, None)
        cursor = page.meta.cursor
        if not page.meta.has_more:
            return copy


def numbers(api: str) -> list[str]:
    """The numbers that stand at the top of every page."""
    site = SiteListingResponse.model_validate_json(read(f"{api}/site/"))
    return [one.number for language in site.items for one in language.emergency_numbers]


if __name__ == "__main__":
    api = sys.argv[1]
    for code in ("de", "en", "sk", "lv"):
        print(code, *who(api, code), sep=" | ")
    print(len(titles(api)), "pages", *numbers(api))
