"""What the analyser knows of single languages: how their words change.

A language answers four questions about a word, which comes in lower case and in Unicode's composed
form (NFC): which lemmas it may belong to, which stems its endings leave, which parts it is composed
of, and which words a reader may mean who types without diacritics. Lemmas come from simplemma's
dictionaries, stems of German and English from Snowball; Slovak and Latvian are stemmed here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache
from itertools import combinations, pairwise, product

import snowballstemmer
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

# How many spellings of one typed word are looked up, and how many letters of it may lack a mark.
MOST_SPELLINGS, MOST_MARKS = 250, 3
_LETTERS_WITHOUT_MARKS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def fold(word: str) -> str:
    """The word in ASCII letters and digits: ``häuslich`` → ``hauslich``.

    What has no Latin base letter is written as its code point, so that no two words of another
    script become the same.
    """
    if word.isascii():
        return word
    folded = []
    for sign in unicodedata.normalize("NFKD", word.translate(_LETTERS_WITHOUT_MARKS)).lower():
        if sign.isascii():
            folded.append(sign if sign.isalnum() else "")
        elif not unicodedata.combining(sign):
            folded.append(f"{ord(sign):x}")
    return "".join(folded)


def fold_exactly(word: str) -> str:
    """Like :func:`fold`, but a letter's marks stay as a digit: ``súd`` → ``su9d``."""
    if word.isascii():
        return word
    folded = []
    for sign in unicodedata.normalize("NFKD", word.translate(_LETTERS_WITHOUT_MARKS)).lower():
        if sign.isascii():
            folded.append(sign if sign.isalnum() else "")
        elif unicodedata.combining(sign):
            folded.append(str(ord(sign) % 10))
        else:
            folded.append(f"{ord(sign):x}")
    return "".join(folded)


class Language:
    """A language without rules of its own: Snowball stems where there are any."""

    # Letters that a reader may type without their marks: {"a": "áä"}.
    marks: Mapping[str, str] = {}
    # Whether súd and sud are two words, so that a query with marks finds only the marked one.
    exact_marks = False
    # Words that say nothing of what a text is about; a query is read without them. None of them
    # is a noun when its marks are left out (so no Slovak "byť").
    stop_words: frozenset[str] = frozenset()
    # How one word can be joined to the next, besides a hyphen: a regular expression.
    joints = ""

    def __init__(self, code: str) -> None:
        self.code = code

    @cached_property
    def dictionary(self) -> Mapping[str, str]:
        """Forms and their lemmas; read on first use, kept compressed in memory."""
        try:
            return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(self.code)
        except ValueError:
            return {}

    @cached_property
    def snowball(self) -> snowballstemmer.basestemmer.BaseStemmer | None:
        name = _SNOWBALL.get(self.code)
        return snowballstemmer.stemmer(name) if name else None

    def lemmas(self, word: str) -> set[str]:
        """The lemmas of a word that the dictionary knows, in lower case."""
        return {
            found.lower()
            for form in (word, word.capitalize())
            if (found := self.dictionary.get(form))
        }

    def stems(self, word: str) -> set[str]:
        """What is left of a word without its endings."""
        return {self.snowball.stemWord(word)} if self.snowball else {word}

    def says_nothing(self, word: str) -> bool:
        """Whether a word, in lower case and possibly typed without marks, is a stop word."""
        return word in self.stop_words or word in self._bare_stop_words

    @cached_property
    def _bare_stop_words(self) -> set[str]:
        typed = {fold(word) for word in self.stop_words}
        return typed | {word.replace("ü", "ue") for word in self.stop_words}

    def roots(self, word: str) -> set[str]:
        """What is left of a lemma without its ending; only where marks are kept."""
        return self.stems(word)

    def parts(self, word: str) -> set[str]:
        """The words that a word is composed of."""
        return set()

    def part_lemmas(self, part: str) -> set[str]:
        """The lemmas of a part of a word."""
        return self.lemmas(part)

    def spelling(self, key: str) -> str:
        """A lemma or stem in the one spelling that stands for all."""
        return key

    def split(self, chunk: str) -> list[str]:
        """The words of a chunk without spaces, joined ones last (``co-operation``)."""
        words = [word for word in re.split(r"[^\w]+", chunk) if word]
        return [*words, "".join(words)] if len(words) > 1 else words

    def restored(self, word: str) -> set[str]:
        """The lemmas of words that become this one when their marks are left out."""
        is_lemma = word in self.lemmas(word)
        found = set()
        for spelling in self.spellings(word):
            lemmas = self.lemmas(spelling)
            # A base form as typed is taken for another word only in that one's base form.
            found |= lemmas & {spelling} if is_lemma else lemmas
        return found

    def spellings(self, word: str) -> Iterator[str]:
        """The word with some of the marks that it may lack, few before many."""
        places = [place for place, letter in enumerate(word) if letter in self.marks]
        left = MOST_SPELLINGS
        for count in range(1, min(MOST_MARKS, len(places)) + 1):
            for chosen in combinations(places, count):
                for letters in product(*(self.marks[word[place]] for place in chosen)):
                    if not left:
                        return
                    left -= 1
                    spelled = list(word)
                    for place, letter in zip(chosen, letters, strict=True):
                        spelled[place] = letter
                    yield "".join(spelled)


