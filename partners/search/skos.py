"""The thesaurus as SKOS, W3C's vocabulary for thesauri: out as JSON-LD, and in.

Pure: no Django, no database. Terms are ``skos:prefLabel`` and ``skos:altLabel``, asks
``skos:hiddenLabel``. What is read may be in JSON-LD, with prefixes or without; other forms of RDF
are turned into it by rdflib where that is installed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .concepts import Concept, words_of_label

NAMESPACE = "http://www.w3.org/2004/02/skos/core#"
#: The longest name of a concept and the longest label.
LONGEST_NAME, LONGEST_LABEL = 60, 120


class NotSkos(Exception):
    """What is read isn't a thesaurus; ``args`` has a message for each thing that is wrong."""


def as_skos(concepts: Iterable[Concept], base: str) -> dict[str, Any]:
    """Concepts as SKOS in JSON-LD, with addresses below ``base``."""
    scheme = f"{base.rstrip('/')}/concepts"
    properties = ("prefLabel", "altLabel", "hiddenLabel")
    links = {name: {"@id": f"skos:{name}", "@type": "@id"} for name in ("broader", "inScheme")}
    return {
        "@context": {
            "skos": NAMESPACE,
            "Concept": "skos:Concept",
            "ConceptScheme": "skos:ConceptScheme",
            **{name: f"skos:{name}" for name in properties},
            **links,
        },
        "@graph": [
            {"@id": scheme, "@type": "ConceptScheme"},
            *(
                {
                    "@id": f"{scheme}#{one.name}",
                    "@type": "Concept",
                    "inScheme": scheme,
                    "prefLabel": _labels(one.terms, slice(1)),
                    "altLabel": _labels(one.terms, slice(1, None)),
                    "hiddenLabel": _labels(one.asks, slice(None)),
                    "broader": [f"{scheme}#{name}" for name in one.broader],
                }
                for one in concepts
            ),
        ],
    }


def _labels(by_code: dict[str, list[str]], part: slice) -> list[dict[str, str]]:
    return [
        {"@value": text, "@language": code}
        for code, texts in by_code.items()
        for text in texts[part]
    ]


def from_file(path: Path, codes: Iterable[str]) -> tuple[list[Concept], list[str]]:
    """The concepts of a file, with labels in some languages, and what was left out of it.

    Raises NotSkos with all that is wrong.
    """
    try:
        return from_skos(_json_ld(path), codes)
    except OSError as error:
        raise NotSkos(f"{path} can't be read: {error.strerror}.") from error


def _json_ld(path: Path) -> Any:
    """A file as JSON-LD."""
    if path.suffix.lower() in (".json", ".jsonld"):
        try:
            return json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise NotSkos(f"{path.name} is no JSON in UTF-8: {error}.") from error
    try:
        from rdflib import Graph
    except ImportError:
        raise NotSkos(
            f"{path.name} isn't JSON-LD (.json, .jsonld). Other forms of RDF need rdflib: "
            'pip install "kis-wagtail[skos]".'
        ) from None
    graph = Graph()
    try:
        graph.parse(str(path))
    except OSError:
        raise
    except Exception as error:  # Each of rdflib's parsers has exceptions of its own.
        raise NotSkos(f"{path.name} can't be read as RDF: {error}.") from error
    return json.loads(graph.serialize(format="json-ld"))


