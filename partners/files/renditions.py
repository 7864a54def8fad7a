"""Renditions of images for pages that are shown without a picture rather than not at all."""

from __future__ import annotations

import logging
from typing import Any

from PIL import Image
from willow.image import BadImageOperationError

logger = logging.getLogger(__name__)

#: What happens where a file can't be read or written (a full disk, a folder that is away, a damaged
#: file): ``OSError`` with Wagtail's ``SourceImageIOError`` and Pillow's errors of files.
UNUSABLE = (OSError, SyntaxError, EOFError, Image.DecompressionBombError, BadImageOperationError)


def rendition_of(image: Any, spec: str) -> Any:
    """A rendition, made if it isn't there; None where it can't be made, with a line in the log."""
    try:
        return image.get_rendition(spec)
    except UNUSABLE as error:
        logger.warning("Image %s has no rendition %s: %s", image.pk, spec, error)
        return None
