"""Facts: what readers see of a cooperation as a label and a value.

A fact has the name of a relation, a field or a property of its page type. Pages show it, the search
finds its words, and with ``card`` it stands on cards in lists, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst

from .references import References
from .relations import Relation

TEXT = "kis_partners/facts/text.html"


@dataclass(frozen=True)
class Fact:
    """A fact of a page type.

    - ``label``: by default that of the relation or field.
    - ``template``: shows ``value``, a list for a relation.
    - ``card``: whether cards in lists show it, with or without its label; only for facts that need
      no statement of their own.
    - ``field``: the translated field with its words, if not that of its name.
    """

    name: str
    label: Any = ""
    template: str = ""
    card: Literal["", "value", "labelled"] = ""
    field: str = ""


@dataclass(frozen=True)
class ShownFact:
    """A fact of one page, ready to be shown."""

    name: str
    label: str
    value: Any
    template: str
    card: str
    field: str
    words: list[str]


def shown(page: Any, facts: Iterable[Fact], references: References) -> list[ShownFact]:
    """The facts of a page with a value, in the active language.

    Relations are loaded together, by one statement for each model.
    """
    facts = list(facts)
    relations = {relation.name: relation for relation in type(page).relations}
    values = references.resolve(
        {
            fact.name: relations[fact.name].value(page, references)
            if fact.name in relations
            else _field_value(page, fact.name)
            for fact in facts
        }
    )
    return list(_shown(type(page), facts, relations, values))


def _shown(
    model: Any, facts: list[Fact], relations: dict[str, Relation], values: dict[str, Any]
) -> Iterator[ShownFact]:
    for fact in facts:
        value, relation = values[fact.name], relations.get(fact.name)
        if value in (None, "", []):
            continue
        template = TEXT
        words = [value] if isinstance(value, str) else []
        if relation:
            target = relation.path(model).target
            template = target.template
            value = value if isinstance(value, list) else [value]
            words = [word for one in value for word in target.words(one) if word]
        yield ShownFact(
            fact.name,
            str(fact.label or (relation and relation.label) or _label(model, fact.name)),
            value,
            fact.template or template,
            fact.card,
            fact.field or fact.name,
            words,
        )


def _field_value(page: Any, name: str) -> Any:
    """The value of a field or property; of a field with choices, the label of the choice."""
    display = getattr(page, f"get_{name}_display", None)
    value = display() if display else getattr(page, name)
    return capfirst(str(value)) if value and isinstance(value, str) else value


def _label(model: Any, name: str) -> str:
    try:
        return capfirst(str(model._meta.get_field(name).verbose_name))
    except (FieldDoesNotExist, AttributeError):
        return capfirst(name.replace("_", " "))
