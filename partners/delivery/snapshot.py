"""A snapshot: everything that the API gives of a site at one moment, as a ZIP file.

It has what a reader of the feed gets from the beginning, so who has it goes on by its cursor. The
same content makes the same bytes.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, Any
from urllib.parse import urlencode

import orjson
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Site

from ..api.payload import neutral_request
from ..api.renderers import dumps
from ..conf import conf
from ..files.renditions import rendition_of

#: The format of the file; another one where a reader would have to change.
FORMAT = 1
#: The endpoints that have one answer for all; those that the site doesn't have are left out.
WHOLE = ("site", "locales", "countries")
#: The endpoints that are read page by page, an item a line.
LISTS = ("redirects", "images", "documents")
PAGE = 500
#: The moment of all files in the ZIP, the earliest that it knows: the content says when it changed.
MOMENT = (1980, 1, 1, 0, 0, 0)


class SnapshotError(Exception):
    """An endpoint didn't answer; nothing that was written may be used."""


def write_snapshot(
    site: Site, file: IO[bytes], tell: Callable[[int], object] = lambda count: None
) -> dict[str, Any]:
    """Write the snapshot of a site, and give its manifest. Raises :class:`SnapshotError`.

    ``tell`` is told of the number of changes that are read.
    """
    asked = _Questions(site)
    digests: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, lines: Iterator[bytes]) -> int:
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            digest, number = hashlib.sha256(), 0
            with archive.open(info, "w", force_zip64=True) as member:
                for line in lines:
                    number += 1
                    member.write(line + b"\n")
                    digest.update(line + b"\n")
            digests[name] = digest.hexdigest()
            return number

        # Before all else: what changes while the rest is read comes by the cursor.
        counts = {"changes": add("changes.ndjson", asked.changes(tell))}
        for name in WHOLE:
            if answer := asked.whole(name):
                add(f"{name}.json", iter([dumps(answer)]))
        for name in LISTS:
            counts[name] = add(f"{name}.ndjson", map(dumps, asked.items(name)))
        counts["media"] = add("media.ndjson", map(dumps, asked.media()))
        manifest = {
            "format": FORMAT,
            "site": site.root_url,
            "cursor": asked.cursor,
            "counts": counts,
            "sha256": dict(digests),
        }
        add("manifest.json", iter([dumps(manifest)]))
    return manifest


class _Questions:
    """Asks the endpoints of the API as anybody would, without a server between."""

    def __init__(self, site: Site) -> None:
        self.site, self.router = site, import_string(conf().api_router)
        self.cursor = ""
        self.files: list[tuple[str, int, str]] = []

    def ask(self, endpoint: str, **query: Any) -> Any:
        """The answer of a listing; None if the site has no such endpoint."""
        try:
            path = reverse(f"{self.router.url_namespace}:{endpoint}:listing")
            match = resolve(path)
        except (NoReverseMatch, Resolver404):
            return None
        request = neutral_request(self.site, self.router)
        request.path = request.path_info = path
        request.META["QUERY_STRING"] = urlencode(query)
        request.GET = request.GET.__class__(request.META["QUERY_STRING"])
        request.resolver_match = match
        answer = match.func(request, *match.args, **match.kwargs)
        if hasattr(answer, "render"):
            answer.render()
        if answer.status_code != 200:
            raise SnapshotError(f"{endpoint}: {answer.status_code} {answer.content[:200]!r}")
        return orjson.loads(answer.content)

    def changes(self, tell: Callable[[int], object]) -> Iterator[bytes]:
        """All changes from the beginning, pages before things; sets the cursor behind them."""
        query, count, more = {"include": "things", "limit": PAGE}, 0, True
        while more:
            answer = self.ask("changes", **query)
            for change in [*answer["changes"], *answer["things"]]:
                count += 1
                yield dumps(change)
            tell(count)
            self.cursor, more = answer["meta"]["cursor"], answer["meta"]["has_more"]
            query["cursor"] = self.cursor

    def whole(self, endpoint: str) -> Any:
        return self.ask(endpoint)

    def items(self, endpoint: str) -> Iterator[Any]:
        """The items of a list, by id."""
        query = {"fields": "*", "limit": 100, "order": "id"}
        answer = self.ask(endpoint, **query)
        while answer:
            for item in answer["items"]:
                if endpoint in ("images", "documents"):
                    url = item["meta"]["download_url"]
                    self.files.append((endpoint, item["id"], url))
                yield item
            following = answer["meta"]["next"]
            if not following:
                return
            cursor = following.partition("cursor=")[2].partition("&")[0]
            answer = self.ask(endpoint, **query, cursor=cursor)

    def media(self) -> Iterator[dict[str, Any]]:
        """The files of images and documents: address, bytes, SHA-256; null if one can't be read."""
        for endpoint, pk, url in self.files:
            size, digest = None, None
            with suppress(OSError, LookupError):
                size, digest = _measured(_file(endpoint, pk))
            yield {"url": url, "id": pk, "kind": endpoint, "bytes": size, "sha256": digest}


def _file(endpoint: str, pk: int) -> Any:
    """The file behind the address of an image or document. Raises ``LookupError``."""
    model: Any = get_image_model() if endpoint == "images" else get_document_model()
    found = model._default_manager.filter(pk=pk).first()
    if found is not None and endpoint == "images":
        found = rendition_of(found, conf().renditions[conf().largest])
    if found is None:
        raise LookupError(pk)
    return found.file


def _measured(file: Any) -> tuple[int, str]:
    """The size of a file in bytes, and its SHA-256 in hexadecimal digits."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as opened:
        for part in opened.chunks():
            digest.update(part)
            size += len(part)
    return size, digest.hexdigest()
