"""Takes webhooks of a kis-wagtail site, and brings a copy of its content up to date.

    pip install kis-wagtail-client standardwebhooks
    SECRET=whsec_… SITE=https://www.example.org/ COPY=copy.sqlite3 python receiver.py

A webhook says that something has changed, and never what. So it doesn't matter whether one comes
twice, late or not at all: each one lets the copy read the feed from where it was.
"""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

MOST = 65_536
changed = threading.Event()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 < length <= MOST:
            return self.answer(413)
        try:
            Webhook(os.environ["SECRET"]).verify(self.rfile.read(length), dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return self.answer(401)
        # Whoever sends waits only so long, so the work is done after the answer.
        changed.set()
        return self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()


def keep_in_step(mirror: Any) -> None:
    """Read the feed after each webhook, and once an hour whatever comes."""
    while True:
        mirror.sync()
        changed.wait(3600)
        changed.clear()


if __name__ == "__main__":
    from kis_wagtail_client import Mirror

    port = int(os.environ.get("PORT", "8001"))
    server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Mirror(os.environ["SITE"], os.environ["COPY"]) as mirror:
        keep_in_step(mirror)
