"""The portrait of an account: a file that isn't a whole image is refused with a sentence.

Wagtail's view of an account takes no other form, so a site that wants this one routes
``admin/account/`` to a view of its own that puts :class:`CleanAvatarPanel` in place of Wagtail's.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.admin.views.account import AvatarSettingsPanel

from .forms import CleanImageField
from .images import damaged


class CleanAvatarForm(AvatarPreferencesForm):
    avatar = CleanImageField(
        label=AvatarPreferencesForm.base_fields["avatar"].label, required=False
    )

    def clean_avatar(self) -> Any:
        try:
            return super().clean_avatar()
        except ValidationError:
            raise
        except Exception as error:  # What Pillow makes of a drawing, or of a frame of no size.
            raise damaged(str(error)) from error


class CleanAvatarPanel(AvatarSettingsPanel):
    """Wagtail's panel, which says what is wrong with the file, too."""

    template_name = "kis_partners/files/avatar.html"
    form_class = CleanAvatarForm


def with_clean_portraits(panels: list[Any]) -> list[Any]:
    """The panels of an account, with this one in place of Wagtail's."""
    return [
        CleanAvatarPanel(one.request, one.user, one.profile)
        if type(one) is AvatarSettingsPanel
        else one
        for one in panels
    ]
