"""Wagtail hooks of the site."""

from . import handbook as handbook
