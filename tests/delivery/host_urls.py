"""Views that a site mounts beside the API, and one that opts in to being kept."""

from itertools import count

from django.http import HttpResponse, JsonResponse
from django.urls import path

from kis_wagtail.urls import urlpatterns as own
from partners.api.keepable import keepable

counter = count()


def counted(request):
    return JsonResponse({"count": next(counter)})


def keyed(request):
    return HttpResponse(f"for {request.headers.get('X-Api-Key')}, {request.COOKIES.get('who')}")


def kept(request):
    return keepable(JsonResponse({"count": next(counter)}))


def varied(request):
    response = kept(request)
    response["Vary"] = "X-Api-Key"
    return response


urlpatterns = [
    path("api/v2/counted/", counted),
    path("api/v2/keyed/", keyed),
    path("api/v2/kept/", kept),
    path("api/v2/varied/", varied),
    *own,
]
