"""The models: page types, people and consents, snippets, blocks, fields.

Imports kinds, search, items, public, words and conf.
"""

from .concepts import Concept, ConceptWords
from .documents import DocumentText
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
from .people import Consent, Person
from .records import (
    ExternalLink,
    ForgettingReceipt,
    GradeNote,
    IndexVersion,
    LoadedItem,
    LostTarget,
    SourceChange,
    TranslationGrade,
    UnfinishedText,
)
from .reviews import Review
from .roles import Role
from .runs import TranslationRun
from .snippets import Organisation, Topic
from .terms import Term, TermWord

__all__ = [
    "Concept",
    "ConceptWords",
    "Consent",
    "CooperationContact",
    "CooperationIndexPage",
    "CooperationPage",
    "CooperationTopic",
    "DocumentText",
    "ExchangeCountry",
    "ExchangeOrganisation",
    "ExchangeProgrammePage",
    "ExternalLink",
    "ForgettingReceipt",
    "GradeNote",
    "IndexVersion",
    "LoadedItem",
    "LostTarget",
    "NetworkMember",
    "NetworkPage",
    "Organisation",
    "PartnerPage",
    "Person",
    "RelatedCooperation",
    "Review",
    "Role",
    "SourceChange",
    "Term",
    "TermWord",
    "Topic",
    "TranslationGrade",
    "TranslationRun",
    "UnfinishedText",
]
