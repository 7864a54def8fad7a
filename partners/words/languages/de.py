"""German."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from .language import Language, PeriodWording, gettext_noop
from .registry import register

_PLAIN = str.maketrans("äöü", "aou")


def _umlauts(word: str) -> str:
    """The word as typed where umlauts are at hand: haeuslich → häuslich."""
    return word.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")


@register
class German(Language):
    """Genders, umlauts and compounds."""

    code = "de"
    in_words = gettext_noop("in German")
    plural_forms = "nplurals=2; plural=(n != 1);"
    catalogue_variants = ("de_DE",)
    date_fillers = "am den der um uhr h"
    periods = PeriodWording(
        months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        since=("seit {y}", "seit {m} {y}", "seit dem {d}. {m} {y}"),
        until=("bis {y}", "bis {m} {y}", "bis zum {d}. {m} {y}"),
        start=("von {y}", "von {m} {y}", "vom {d}. {m} {y}"),
    )
    # DIN 5007-1: an umlaut is sorted as its vowel.
    own_letters = ()
    # German writes umlauts in two letters where it has none.
    slug_rules = tuple(
        zip("äöüßÄÖÜẞ", ("ae", "oe", "ue", "ss", "Ae", "Oe", "Ue", "SS"), strict=True)
    )
    # Täter*innen, Täter:innen and Täter_innen are one word.
    gender_rules = ((r"([A-Za-zÄÖÜäöüß])[*:_](in|innen)(?![A-Za-zäöüß])", r"\1\2"),)

    marks = {"a": "ä", "o": "ö", "u": "ü"}
    joints = r"(?:[*:_·•]|/-?|\()innen\)?[^\W_]*|(?:[*:_·•]|/-|\()in\)?[^\W_]*"
    salutations = ("frau", "herr", "herrn", "kollegin", "kollege")
    name_endings = ("s", "es", "n", "en", "ns", "ens", "in", "innen", "sche", "schen", "scher")
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
        "zwar zwischen über bin bist werde wirst werdet möchte möchten möchtest brauche "
        "brauchst braucht brauchen benötige will willst wollen wollte darf dürfen gibt bekomme "
        "bekommt bekommen bitte mal gerne tun tue kannst könnt könnten sollte sollten musste "
        "hätte hätten wäre wären wurdest worden gewesen immer".split()
    )
    family_endings = tuple(
        sorted(
            (
                "ungen ung erinnen erin innen in er ern en e n t et te ig igen igung lich "
                "isch haft heit keit igkeit schaft ing ist istin istik ei end ende enden "
                "ier ieren iert ierung ation ator s es es em el eln"
            ).split(),
            key=len,
            reverse=True,
        )
    )
    # Beginnings of verbs that stand apart from them in a sentence: auflauern, lauert … auf.
    _separable = tuple(
        "zusammen zurück durch fest nach über vor weg auf aus bei ein her hin los mit ab an um "
        "zu".split()
    )
    _suspended = re.compile(
        r"((?:[^\W\d_]{3,}-(?:\s*,\s*|\s+(?:und|oder|sowie|bzw\.|beziehungsweise|u\.|&)\s+|/))+)"
        r"([^\W\d_]{6,})"
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

    def suspended(self, text: str) -> Iterator[str]:
        for match in self._suspended.finditer(text):
            whole = match[2]
            heads = {whole[start:] for start, _end in self._cuts(whole.lower()) if start}
            for begun in re.findall(r"[^\W\d_]+", match[1]):
                if len(begun) > 2 and begun.lower() not in self.stop_words:
                    yield from (begun + head for head in heads)

    def apart(self, word: str) -> list[str]:
        for begun in self._separable:
            verb = word.removeprefix(begun)
            if verb != word and len(verb) > 3 and self.dictionary.get(verb) == verb:
                return [verb, begun]
        if self._is_prefixed_verb(word):
            return []
        cuts = self._cuts(word)
        return [min(self._piece(word[start:end]), key=len) for start, end in cuts]

    def families(self, word: str) -> set[str]:
        found = super().families(word)
        # A participle of a verb that no dictionary knows: gestalkt.
        return found | {one[2:] for one in found if one.startswith("ge") and len(one) > 6}

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
