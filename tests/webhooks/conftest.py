"""A site of somebody else on this machine, and an endpoint of it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from wagtail.models import Site

from partners.conf import conf
from partners.webhooks.models import Endpoint
from partners.webhooks.send import send


class Receiver:
    """What it was sent, and what it answers: ``answers`` are taken one by one, then it is 204.

    An answer is a status, or a function that is given the handler and writes what it likes.
    """

    def __init__(self):
        self.requests, self.answers = [], []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
                self.requests.append((handler.path, dict(handler.headers), body))
                answer = self.answers.pop(0) if self.answers else 204
                if callable(answer):
                    answer(handler)
                else:
                    handler.send_response(answer)
                    handler.end_headers()

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/hook?site=kis"

    @property
    def data(self):
        return [json.loads(body)["data"] for _path, _headers, body in self.requests]

    @property
    def told(self):
        return [(one.get("action"), one.get("id")) for one in self.data]

    @contextmanager
    def running(self):
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()
            thread.join()


@pytest.fixture
def receiver(settings):
    with Receiver().running() as receiver:
        settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "WEBHOOK_HOSTS": [receiver.host]}
        assert receiver.host in conf().webhook_hosts
        yield receiver


@pytest.fixture
def endpoint(db, receiver):
    """An endpoint that knows all there is."""
    site = Site.objects.get(is_default_site=True)
    made = Endpoint.objects.create(name="Erika Mustermann", url=receiver.url, site=site)
    made.rotate()
    assert send(made.pk) == 0 and not receiver.requests
    made.refresh_from_db()
    return made