class German(Language):
    """Genders, umlauts and compounds."""

    marks = {"a": "ä", "o": "ö", "u": "ü"}
    joints = r"(?:[*:_·•]|/-?|\()innen\)?[^\W_]*|(?:[*:_·•]|/-|\()in\)?[^\W_]*"
    stop_words = frozenset(
        "aber alle allem allen aller alles als am an auf aus bei beim bis da damit dann das "
        "dass dazu dein deine deinem deinen deiner dem den denn der deren des dessen dich die "
        "dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen "
        "einer eines einige er es etwas euch euer für gegen habe haben hat hatte hatten hier "
        "ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in ins ist jede jedem jeden "
        "jeder jedes jetzt kann können könnte man mein meine meinem meinen meiner mich "
        "mir mit muss müssen nach nicht "
        "noch nur ob oder ohne schon sehr sei seid sein seine seinem seinen seiner seines "
        "seit sich sie sind so soll sollen sowie um und uns unser unsere unserem unseren "
        "unserer unter viele vom von vor war was weil welche welchem welchen welcher welches "
        "wenn wer werden wie wieder wir wird wo woher wohin wurde wurden würden zu zum zur "
        "zwar zwischen über".split()
    )
    # Where one part of a compound ends and the next begins there may stand one of these.
    links = ("", "s", "es", "n", "en", "er", "e")
    _gender = re.compile(r"^(.{2,}?)(?:[*:_·•]|/-?|\()in(?:nen)?\)?(.*)$")
    _capital = re.compile(r"^(.{2,}[a-zäöüß])In(?:nen)?([a-zäöüß]*)$")
    _feminine = re.compile(
        r"^(.{2,}(?:er|or|ör|eur|ist|ent|ant|and|at|är|ar|oge|og|ege|eg|erte|ert|ner|ler|arzt|ärzt|"
        r"amt|und|ell|ät|om|et|ikt|ing|ynd|raf|if|it|iv|yst|ut|urg|af))(?:in|innen)$"
    )

    def split(self, chunk: str) -> list[str]:
        pieces = []
        for piece in re.split(r"[-‐‑–]+(?!in)|[’']", chunk):
            match = self._gender.match(piece) or self._capital.match(piece)
            if match is None:
                pieces.append(piece)
                continue
            person, rest = match.groups()
            # The feminine stands for all, whichever sign was between.
            pieces.append(f"{person}innen" if not rest else person + rest)
            if rest:
                pieces[-1:] = [f"{person}innen", rest, person + rest]
        pieces = [word for piece in pieces for word in re.findall(r"[^\W_]+", piece)]
        if len(pieces) < 2 or len(re.split(r"[-‐‑–]+", chunk)) < 2:
            return pieces
        return [*pieces, "".join(pieces)]

    def lemmas(self, word: str) -> set[str]:
        found = super().lemmas(word)
        if not found and word.isascii():
            found = super().lemmas(_umlauts(word))
        if "ss" in word:  # Strasse
            found |= super().lemmas(word.replace("ss", "ß"))
        return self._in_every_gender(word, found)

    def part_lemmas(self, part: str) -> set[str]:
        # A part that can be a noun is one: in Gewalttaten there is Tat and no tun.
        noun = self._noun(part)
        return self._in_every_gender(part, {noun}) if noun else self.lemmas(part)

    def _in_every_gender(self, word: str, lemmas: set[str]) -> set[str]:
        found = set(lemmas)
        for form in {word, *lemmas}:
            masculine = self._masculine(form)
            if masculine:
                found -= {form}
                found |= masculine
        return found

    def _masculine(self, word: str) -> set[str]:
        """The masculine noun of a feminine one: the word that stands for all genders."""
        base = re.sub(r"in(?:nen)?$", "", word)
        if base == word or len(base) < 3:
            return set()
        found = set()
        for form in (base, base + "e", base.translate(_PLAIN)):
            lemma = self.dictionary.get(form.capitalize())
            if lemma:
                found.add(lemma.lower())
        if self._feminine.match(word) or (word.endswith("innen") and found):
            return found or {base}
        # Whatever else ends in -in (Termin, Berlin) is feminine only if the dictionary has both.
        both = word.capitalize() in self.dictionary and bool(found)
        return found if both and (len(base) > 4 or not base.isascii()) else set()

    def stems(self, word: str) -> set[str]:
        feminine = self._feminine.match(word)
        base = feminine.group(1) if feminine else word
        stems = super().stems(base)
        if base.isascii() and not self.lemmas(base):
            stems |= super().stems(_umlauts(base))
        if base.endswith("s"):  # Ravennas
            stems |= super().stems(base[:-1])
        head = self._head(base)
        return stems | ({head} if head else set())

    def _head(self, word: str) -> str:
        """An unknown compound with the lemma of its last part: Pfarrämter → pfarramt."""
        if self._noun(word):
            return ""
        for start in range(3, len(word) - 3):
            lemma = self._noun(word[start:])
            if lemma:
                return word[:start] + lemma
        return ""

    @lru_cache(maxsize=8192)  # noqa: B019  There is one German language per process.
    def _noun(self, word: str) -> str:
        """The lemma of a noun, empty where there is none."""
        found = self.dictionary.get(word.capitalize()) if len(word) > 3 else None
        return found.lower() if found else ""

    def parts(self, word: str) -> set[str]:
        if self._is_prefixed_verb(word):
            return set()
        cuts = self._cuts(word)
        found = set()
        for first in range(len(cuts)):
            for last in range(first, len(cuts)):
                piece = word[cuts[first][0] : cuts[last][1]]
                if piece != word:
                    found |= self._piece(piece)
        return found

    def _is_prefixed_verb(self, word: str) -> bool:
        """Whether a word is a verb with a prefix that never stands alone: Beschimpfen."""
        verb = word.removesuffix("s")
        return (
            verb.startswith(("be", "emp", "ent", "er", "ge", "miss", "ver", "zer"))
            and verb.endswith("n")
            and self.dictionary.get(verb) == verb
        )

    def _piece(self, piece: str) -> set[str]:
        """The words that a piece may be, without the letters that link it to the next."""
        bare = [piece.removesuffix(link) for link in self.links if piece.endswith(link)]
        found = {form for form in bare if self._noun(form)}
        return found or {piece, piece.removesuffix("s")}

    def _cuts(self, word: str, offset: int = 0) -> list[tuple[int, int]]:
        """Where the parts of a compound begin and end: the fewest parts, each cut further."""
        end = len(word)
        if end < 8:
            return []
        best: dict[int, list[int]] = {end: [end]}
        for start in range(end - 4, -1, -1):
            for stop in range(start + 4, end + 1):
                if stop not in best or stop - start == end:
                    continue
                if start in best and len(best[start]) <= len(best[stop]) + 1:
                    continue
                if self._is_part(word[start:stop], is_last=stop == end):
                    best[start] = [start, *best[stop]]
        starts = best.get(0, [])
        cuts = []
        for start, stop in pairwise(starts):
            whole = (offset + start, offset + stop)
            cuts += self._cuts(word[start:stop], offset + start) or [whole]
        return cuts

    def _is_part(self, piece: str, is_last: bool) -> bool:
        if self._noun(piece):
            return True
        return not is_last and any(
            link and piece.endswith(link) and self._noun(piece.removesuffix(link))
            for link in self.links
        )


