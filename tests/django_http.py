"""A ``requests`` session whose questions Django's test client answers."""

from __future__ import annotations

import io

import requests
from django.test import Client
from requests.adapters import BaseAdapter


class ToDjango(BaseAdapter):
    """Passes GETs to the test client, and keeps them with their status in ``asked``.

    What stands in ``faults`` happens first: an exception is raised, a response is given.
    """

    def __init__(self):
        super().__init__()
        self.asked, self.faults = [], []

    def send(self, request, **kwargs):
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return self.response(request, *fault)
        headers = {
            name: value for name, value in request.headers.items() if name != "Accept-Encoding"
        }
        answer = Client().get(request.path_url, headers=headers)
        return self.response(request, answer.status_code, dict(answer.items()), answer.content)

    def response(self, request, status, headers, body=b""):
        self.asked.append((request.path_url, status))
        response = requests.Response()
        response.status_code, response.url, response.request = status, request.url, request
        response.headers.update(headers)
        response.raw = io.BytesIO(body)
        return response

    def close(self):
        pass


def session():
    """A session for http://localhost/ and its adapter."""
    made, adapter = requests.Session(), ToDjango()
    made.mount("http://localhost/", adapter)
    return made, adapter
