"""English."""

from __future__ import annotations

import re

from .language import Language, PeriodWording, gettext_noop
from .registry import register


@register
class English(Language):
    """British and American spellings."""

    code = "en"
    in_words = gettext_noop("in English")
    plural_forms = "nplurals=2; plural=(n != 1);"
    region = "GB"
    date_fillers = "at on of the st nd rd th"
    periods = PeriodWording(
        months="January February March April May June July August September October November "
        "December",
        since=("since {y}", "since {m} {y}", "since {d} {m} {y}"),
        until=("until {y}", "until {m} {y}", "until {d} {m} {y}"),
        start=("from {y}", "from {m} {y}", "from {d} {m} {y}"),
    )
    own_letters = ()

    salutations = ("mr", "mrs", "ms", "miss", "mx")
    name_endings = ("s",)
    stop_words = frozenset(
        "a about after all also am an and any are as at be because been before being between "
        "both but by can could did do does doing done during each few for from get got had "
        "has have he her here him his how i if in into is it its just me more most much must "
        "my no not of on only or other our out own same she should so some still such than "
        "that the their them then there these they this those through to too under up us very "
        "was we were what when where which while who whom whose why will with would yet you "
        "your need needs want wants please may might shall cannot gets getting like would am been "
        "don doesn didn isn aren wasn won ve ll re".split()
    )
    family_endings = tuple(
        sorted(
            (
                "ation ations ion ions ing ings ed er ers or ors ist ists ive ively al ally "
                "ly ment ments ness ance ence ense ant ants ent ents y ies ous ful ize izes "
                "ized izing yze e es s en ens ened ening able ible ism ity atic ic tic "
                "tize tized tizes ate ates ated ating"
            ).split(),
            key=len,
            reverse=True,
        )
    )
    # British beginnings of words with their American spelling; "$" stands for the end of a word.
    _american = dict(
        pair.split(":")
        for pair in (
            "aeroplane:airplane aesthet:esthet aetio:etio aeon:eon ageing:aging "
            "aluminium:aluminum anaem:anem appal$:appall artefact:artifact baulk:balk "
            "caesar:cesar centre:center cheque:check chequer:checker chilli:chili cosi:cozi "
            "cosy:cozy connexion:connection cypher:cipher diarrhoea:diarrhea dialled:dialed "
            "dialling:dialing disc$:disk discs$:disks distil$:distill draught:draft enquir:inquir "
            "enrol$:enroll enrolment:enrollment enthral$:enthrall faec:fec fibre:fiber "
            "fillet:filet foet:fet fuelled:fueled fuelling:fueling fulfil$:fulfill "
            "fulfilment:fulfillment gaol:jail gipsy:gypsy gipsies:gypsies gonorrhoea:gonorrhea "
            "grey:gray haem:hem homoeo:homeo inflexion:inflection instal$:install "
            "instalment:installment instil$:instill jewellery:jewelry kerb:curb "
            "likeable:likable manoeuvr:maneuver manoeuvre:maneuver gauge:gage "
            "calliper:caliper mould:mold moult:molt "
            "moustach:mustach mum$:mom mums$:moms mummy:mommy mummies:mommies oedema:edema "
            "oesoph:esoph oestr:estr omelette:omelet outmanoeuvr:outmaneuver paed:ped "
            "phoney:phony plough:plow practis:practic pyjama:pajama remould:remold "
            "sceptic:skeptic sheikh:sheik skilful:skillful smoulder:smolder "
            "snowplough:snowplow sulph:sulf syphon:siphon theatre:theater tonne:ton "
            "tranquill:tranquil tyre:tire waggon:wagon wilful:willful woollen:woolen "
            "woolly:wooly worshipp:worship yoghourt:yogurt yoghurt:yogurt"
        ).split()
    )
    _begins = re.compile(f"^(un)?({'|'.join(sorted(_american, key=len, reverse=True))})")
    # British endings with their American spelling.
    _spellings = tuple(
        (re.compile(pattern), replacement)
        for pattern, replacement in (
            (
                r"is(e|ed|es|er|ers|ing|ingly|ation|ations|ational|able|ably|ement|ance)$",
                r"iz\1",
            ),
            (r"yse(d|s|r)?$", r"yze\1"),
            (r"ysing$", "yzing"),
            (
                r"([a-z]{2})our(s|ed|er|ers|ing|al|ful|able|ably|ite|ites|itism|hood|less|some|y|"
                r"ies|ism|ist|ists|ant|ants|ly|liness|i[sz]e|i[sz]ed|i[sz]es|i[sz]ing)?$",
                r"\1or\2",
            ),
            (r"([tbhv])re(s|d)?$", r"\1er\2"),
            (r"mme(s|d)?$", r"m\1"),
            (
                r"([aeiou]+[^aeiou]+[aeiou])ll(ed|ing|ings|er|ers|or|ors|ist|ists|ous|ously)$",
                r"\1l\2",
            ),
            (r"ence(less)?$", r"ense\1"),
            (r"ogue(s)?$", r"og\1"),
            (r"([a-z]{2})ae", r"\1e"),
            (r"dgement", "dgment"),
        )
    )

    def spelling(self, key: str) -> str:
        key = self._begins.sub(self._respelled, key)
        for pattern, replacement in self._spellings:
            key = pattern.sub(replacement, key)
        return key

    def _respelled(self, found: re.Match[str]) -> str:
        word = found[2]
        return (found[1] or "") + (self._american.get(word) or self._american[f"{word}$"])

    def lemmas(self, word: str) -> set[str]:
        """Those of the American spelling, too: the dictionary knows some words in one alone."""
        respelled = self.spelling(word)
        found = super().lemmas(word)
        return found if respelled == word else found | super().lemmas(respelled)

    def family_root(self, word: str) -> str:
        # Policy is no family of police.
        return word if word.endswith("cy") else super().family_root(word)

    def apart(self, word: str) -> list[str]:
        """Two words of the dictionary that are typed as one: socialworker."""
        if self.lemmas(word):
            return []
        for place in range(len(word) - 4, 3, -1):
            first, second = word[:place], word[place:]
            if self.lemmas(first) and self.lemmas(second):
                return [first, second]
        return []

    def stems(self, word: str) -> set[str]:
        return super().stems(self.spelling(word))