class English(Language):
    """British and American spellings."""

    stop_words = frozenset(
        "a about after all also am an and any are as at be because been before being between "
        "both but by can could did do does doing done during each few for from get got had "
        "has have he her here him his how i if in into is it its just me more most much must "
        "my no not of on only or other our out own same she should so some still such than "
        "that the their them then there these they this those through to too under up us very "
        "was we were what when where which while who whom whose why will with would yet you "
        "your".split()
    )
    _spellings = tuple(
        (re.compile(pattern), replacement)
        for pattern, replacement in (
            (r"is(e|ed|es|er|ers|ing|ation|ations)$", r"iz\1"),
            (r"yse(d|s|r)?$", r"yze\1"),
            (r"ysing$", "yzing"),
            (r"([a-z]{2})our(s|ed|ing|al|ful|able|ite|hood)?$", r"\1or\2"),
            (r"([tbh])re(s)?$", r"\1er\2"),
            (r"mme(s|d)?$", r"m\1"),
            (r"([aeiou])ll(ed|ing|er|ers|or|ors)$", r"\1l\2"),
            (r"ence$", "ense"),
            (r"ogue(s)?$", r"og\1"),
            (r"([a-z]{2})ae", r"\1e"),
            (r"fulfill", "fulfil"),
            (r"judgement", "judgment"),
        )
    )

    def spelling(self, key: str) -> str:
        for pattern, replacement in self._spellings:
            key = pattern.sub(replacement, key)
        return key

    def stems(self, word: str) -> set[str]:
        return super().stems(self.spelling(word))


