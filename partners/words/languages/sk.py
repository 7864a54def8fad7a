"""Slovak."""

from __future__ import annotations

import re

from .language import Language, PeriodWording, gettext_noop
from .letters import fold, without_ending
from .registry import register


@register
class Slovak(Language):
    """Endings of nouns, adjectives and the commonest of verbs; vowels that come and go."""

    code = "sk"
    in_words = gettext_noop("in Slovak")
    # The third form is that of decimals.
    plural_forms = (
        "nplurals=4; plural=(n % 1 == 0 && n == 1 ? 0 : n % 1 == 0 && n >= 2 && n <= 4 ? 1 : "
        "n % 1 != 0 ? 2: 3);"
    )
    catalogue_variants = ("sk_SK",)
    date_fillers = "dňa o h hod"
    # "od" and "do" govern the genitive, which dates use anyway.
    periods = PeriodWording(
        months="januára februára marca apríla mája júna júla augusta septembra októbra novembra "
        "decembra",
        since=("od roku {y}", "od {m} {y}", "od {d}. {m} {y}"),
        until=("do roku {y}", "do {m} {y}", "do {d}. {m} {y}"),
        start=("od roku {y}", "od {m} {y}", "od {d}. {m} {y}"),
    )
    own_letters = ("a ä", "c č", "h ch", "o ô", "r ř", "s š", "z ž")

    exact_marks = True
    marks = {
        "a": "áä", "c": "č", "d": "ď", "e": "é", "i": "í", "l": "ľĺ", "n": "ň", "o": "óô",
        "r": "ŕ", "s": "š", "t": "ť", "u": "ú", "y": "ý", "z": "ž",
    }  # fmt: skip
    salutations = tuple("pani panou slecna pan pana panovi panom pane".split())
    name_endings = tuple(
        "a ovi om e u y i ou ovia ov och mi ova ovej ovu ovou ove ovho ovmu ovym ovych ovo ovci "
        "eho emu ym ymi ych ej in ina inu inej ho mu".split()
    )
    stop_words = frozenset(
        "a aby aj ak ako aká aké aký ale alebo ani bez bol bola boli bolo bude budem budeme "
        "budú by cez do ešte ho i iba ich im ja je jeho jej jemu k kde kedy keď koho komu "
        "kto ktorej ktorom ktorou ktorá ktoré ktorého ktorí ktorý ktorých ktorým ku len ma "
        "majú mal mala mali medzi mi mne mu my má mám máme mňa na nad naša naše neho nej nich "
        "nie nim nimi nám nás náš ním o od on ona oni ono ony po pod podľa pre pred prečo pri "
        "s sa si sme so som ste svoj svoja svoje svojej svojho svojich svoju sú tak teba tebe "
        "tej tejto ten tento ti tie tieto tiež to toho tohto tom tomto tomu toto tou ty tá "
        "táto tú túto tých týchto týmto u už v vaša vaše veľmi vo vy vám vás váš z za zo či "
        "čo čím ňom ňou ťa že bola bolo budete budeš buď bývam chcem chceme chcel chcela mohol "
        "mohla môžem môžeme môže môžu musím musí potrebujem potrebujeme prosím treba niekto "
        "niečo nejaký nejaká tu tam sám".split()
    )
    function_lemmas = frozenset(["byť"])
    family_endings = tuple(
        sorted(
            (
                "ing er enia eniu eniach enim "
                "ovanie ovani ania anie enie eni nie ni ie ka ky ke ku kou iek cka cky cok "
                "ica icka nik nici nicka tel telka ec ovat uje ujem uju oval ovala nut at "
                "it et a i y e u il ila al ala aju aja am im ba by osti ost ny na ne neho "
                "nej ym ou ych ymi ovy ova ove oveho ovej sky ska ske stvo stva zovat "
                "izacia acia acie cia om och ov ami am ach ia ii kyna kyne kynou enstvo"
            ).split(),
            key=len,
            reverse=True,
        )
    )

    endings = tuple(
        sorted(
            "atami atiam atach atom atam ata ati atu at ence encami encom enciam eniec "
            "iami iach iam iou ieho iemu ami ach am och om ovia ov ovi ovej ove ou eho emu ej ych "
            "ich ym ymi im imi mi em ia ie iu ii i y a e u o us um uu".split(),
            key=len,
            reverse=True,
        )
    )
    _long = str.maketrans("áéíóúýĺŕôä", "aeiouylroa")
    _soft = str.maketrans("ďťňľ", "dtnl")

    def name_stems(self, name: str) -> set[str]:
        bare = fold(name)
        if bare.endswith(("ec", "ek")):  # Hudec, Hudca
            return {name[:-2] + name[-1]}
        return {name[:-1]} if bare.endswith(("a", "o", "e", "y", "i")) else set()

    def stems(self, word: str) -> set[str]:
        stem = without_ending(word, self.endings)
        found = {self._settle(stem)}
        if word.endswith("ci") and len(word) > 5:  # pracovník, pracovníci
            found.add(self._settle(stem[:-1] + "k"))
        if fold(word)[-1:] not in tuple("aeiouy"):  # what only looks like an ending: ekonóm
            found.add(self._settle(word))
        return found

    def roots(self, word: str) -> set[str]:
        return {without_ending(word, self.endings).translate(self._soft)}

    def _settle(self, stem: str) -> str:
        """One stem for those whose last vowel is long, split or missing in some forms."""
        stem = stem.translate(self._soft)
        head, last = stem[:-3], stem[-3:]
        last = last.translate(self._long)
        stem = re.sub(r"i([eau])(?=[^aeiouy]+$)", r"\1", head.translate(self._long)[-2:] + last)
        stem = head[:-2] + stem
        return re.sub(r"(?<=..[^aeiouyáéíóúý])[eo](?=[kcrlnmtvbg]$)", "", stem)
