"""How often an ordinary query hits a page that has no word of its family.

The pages are those of KIS's site, in each language, and texts of 100 random nouns. The queries are
all words of the site (of every language, because a reader's language need not be known) and random
nouns, as they are written and without marks. hunspell judges what is unrelated (``oracle``).
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.oracle import Oracle, bare  # noqa: E402
from benchmarks.paradigms import nouns  # noqa: E402
from partners.search.analysis import index_keys, query_terms, token_keys, tokens  # noqa: E402
from partners.words.languages import language  # noqa: E402

LANGUAGES = ("de", "en", "sk", "lv")
NOUNS, TEXTS = 2000, 300


def site(code: str) -> list[str]:
    """The texts of the pages and snippets of KIS's site in a language, without markup."""
    folder = ROOT / "kis_wagtail/content/po" / ("sk" if code == "de" else code)
    texts = []
    for path in sorted(folder.glob("*.po")):
        entries = polib.pofile(str(path))
        text = " ".join(one.msgid if code == "de" else one.msgstr for one in entries)
        texts.append(re.sub(r"<[^>]+>|&\w+;|https?:\S+|\S+@\S+", " ", text))
    return texts


def words_of(text: str, code: str) -> set[str]:
    """The words of a text, joined ones and their parts."""
    found = set()
    for token in tokens(text, code):
        pieces = [one for one in re.split(r"[\W_]+", token.chunk) if one]
        found |= {*pieces, "".join(pieces)}
    return {one for one in found if len(one) > 1 and not any(map(str.isdigit, one))}


def typed(words: set[str], code: str) -> Iterator[str]:
    stop = language(code).stop_words
    for word in sorted(words):
        if word.lower() not in stop:
            yield from dict.fromkeys((word, bare(word)))


class Count:
    """Hits on pages without a word of the query's family, and what was hit by what."""

    def __init__(self) -> None:
        self.pairs = self.wrong = self.unjudged = 0
        self.examples: Counter[tuple[str, str]] = Counter()

    def __str__(self) -> str:
        share = 100 * self.wrong / self.pairs if self.pairs else 0
        return (
            f"{share:.3f} % ({self.wrong} of {self.pairs}; "
            f"{self.unjudged} more with a word that hunspell doesn't know)"
        )


def measure(code: str, oracle: Oracle, texts: list[str], queries: list[str]) -> Count:
    """Ask all queries of all texts, which are in the language of the oracle."""
    pages = [(words_of(text, code), index_keys(text, code)) for text in texts]
    oracle.learn({*queries, *(word for words, _keys in pages for word in words)})
    families = [set().union(*map(oracle.family, words)) for words, _keys in pages]
    count = Count()
    for query in queries:
        terms = query_terms(query, code)
        asked = oracle.family(query)
        for (words, keys), families_of_page in zip(pages, families, strict=True):
            is_hit = bool(terms) and all(term & keys for term in terms)
            if asked & families_of_page:
                continue
            count.pairs += 1
            if not is_hit:
                continue
            hit = [word for word in words if any(term & token_keys(word, code) for term in terms)]
            stems = set().union(*(oracle.stems[word] for word in hit), set())
            if any(oracle.has_form(stem, query) for stem in stems):
                count.pairs -= 1
                continue
            if not oracle.knows(query) or not all(map(oracle.knows, hit)):
                count.unjudged += 1
                count.examples["?" + query, " ".join(sorted(hit))] += 1
                continue
            count.wrong += 1
            count.examples[query, " ".join(sorted(hit))] += 1
    return count


def main(show: int) -> None:
    site_words = {
        code: {word for text in site(code) for word in words_of(text, code)} for code in LANGUAGES
    }
    for code in LANGUAGES:
        if not Oracle.is_installed(code):
            print(f"{code}: no hunspell dictionary, so no judge")
            continue
        dice, oracle = random.Random(7), Oracle(code)
        own = list(typed(site_words[code], code))
        foreign = sorted(
            {one for other in LANGUAGES if other != code for one in typed(site_words[other], other)}
        )
        counts = {
            "own words on the site": measure(code, oracle, site(code), own),
            "foreign words on the site": measure(code, oracle, site(code), foreign),
        }
        known = nouns(code)
        if known:
            dice.shuffle(known)
            rare = [dice.choice(forms) for _lemma, forms in known[:NOUNS]]
            rare = list(dict.fromkeys(form for word in rare for form in (word, bare(word))))
            random_texts = [
                " ".join(dice.choice(forms) for _lemma, forms in dice.sample(known, 100))
                for _number in range(TEXTS)
            ]
            counts["rare nouns on the site"] = measure(code, oracle, site(code), rare)
            counts["rare nouns in texts of rare nouns"] = measure(code, oracle, random_texts, rare)
        for name, count in counts.items():
            print(f"unrelated {code}, {name}: {count}", flush=True)
            for (query, words), number in count.examples.most_common(show):
                print(f"    {number:4} {query} -> {words}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
