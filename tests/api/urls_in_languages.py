"""Addresses as they should not be: the API below each language."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from kis_wagtail import urls
from kis_wagtail.api import router

urlpatterns = [
    *[one for one in urls.urlpatterns if getattr(one, "namespace", "") != "wagtailapi_v2"],
    *i18n_patterns(path("api/v2/", router.urls)),
]
