"""Addresses of the search page, below the prefix of the language."""

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("", views.search_page, name="page"),
    path("typing/", views.typing, name="typing"),
]
