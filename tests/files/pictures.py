"""Image files with and without what cameras write into them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

#: Stands in everything that a file carries besides its picture.
SECRET = b"Erika Mustermann"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">Erika Mustermann</x:xmpmeta>'
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
WIDE = (60, 40)
ENDINGS = ("jpg", "png", "gif", "webp", "avif", "heic")
FORMS = {"jpg": "JPEG", "heic": "HEIF"}


def picture(number: int = 0) -> Image.Image:
    """A wide picture with a red square at its upper left corner, further right in later frames."""
    image = Image.new("RGB", WIDE, "white")
    ImageDraw.Draw(image).rectangle((number * 10, 0, number * 10 + 9, 9), fill="red")
    return image


def exif() -> Image.Exif:
    """Turned by a quarter, with a device, an author and a place."""
    data = Image.Exif()
    data[0x0112], data[0x010F], data[0x013B] = 6, "Kamera", SECRET.decode()
    data.get_ifd(0x8825).update({1: "N", 2: (51.0, 20.0, 24.0)})
    return data


def photo(ending: str, frames: int = 1, **more: Any) -> bytes:
    """A file of a format with all that the format can carry."""
    options: dict[str, Any] = {"exif": exif(), "icc_profile": ICC, "xmp": XMP}
    if ending == "gif":
        options = {"comment": SECRET}
    elif ending == "jpg":
        options["comment"] = SECRET
    elif ending == "png":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Author", SECRET.decode())
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options = {"exif": exif(), "icc_profile": ICC, "pnginfo": texts}
    if frames > 1:
        options |= {
            "save_all": True,
            "append_images": [picture(number) for number in range(1, frames)],
            "duration": [100 * (number + 1) for number in range(frames)],
            "loop": 0,
        }
    out = io.BytesIO()
    picture().save(out, FORMS.get(ending, ending.upper()), **(options | more))
    return out.getvalue()


def plain(ending: str) -> bytes:
    """A file with nothing but its picture."""
    out = io.BytesIO()
    picture().save(out, FORMS.get(ending, ending.upper()))
    return out.getvalue()


def cut(data: bytes) -> bytes:
    """A file whose upload broke off."""
    return data[: len(data) * 2 // 3]


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 30,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )
