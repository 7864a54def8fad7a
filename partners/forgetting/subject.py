"""The person to forget: the record in all languages, and all names it has had."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from wagtail.coreutils import get_content_languages
from wagtail.models import Revision
from wagtail_localize.models import TranslationSource

from ..models import Consent, Person
from ..roles.rights import permitted_locales
from ..words.languages import language
from ..words.names import NameSearch, folded, parts

#: What a user must be allowed to do, in every language, to forget a person.
PERMISSIONS = ("change_person", "delete_person", "change_consent")


class CantForgetError(ValueError):
    """A person can't be forgotten as things are; the message says what is to be done first."""


def may_forget(user: Any) -> bool:
    """Whether a user may change and delete people in every language, and change consents."""
    names = [f"{Person._meta.app_label}.{name}" for name in PERMISSIONS]
    return all(user.has_perm(name) and permitted_locales(user, [name]) is None for name in names)


class Subject:
    """A person in all languages. ``names`` are further names, or with ``only`` all names."""

    def __init__(
        self,
        person: Person,
        names: Iterable[str] = (),
        *,
        only: bool = False,
        surname: bool = False,
    ) -> None:
        self.key = person.translation_key
        self.family = list(
            Person.objects.filter(translation_key=self.key).select_related("locale").order_by("pk")
        )
        self.source = self.family[0]
        self.own = {str(row.pk) for row in self.family}
        given = [name.strip() for name in names if name.strip()]
        self.names = list(dict.fromkeys(given if only else [*self.stored("name"), *given]))
        #: Whether the surname alone always means this person.
        self.surname = surname

    def __str__(self) -> str:
        return str(self.source)

    @cached_property
    def revisions(self) -> list[Revision]:
        kind = ContentType.objects.get_for_model(Person)
        return list(Revision.objects.filter(base_content_type=kind, object_id__in=self.own))

    @cached_property
    def sources(self) -> list[TranslationSource]:
        return list(TranslationSource.objects.filter(object_id=self.key))

    def stored(self, name: str) -> list[Any]:
        """All values of a personal field that the record and its versions have."""
        field: Any = Person._meta.get_field(name)
        values = [getattr(row, field.attname) for row in self.family]
        values += [row.content.get(name) for row in self.revisions]
        return [value for value in dict.fromkeys(values) if value]

    @cached_property
    def _others(self) -> list[str]:
        """The names of other people and of accounts, where they aren't this person's."""
        own = {folded(name) for name in self.names}
        emails = {folded(one) for one in self.stored("email")}
        others = Person.objects.exclude(translation_key=self.key).exclude(name="")
        found = list(others.values_list("name", flat=True))
        for user in get_user_model()._default_manager.all():
            name = user.get_full_name() if hasattr(user, "get_full_name") else ""
            if folded(getattr(user, "email", "") or "") not in emails:
                found.append(name)
        return [name for name in found if name.strip() and folded(name) not in own]

    @cached_property
    def search(self) -> NameSearch:
        """What is looked for: the names, and the addresses and numbers that nobody else has."""
        surnames = {folded(parts(name)[1]) for name in self._others}
        others = Person.objects.exclude(translation_key=self.key)
        taken = {*others.values_list("email", flat=True), *others.values_list("phone", flat=True)}
        return NameSearch(
            self.names,
            emails=set(self.stored("email")) - taken,
            phones=set(self.stored("phone")) - taken,
            is_shared=lambda surname: not self.surname and folded(surname) in surnames,
            is_word=lambda surname: not self.surname and _is_word(surname),
            spared=self._others,
        )

    def words(self, locale: int | None) -> str:
        """The role in a language, or in that of the source."""
        roles: dict[int | None, str] = {row.locale_id: row.role for row in self.family}
        return roles.get(locale, self.source.role)

    def check(self) -> None:
        """Raises :class:`CantForgetError`."""
        if not self.names:
            raise CantForgetError(
                _("No name is known of this person. Write the name that is to be looked for.")
            )
        if any(self.search.holds(row.role) for row in self.family):
            raise CantForgetError(
                _(
                    "The role names the person. Write a role without the name first: it stays, "
                    "and stands where the name was."
                )
            )

    @property
    def consents(self) -> Any:
        return Consent.objects.filter(person__translation_key=self.key)


def _is_word(surname: str) -> bool:
    return any(language(code).lemmas(surname.lower()) for code in get_content_languages())
