"""Images without what cameras and programs write into them, by Pillow.

A file keeps its pixels, its frames with their times, its transparency and its colour profile. EXIF,
XMP, IPTC, comments, thumbnails, and whatever stands behind the end of the image go; the
orientation of EXIF is applied to the pixels. A file that has none of this stays byte for byte as it
is.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import willow
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import get_sampling
from willow.image import SvgImageFile

from .layout import LAYOUTS

#: The formats of Pillow that are read. EPS and others would start programs.
FORMATS = ("JPEG", "MPO", "PNG", "GIF", "WEBP", "AVIF", "HEIF", "BMP", "TIFF", "ICO")
ORIENTATION = 0x0112
#: Parts of ``Image.info`` that belong to the picture.
PICTURE = ("icc_profile", "transparency")
#: How a format that loses something is written, where its own settings can't be read from the file.
QUALITY = 90
MOST_PIXELS = 128_000_000


def damaged(cause: str = "") -> ValidationError:
    """The refusal of a file that isn't a whole image, in Django's words."""
    message = forms.ImageField.default_error_messages["invalid_image"]
    error = ValidationError(message, code="invalid_image")
    if cause:
        error.add_note(cause)
    return error


def cleaned(data: bytes) -> bytes:
    """The image without anything but the picture; SVG stays as it is.

    Raises ``ValidationError`` for what isn't an image that can be decoded to its end, and for one
    of more pixels in all frames than ``WAGTAILIMAGES_MAX_IMAGE_PIXELS``.
    """
    try:
        Image.init()
        image = Image.open(BytesIO(data), formats=[one for one in FORMATS if one in Image.OPEN])
    except UnidentifiedImageError:
        if _is_svg(data):
            return data
        raise damaged() from None
    except Exception as error:  # Decoders raise whatever a damaged file leads them to.
        raise damaged(str(error)) from error
    try:
        with image:
            return _cleaned(image, data)
    except ValidationError:
        raise
    except Exception as error:
        raise damaged(str(error)) from error


def _cleaned(image: Image.Image, data: bytes) -> bytes:
    form = "JPEG" if image.format == "MPO" else image.format or ""
    count = getattr(image, "n_frames", 1) if form in FRAMES else 1
    most = getattr(settings, "WAGTAILIMAGES_MAX_IMAGE_PIXELS", MOST_PIXELS)
    if most is not None and image.width * image.height * count > most:
        raise damaged(f"more than {most} pixels")
    frames, times = [], []
    for number in range(count):
        if count > 1:
            image.seek(number)
        image.load()
        frames.append(_picture(image))
        times.append(image.info.get("duration", 0))
    is_bare = LAYOUTS.get(form)
    if is_bare and image.format != "MPO" and not _is_turned(image) and is_bare(data):
        return data
    options: dict[str, Any] = OPTIONS.get(form, lambda *_: {})(image, data)
    if count > 1:
        options |= FRAMES[form](image, frames, times)
    if profile := frames[0].info.get("icc_profile"):
        options["icc_profile"] = profile
    out = BytesIO()
    frames[0].save(out, form, **options)
    result = out.getvalue()
    if is_bare and not is_bare(result):
        raise damaged("something is left besides the picture")
    return result


def _is_turned(image: Image.Image) -> bool:
    return image.getexif().get(ORIENTATION, 1) != 1


def _picture(image: Image.Image) -> Image.Image:
    """A frame as it is to be seen, with nothing besides."""
    frame = ImageOps.exif_transpose(image)
    frame.info = {name: image.info[name] for name in PICTURE if name in image.info}
    return frame


def _is_svg(data: bytes) -> bool:
    try:
        return isinstance(willow.Image.open(BytesIO(data)), SvgImageFile)
    except Exception:  # As above.
        return False


def _jpeg(image: Any, data: bytes) -> dict[str, Any]:
    # With the tables of the file itself, its pixels stay what they were.
    return {
        "qtables": image.quantization,
        "subsampling": get_sampling(image),
        "progressive": bool(image.info.get("progressive")),
        "optimize": True,
    }


def _webp(image: Any, data: bytes) -> dict[str, Any]:
    return {"lossless": True} if b"VP8L" in data[:4096] else {"quality": QUALITY}


def _lossy(image: Any, data: bytes) -> dict[str, Any]:
    return {"quality": QUALITY}


OPTIONS: dict[str, Callable[[Any, bytes], dict[str, Any]]] = {
    "JPEG": _jpeg,
    "WEBP": _webp,
    "AVIF": _lossy,
    "HEIF": _lossy,
    "ICO": lambda image, data: {"sizes": [image.size]},
}


def _all(image: Any, frames: list[Any], times: list[Any]) -> dict[str, Any]:
    return {
        "save_all": True,
        "append_images": frames[1:],
        "duration": [round(one) for one in times],
        **({"loop": image.info["loop"]} if "loop" in image.info else {}),
    }


def _gif(image: Any, frames: list[Any], times: list[Any]) -> dict[str, Any]:
    # The frames are whole: where they are transparent, nothing of the one before may be left.
    clear = any("transparency" in one.info or one.mode == "RGBA" for one in frames)
    return _all(image, frames, times) | ({"disposal": 2} if clear else {})


def _png(image: Any, frames: list[Any], times: list[Any]) -> dict[str, Any]:
    first = bool(image.info.get("default_image"))
    options = _all(image, frames, times[1:] if first else times)
    return options | {"default_image": first, "disposal": 0, "blend": 0}


# Not AVIF: libavif 1.4.2 ends the process on some sequences that it is to write. Of one that isn't
# clean, the first frame is kept, which is the one that renditions are made from.
FRAMES: dict[str, Callable[[Any, list[Any], list[Any]], dict[str, Any]]] = {
    "GIF": _gif,
    "PNG": _png,
    "WEBP": _all,
    "TIFF": lambda image, frames, times: {"save_all": True, "append_images": frames[1:]},
}
