"""How image files are laid out: whether one holds only parts that make its picture.

Parts are known by their types; a type that isn't named here isn't the picture's. Each function gets
a file that Pillow has decoded, and may say no to an unusual one: it is then written anew.
"""

from __future__ import annotations

from collections.abc import Callable

PNG_CHUNKS = frozenset(
    "IHDR PLTE IDAT IEND tRNS iCCP sRGB gAMA cHRM cICP bKGD sBIT pHYs acTL fcTL fdAT".split()
)
WEBP_CHUNKS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
HEIF_BOXES = frozenset((b"ftyp", b"meta", b"mdat", b"moov"))
#: Types of metadata within the boxes ``meta`` and ``moov``.
HEIF_METADATA = (b"Exif", b"mime", b"uri ", b"udta", b"uuid")


def jpeg(data: bytes) -> bool:
    """Segments: ITU-T T.81, annex B.

    Of the application segments, ``APP0`` is JFIF, ``APP2`` a profile, ``APP14`` Adobe's colours.
    """
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        start = data[at + 4 : at + 16]
        if kind == 0xFE or 0xE0 <= kind <= 0xEF:
            known = (
                (kind == 0xE0 and start.startswith(b"JFIF\0") and length == 16)
                or (kind == 0xE2 and start == b"ICC_PROFILE\0")
                or (kind == 0xEE and start.startswith(b"Adobe") and length == 14)
            )
            if not known:
                return False
        at += 2 + length
        if kind == 0xDA:  # Coded data follow, in which FF is followed by 00 or by a restart marker.
            at = data.find(b"\xff", at)
            while at >= 0 and (data[at + 1 : at + 2] == b"\0" or 0xD0 <= data[at + 1] <= 0xD7):
                at = data.find(b"\xff", at + 2)
            if at < 0:
                return False
            if data[at + 1] == 0xD9:
                return at + 2 == len(data)
    return False


def png(data: bytes) -> bool:
    """Chunks: PNG, section 5."""
    at = 8
    while at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind.decode("latin-1") not in PNG_CHUNKS:
            return False
        at += 12 + length
        if kind == b"IEND":
            return length == 0 and at == len(data)
    return False


def webp(data: bytes) -> bool:
    """Chunks in a RIFF container: RFC 9649, section 2."""
    length = int.from_bytes(data[4:8], "little") + 8
    return length == len(data) and _riff(data[12:])


def _riff(data: bytes) -> bool:
    at = 0
    while at + 8 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind not in WEBP_CHUNKS:
            return False
        if kind == b"ANMF" and not _riff(data[at + 24 : at + 8 + length]):
            return False
        at += 8 + length + length % 2
    return at == len(data)


def gif(data: bytes) -> bool:
    """Blocks: GIF 89a, section 12 to 27."""
    at = 13 + _gif_colours(data[10])
    while at + 1 < len(data):
        if data[at] == 0x2C:
            at += 11 + _gif_colours(data[at + 9])
        elif data[at] == 0x21 and data[at + 1] == 0xF9:
            at += 2
        elif data[at : at + 3] == b"\x21\xff\x0b" and data[at + 3 : at + 14] in GIF_LOOPS:
            at += 14
            if data[at : at + 2] != b"\x03\x01" or data[at + 4 : at + 5] != b"\0":
                return False
        else:
            return False
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return at + 1 == len(data) and data[at] == 0x3B


def _gif_colours(flags: int) -> int:
    """The length of a table of colours in bytes."""
    return 3 << (1 + (flags & 7)) if flags & 0x80 else 0


def heif(data: bytes) -> bool:
    """Boxes of HEIF and AVIF: ISO/IEC 14496-12, section 4.2."""
    at = 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length < 8 or kind not in HEIF_BOXES:
            return False
        inside = data[at + 8 : at + length]
        if kind in (b"meta", b"moov") and any(one in inside for one in HEIF_METADATA):
            return False
        at += length
    return at == len(data)


#: By the name that Pillow gives to a format.
LAYOUTS: dict[str, Callable[[bytes], bool]] = {
    "JPEG": jpeg,
    "PNG": png,
    "WEBP": webp,
    "GIF": gif,
    "AVIF": heif,
    "HEIF": heif,
}