def from_skos(data: Any, codes: Iterable[str]) -> tuple[list[Concept], list[str]]:
    """The concepts of a thesaurus in JSON-LD; see :func:`from_file`."""
    codes = list(codes)
    wrong: list[str] = []
    left: dict[str, int] = {}
    found: dict[str, Concept] = {}
    addresses: dict[str, str] = {}
    nodes = [node for node in _nodes(data) if "Concept" in map(_bare, _listed(node.get("@type")))]
    if not nodes:
        raise NotSkos("There is no skos:Concept in it.")
    for node in nodes:
        name = _name(str(node.get("@id", "")))
        if not name:
            wrong.append(
                f"A concept has no address (@id) that gives it a name: {node.get('@id')!r}."
            )
        elif name in found:
            wrong.append(f"{name}: two concepts have this name.")
        else:
            addresses[str(node["@id"])] = name
            found[name] = _concept(name, node, codes, wrong, left)
    for node in nodes:
        name = addresses.get(str(node.get("@id", "")), "")
        above = [str(_identity(one)) for one in _listed(_property(node, "broader"))]
        unknown = [one for one in above if one not in addresses and not _name(one)]
        wrong += [f"{name}: broader is no address: {one!r}." for one in unknown]
        if name:
            broader = tuple(addresses.get(one, _name(one)) for one in above if one not in unknown)
            if name in broader:
                wrong.append(f"{name}: is broader than itself.")
            found[name] = found[name]._replace(broader=broader)
    if wrong:
        raise NotSkos(*wrong)
    return list(found.values()), [
        f"{number} labels in {code or 'no language'}" for code, number in sorted(left.items())
    ]


def _concept(
    name: str, node: dict[str, Any], codes: list[str], wrong: list[str], left: dict[str, int]
) -> Concept:
    terms: dict[str, list[str]] = {}
    asks: dict[str, list[str]] = {}
    preferred: set[str] = set()
    where: dict[tuple[str, str], str] = {}
    for prop, into in (("prefLabel", terms), ("altLabel", terms), ("hiddenLabel", asks)):
        for text, code in _texts(_property(node, prop)):
            code = next((one for one in codes if code in (one, one.partition("-")[0])), code)
            if code not in codes:
                left[code] = left.get(code, 0) + 1
                continue
            if problem := problem_of(text, code):
                wrong.append(f"{name}: {prop} {text!r} ({code}) {problem}.")
            if prop == "prefLabel" and code in preferred:
                wrong.append(f"{name}: two prefLabels in {code}; there can be one.")
            if prop == "prefLabel":
                preferred.add(code)
            if before := where.get((text, code)):
                wrong.append(f"{name}: {text!r} ({code}) is {before} and {prop}.")
            where[text, code] = prop
            into.setdefault(code, []).append(text)
    if not preferred:
        wrong.append(f"{name}: no prefLabel in a language of the site ({', '.join(codes)}).")
    return Concept(name, terms, asks)


def problem_of(label: str, code: str) -> str:
    """Why a text can't be a term or an ask in a language; empty if it can."""
    if not label.strip():
        return "is empty"
    if len(label) > LONGEST_LABEL:
        return f"is longer than {LONGEST_LABEL} characters"
    if not words_of_label(label, code)[0]:
        return "has no word that says something"
    return ""


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    for one in _listed(data):
        if isinstance(one, dict):
            yield one
            yield from _nodes(one.get("@graph"))


def _property(node: dict[str, Any], name: str) -> Any:
    return next((value for key, value in node.items() if _bare(key) == name), None)


def _bare(name: Any) -> str:
    """A name of SKOS without prefix or namespace."""
    return str(name).removeprefix(NAMESPACE).removeprefix("skos:")


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _identity(value: Any) -> Any:
    return value.get("@id", "") if isinstance(value, dict) else value


def _texts(labels: Any) -> Iterator[tuple[str, str]]:
    """Text and language of each label; they may be by language."""
    for label in _listed(labels):
        if not isinstance(label, dict):
            yield str(label).strip(), ""
        elif "@value" in label:
            yield str(label["@value"]).strip(), str(label.get("@language", "")).lower()
        else:
            for code, texts in label.items():
                yield from ((str(text).strip(), code.lower()) for text in _listed(texts))


def _name(address: str) -> str:
    """The name of a concept by its address: what stands behind the last # or /."""
    last = re.split(r"[#/:]", address.rstrip("/"))[-1]
    return re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-")[:LONGEST_NAME]
