"""Letters without their marks, and words without their endings."""

from __future__ import annotations

import unicodedata

LETTERS_WITHOUT_MARKS = str.maketrans(
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
    for sign in unicodedata.normalize("NFKD", word.translate(LETTERS_WITHOUT_MARKS)).lower():
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
    for sign in unicodedata.normalize("NFKD", word.translate(LETTERS_WITHOUT_MARKS)).lower():
        if sign.isascii():
            folded.append(sign if sign.isalnum() else "")
        elif unicodedata.combining(sign):
            folded.append(str(ord(sign) % 10))
        else:
            folded.append(f"{ord(sign):x}")
    return "".join(folded)


def without_ending(word: str, endings: tuple[str, ...]) -> str:
    """The word without the longest ending that leaves three letters; endings are folded."""
    bare = fold(word)
    if len(bare) == len(word):
        for ending in endings:
            if bare.endswith(ending) and len(word) - len(ending) >= 3:
                return word[: -len(ending)]
    return word
