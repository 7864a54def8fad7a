"""The examples for other sites take what is sent, and nothing else."""

from __future__ import annotations

import http.client
import os
import runpy
import shutil
import socket
import subprocess
import threading
import time
from datetime import timedelta
from http.server import ThreadingHTTPServer

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from partners.webhooks.models import Endpoint
from partners.webhooks.send import deliver, trial_message

EXAMPLES = django_settings.BASE_DIR / "examples" / "webhooks"


def ask(port, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/receiver.php", body, headers)
    with connection.getresponse() as answer:
        return answer.status


@pytest.fixture
def python_port(endpoint, monkeypatch):
    monkeypatch.setenv("SECRET", endpoint.secrets()[0])
    example = runpy.run_path(str(EXAMPLES / "receiver.py"))
    example["Receiver"].log_message = lambda *_args: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), example["Receiver"])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, example["changed"].is_set
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def php_port(endpoint, tmp_path):
    if not shutil.which("php"):
        pytest.skip("there is no php")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mark = tmp_path / "changed"
    process = subprocess.Popen(
        ["php", "-S", f"127.0.0.1:{port}", "-t", str(EXAMPLES)],
        env={**os.environ, "KIS_SECRET": endpoint.secrets()[0], "KIS_CHANGED": str(mark)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _time in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield port, mark.exists
    process.terminate()
    process.wait()


@pytest.mark.parametrize("language", ["python", "php"])
def test_what_is_sent_is_taken_and_nothing_else(endpoint, request, settings, language):
    port, has_changed = request.getfixturevalue(f"{language}_port")
    settings.KIS_PARTNERS = {
        **settings.KIS_PARTNERS, "WEBHOOK_HOSTS": [f"127.0.0.1:{port}"]
    }  # fmt: skip
    Endpoint.objects.update(url=f"http://127.0.0.1:{port}/receiver.php")
    endpoint.refresh_from_db()
    body, now = '{"type": "test"}', timezone.now()

    def headers(at=now, name="a"):
        return {
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": endpoint.sign("a", at, body),
        }

    old = now - timedelta(minutes=10)
    assert ask(port, body + " ", headers()) == 401
    assert ask(port, body, headers(name="b")) == 401
    assert ask(port, body, headers(at=old)) == 401
    assert ask(port, body, {"webhook-id": "a"}) == 401
    assert not has_changed()
    # While the secret is changed, the former one is still good.
    endpoint.rotate()
    assert deliver(endpoint, trial_message(endpoint)).status == 204
    assert has_changed()
