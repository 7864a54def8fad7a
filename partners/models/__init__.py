"""The plugin's models, by concept."""

from .pages import (
    CooperationContact,
    CooperationIndexPage,
    CooperationPage,
    CooperationTopic,
    ExchangeCountry,
    ExchangeOrganisation,
    ExchangeProgrammePage,
    NetworkMember,
    NetworkPage,
    PartnerPage,
    RelatedCooperation,
)
from .records import IndexVersion, LoadedItem
from .snippets import Consent, Organisation, Person, Topic

__all__ = [
    "Consent",
    "CooperationContact",
    "CooperationIndexPage",
    "CooperationPage",
    "CooperationTopic",
    "ExchangeCountry",
    "ExchangeOrganisation",
    "ExchangeProgrammePage",
    "IndexVersion",
    "LoadedItem",
    "NetworkMember",
    "NetworkPage",
    "Organisation",
    "PartnerPage",
    "Person",
    "RelatedCooperation",
    "Topic",
]
