"""Addresses of a site that leaves away the frame of the list, and its colours."""

from kis_wagtail import urls

LEFT_AWAY = ("embed_frame", "kis_brand")
urlpatterns = [one for one in urls.urlpatterns if getattr(one, "name", "") not in LEFT_AWAY]
