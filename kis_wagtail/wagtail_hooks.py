"""What the site adds to Wagtail's admin."""

from . import handbook as handbook
