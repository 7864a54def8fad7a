"""The form by which images are uploaded, with files that are whole and clean.

A site names it in its settings, or derives its own form from it::

    WAGTAILIMAGES_IMAGE_FORM_BASE = "kis_partners.files.forms.CleanImageForm"

Without it, a damaged file is an error of the server instead of a sentence (``kis_partners.W016``).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from .images import damaged
from .saving import CleanFile


class CleanImageField(WagtailImageField):
    """Wagtail's field; what can't be decoded is refused, whatever a decoder makes of it."""

    def to_python(self, data: Any) -> Any:
        try:
            file = super().to_python(data)
            return file and CleanFile.of(file)
        except ValidationError:
            raise
        except Exception as error:  # Decoders raise whatever a damaged file leads them to.
            raise damaged(str(error)) from error


class CleanImageForm(BaseImageForm):
    """Wagtail's form of an image: for a new image, several, in a chooser, and for a new file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stock = self.fields.get("file")
        if stock and not isinstance(stock, CleanImageField):
            self.fields["file"] = CleanImageField(
                label=stock.label,
                required=stock.required,
                widget=stock.widget,
                max_length=stock.max_length,
                allow_empty_file=stock.allow_empty_file,
            )
