"""How well and how fast the analyser works: ``make bench-search`` prints what this measures.

Recall and false hits on the gold set (its Slovak and Latvian parts weren't written by native
speakers), recall on forms of nouns that the dictionary of lemmas doesn't know, time and memory.
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.paradigms import nouns  # noqa: E402

GOLD = Path(os.environ.get("GOLD", ROOT / "tests/data/search_gold.json"))
WORDS, QUERIES = 1500, 200


def resident() -> float:
    """Memory of this process in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    before = resident()
    from partners.search.analysis import index_keys, query_terms, warm
    from partners.words.languages import language

    def meets(query: str, text: str, locale: str) -> bool:
        keys = index_keys(text, locale)
        terms = query_terms(query, locale)
        return bool(terms) and all(term & keys for term in terms)

    began = time.perf_counter()
    warm("de", "en", "sk", "lv")
    print(f"dictionaries: {time.perf_counter() - began:.1f} s to read")

    gold = json.loads(GOLD.read_text("utf-8"))
    began = time.perf_counter()
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for case in gold:
        hit = meets(case["query"], case["document"], case["locale"])
        counts[case["locale"], case["should_match"], hit] += 1
    for locale in ("de", "en", "sk", "lv"):
        found, missed = counts[locale, True, True], counts[locale, True, False]
        false, right = counts[locale, False, True], counts[locale, False, False]
        print(
            f"gold {locale}: recall {100 * found / (found + missed):.1f} % of {found + missed}, "
            f"false hits {false} of {false + right}"
        )
    print(f"memory: +{resident() - before:.1f} MB with four dictionaries, gold set analysed")

    for locale in ("de", "sk", "lv"):
        dice = random.Random(7)
        words = nouns(locale)
        if not words:
            print(f"{locale}: no hunspell dictionary, so no paradigms")
            continue
        dice.shuffle(words)
        tongue = language(locale)
        unseen = (
            (lemma, forms)
            for lemma, forms in words
            if not any(tongue.lemmas(form.lower()) for form in forms)
        )
        pairs = hits = number = 0
        for lemma, forms in unseen:
            number += 1
            for form in forms:
                for query, text in ((lemma, form), (form, lemma)):
                    pairs += 1
                    hits += meets(query, text, locale)
            if number == WORDS:
                break
        print(f"unseen nouns {locale}: {100 * hits / pairs:.1f} % of {pairs} pairs, {number} nouns")

        asked = dice.sample(words, QUERIES)
        text = " ".join(dice.choice(forms) for _lemma, forms in dice.choices(words, k=5000))
        began = time.perf_counter()
        index_keys(text, locale)
        print(f"time {locale}: {(time.perf_counter() - began) / 5:.2f} s per 1,000 rare words")
        began = time.perf_counter()
        for _lemma, forms in asked:
            for each in ("de", "en", "sk", "lv"):
                query_terms(dice.choice(forms), each)
        milliseconds = (time.perf_counter() - began) / len(asked) * 1000
        print(f"time {locale}: {milliseconds:.1f} ms per word of a query, under four languages")


if __name__ == "__main__":
    main()
