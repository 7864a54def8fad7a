"""Latvian."""

from __future__ import annotations

import re

from .language import Language, PeriodWording, gettext_noop
from .letters import fold, without_ending
from .registry import register


@register
class Latvian(Language):
    """Endings of nouns and adjectives; consonants that soften before some of them."""

    code = "lv"
    in_words = gettext_noop("in Latvian")
    plural_forms = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);"
    catalogue_variants = ("lv_LV",)
    date_fillers = "g gada plkst"
    # The year comes first, in the genitive; "kopš" takes the genitive and "līdz" the dative.
    periods = PeriodWording(
        months="janvāra februāra marta aprīļa maija jūnija jūlija augusta septembra oktobra "
        "novembra decembra",
        months_until="janvārim februārim martam aprīlim maijam jūnijam jūlijam augustam "
        "septembrim oktobrim novembrim decembrim",
        since=("kopš {y}. gada", "kopš {y}. gada {m}", "kopš {y}. gada {d}. {m}"),
        until=("līdz {y}. gadam", "līdz {y}. gada {m}", "līdz {y}. gada {d}. {m}"),
        start=("no {y}. gada", "no {y}. gada {m}", "no {y}. gada {d}. {m}"),
    )
    own_letters = ("c č", "g ģ", "k ķ", "l ļ", "n ņ", "r ŗ", "s š", "z ž")
    same_letters = {"y": "i"}

    exact_marks = True
    marks = {
        "a": "ā", "c": "č", "e": "ē", "g": "ģ", "i": "ī", "k": "ķ", "l": "ļ", "n": "ņ", "s": "š",
        "u": "ū", "z": "ž",
    }  # fmt: skip
    salutations_after = tuple("kundze kundzes kundzei kundzi kungs kunga kungam kungu".split())
    name_endings = tuple("a am u os i iem us is s as ai es ei em e im".split())
    stop_words = frozenset(
        "ar arī bet bez bija bijis būs būt caur cik do es esam esat esi esmu gan ir ja jau jo "
        "jums jūs ka kad kam kas ko kopš kur kura kuram kuras kuri kuru kurā kurš kā kāda "
        "kādi kāds kāpēc lai līdz lūdzu man mani mums mēs nav ne nebija no pa par pat pie "
        "pret pār pēc sava savas savs savu savā starp tad tai tajā tam tas tev tevi tie tiek "
        "tika tikai tikt to tos tu tā tāpēc tās un uz vai var viņa viņai viņam viņas viņi "
        "viņu viņus viņš vēl zem ļoti šai šajā šie šiem šim šis šo šos šī šīs vajag vēlos "
        "gribu varu varam varat varētu jāzina drīkst būšu būs tiku lūgtu kāds kāda šeit tur".split()
    )
    function_lemmas = frozenset(["būt"])
    family_endings = tuple(
        sorted(
            (
                "sana sanas sanu sanai sanas tajs taja taji tajas tajiem tajam ejs eja eji "
                "ejas ejiem ajs ums uma umu umi umiem iba ibas ibai ibu nieks nieki niekam "
                "nieka niekiem niece nieces niecei niecem ists iste isks iska iskas iski at "
                "a aj aju ajam ajat ajis ajusi et e ej ejam ejat ejis ot o oj oju ojam it i "
                "ij ijam acija acijas aciju ants ante antes anti antiem t s as u us am ai "
                "ie iem os is es em ei sme smes smi im ams ama am usi usais usie usajiem "
                "usajai usam usas uso usa usos usaja"
            ).split(),
            key=len,
            reverse=True,
        )
    )

    endings = tuple(
        sorted(
            "ajiem ajam ajai ajas ajos ajam aja ais iem ies iet am as os us es is ai ei em im um "
            "ie ij a e i u o s".split(),
            key=len,
            reverse=True,
        )
    )
    _soft = str.maketrans("ļņķģč", "lnkgc")
    _participle = re.compile(
        r"(.{3,})u[sš](?:i|ī|ais|ie|o|am|ai|ās|as|iem|ajiem|ajam|ajai|ajā|ām|os|ies|ā|u|us|a)$"
    )
    _labial = re.compile(r"([bpmv])j$")

    def name_stems(self, name: str) -> set[str]:
        bare = fold(name)
        if bare.endswith(("is", "us")):
            # Before an ending, the last consonant of names in -is may be another: Briedis, Brieža.
            stem = name[:-2]
            return {stem, f"{stem[:-1]}{'z' if bare[-3:] == 'dis' else 'š'}"}
        return {name[:-1]} if bare.endswith(("s", "a", "e", "o")) else set()

    def stems(self, word: str) -> set[str]:
        stem = without_ending(word, self.endings)
        ending = fold(word[len(stem) :])
        found = {stem}
        if ending.startswith("aj"):  # strādājs, strādāja; labs, labajam
            found.add(stem + word[len(stem) :][:2])
        if ending == "um":  # jautājums, jautājum
            found.add(word)
        participle = self._participle.match(word)
        if participle:  # cietusī, cietušie
            found.add(f"{participle[1]}us")
        # lācis, lāču; briedis, briežu; latvietis, latviešu; upe, upju
        if ending in ("a", "u", "us", "i", "iem", "os", "am", "as"):
            found.add(self._labial.sub(r"\1", stem))
            is_plain = word.isascii()
            for soft, hard in (("š", "ts"), ("ž", "dz"), ("s", "t"), ("z", "d")):
                if stem.endswith(soft) and (soft in "šž" or is_plain):
                    found |= {stem[:-1] + letter for letter in hard}
        return {one[:-2] + one[-2:].translate(self._soft) for one in found}

    def roots(self, word: str) -> set[str]:
        return {without_ending(word, self.endings)}