class Slovak(Language):
    """Endings of nouns, adjectives and the commonest of verbs; vowels that come and go."""

    exact_marks = True
    marks = {
        "a": "áä", "c": "č", "d": "ď", "e": "é", "i": "í", "l": "ľĺ", "n": "ň", "o": "óô",
        "r": "ŕ", "s": "š", "t": "ť", "u": "ú", "y": "ý", "z": "ž",
    }  # fmt: skip
    stop_words = frozenset(
        "a aby aj ak ako aká aké aký ale alebo ani bez bol bola boli bolo bude budem budeme "
        "budú by cez do ešte ho i iba ich im ja je jeho jej jemu k kde kedy keď koho komu "
        "kto ktorej ktorom ktorou ktorá ktoré ktorého ktorí ktorý ktorých ktorým ku len ma "
        "majú mal mala mali medzi mi mne mu my má mám máme mňa na nad naša naše neho nej nich "
        "nie nim nimi nám nás náš ním o od on ona oni ono ony po pod podľa pre pred prečo pri "
        "s sa si sme so som ste svoj svoja svoje svojej svojho svojich svoju sú tak teba tebe "
        "tej tejto ten tento ti tie tieto tiež to toho tohto tom tomto tomu toto tou ty tá "
        "táto tú túto tých týchto týmto u už v vaša vaše veľmi vo vy vám vás váš z za zo či "
        "čo čím ňom ňou ťa že".split()
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

    def stems(self, word: str) -> set[str]:
        stem = _without_ending(word, self.endings)
        found = {self._settle(stem)}
        if word.endswith("ci") and len(word) > 5:  # pracovník, pracovníci
            found.add(self._settle(stem[:-1] + "k"))
        if fold(word)[-1:] not in tuple("aeiouy"):  # what only looks like an ending: ekonóm
            found.add(self._settle(word))
        return found

    def roots(self, word: str) -> set[str]:
        return {_without_ending(word, self.endings).translate(self._soft)}

    def _settle(self, stem: str) -> str:
        """One stem for those whose last vowel is long, split or missing in some forms."""
        stem = stem.translate(self._soft)
        head, last = stem[:-3], stem[-3:]
        last = last.translate(self._long)
        stem = re.sub(r"i([eau])(?=[^aeiouy]+$)", r"\1", head.translate(self._long)[-2:] + last)
        stem = head[:-2] + stem
        return re.sub(r"(?<=..[^aeiouyáéíóúý])[eo](?=[kcrlnmtvbg]$)", "", stem)


class Latvian(Language):
    """Endings of nouns and adjectives; consonants that soften before some of them."""

    exact_marks = True
    marks = {
        "a": "ā", "c": "č", "e": "ē", "g": "ģ", "i": "ī", "k": "ķ", "l": "ļ", "n": "ņ", "s": "š",
        "u": "ū", "z": "ž",
    }  # fmt: skip
    stop_words = frozenset(
        "ar arī bet bez bija bijis būs būt caur cik do es esam esat esi esmu gan ir ja jau jo "
        "jums jūs ka kad kam kas ko kopš kur kura kuram kuras kuri kuru kurā kurš kā kāda "
        "kādi kāds kāpēc lai līdz lūdzu man mani mums mēs nav ne nebija no pa par pat pie "
        "pret pār pēc sava savas savs savu savā starp tad tai tajā tam tas tev tevi tie tiek "
        "tika tikai tikt to tos tu tā tāpēc tās un uz vai var viņa viņai viņam viņas viņi "
        "viņu viņus viņš vēl zem ļoti šai šajā šie šiem šim šis šo šos šī šīs".split()
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
    _labial = re.compile(r"([bpmv])j$")

    def stems(self, word: str) -> set[str]:
        stem = _without_ending(word, self.endings)
        ending = fold(word[len(stem) :])
        found = {stem}
        if ending.startswith("aj"):  # strādājs, strādāja; labs, labajam
            found.add(stem + word[len(stem) :][:2])
        if ending == "um":  # jautājums, jautājum
            found.add(word)
        # lācis, lāču; briedis, briežu; latvietis, latviešu; upe, upju
        if ending in ("a", "u", "us", "i", "iem", "os", "am", "as"):
            found.add(self._labial.sub(r"\1", stem))
            is_plain = word.isascii()
            for soft, hard in (("š", "ts"), ("ž", "dz"), ("s", "t"), ("z", "d")):
                if stem.endswith(soft) and (soft in "šž" or is_plain):
                    found |= {stem[:-1] + letter for letter in hard}
        return {one[:-2] + one[-2:].translate(self._soft) for one in found}

    def roots(self, word: str) -> set[str]:
        return {_without_ending(word, self.endings)}


def _without_ending(word: str, endings: tuple[str, ...]) -> str:
    """The word without the longest ending that leaves three letters; endings are folded."""
    bare = fold(word)
    if len(bare) == len(word):
        for ending in endings:
            if bare.endswith(ending) and len(word) - len(ending) >= 3:
                return word[: -len(ending)]
    return word


_PLAIN = str.maketrans("äöü", "aou")


def _umlauts(word: str) -> str:
    """The word as typed where umlauts are at hand: haeuslich → häuslich."""
    return word.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")


_SNOWBALL = {"de": "german", "en": "english"} | {
    code: name
    for code, name in {
        "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "el": "greek",
        "es": "spanish", "et": "estonian", "fi": "finnish", "fr": "french", "hu": "hungarian",
        "it": "italian", "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pl": "polish",
        "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
    }.items()
    if name in snowballstemmer.algorithms()
}  # fmt: skip
_LANGUAGES = {"de": German, "en": English, "sk": Slovak, "lv": Latvian}


@cache
def language(locale: str) -> Language:
    """The language of a locale code: ``de``, ``de-AT`` and ``de_AT`` are German."""
    code = re.split(r"[-_]", locale.lower())[0]
    return _LANGUAGES.get(code, Language)(code)
