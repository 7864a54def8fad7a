"""Other sites stay in step by webhooks, whatever becomes of those who send and who receive them."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import threading
import time
from contextlib import ExitStack, suppress

from tests.processes.conftest import Process, differs
from tests.webhooks.conftest import Receiver

ACTIONS, PRIVATE = 30, "Mustermann"


class Consumer:
    """Another site: a receiver that fails by chance, and a copy that is read when it is nudged."""

    def __init__(self, crowd, seed, languages=()):
        self.crowd, self.receiver = crowd, Receiver()
        self.random, self.languages = random.Random(seed), languages
        self.cursor, self.copy, self.taken = "", {}, []
        self.changed, self.ended = threading.Event(), threading.Event()
        self.good = False
        self.read()

    def answer(self, handler):
        what = "take" if self.good else self.random.choice(["take", "take", *self.faults])
        getattr(self, what)(handler)

    faults = ("fail", "busy", "close", "redirect", "slow")

    def take(self, handler):
        self.taken.append(json.loads(self.receiver.requests[-1][2]))
        self.changed.set()
        handler.send_response(204)
        handler.end_headers()

    def fail(self, handler):
        handler.send_error(500)

    def busy(self, handler):
        handler.send_response(429)
        handler.send_header("Retry-After", "1")
        handler.end_headers()

    def close(self, handler):
        with suppress(OSError):
            handler.connection.shutdown(socket.SHUT_RDWR)

    def redirect(self, handler):
        handler.send_response(307)
        handler.send_header("Location", "http://127.0.0.1:9/")
        handler.end_headers()

    def slow(self, handler):
        time.sleep(0.3)
        self.take(handler)

    def keep_in_step(self):
        while not self.ended.is_set():
            if self.changed.wait(0.1):
                self.changed.clear()
                self.read()

    def read(self):
        more = True
        while more:
            path = f"changes/?limit=50&since={self.cursor}" if self.cursor else "changes/?limit=50"
            if self.languages:
                path += f"&locale={','.join(self.languages)}"
            answer = self.crowd.ask(0, path)
            assert answer.status == 200, answer.body
            page = json.loads(answer.body)
            for change in page["changes"]:
                if change["action"] == "upsert":
                    self.copy[change["id"]] = change["item"]
                else:
                    self.copy.pop(change["id"], None)
            self.cursor, more = page["meta"]["next"], page["meta"]["has_more"]


def running(stack, consumer):
    stack.enter_context(consumer.receiver.running())
    thread = threading.Thread(target=consumer.keep_in_step, daemon=True)
    thread.start()
    stack.callback(thread.join)
    stack.callback(consumer.ended.set)
    # Each request asks the consumer what becomes of it.
    consumer.receiver.answers = Endless(consumer.answer)


class Endless(list):
    """Answers that never run out."""

    def __init__(self, answer):
        super().__init__([answer])

    def pop(self, _place=0):
        return self[0]


def test_every_copy_is_in_step_whoever_is_killed(crowd):
    chance = random.Random(7)
    with ExitStack() as stack:
        # A process of the workers' release, whose children send.
        site = Process(crowd.environment)
        stack.callback(site.end)
        consumers = [Consumer(crowd, 1), Consumer(crowd, 2, ["sk"])]
        for consumer in consumers:
            running(stack, consumer)
            site("webhook", consumer.receiver.url, list(consumer.languages))
        done = []
        for _action in range(ACTIONS):
            done.append(crowd.editor("act"))
            sender = site("fork", "send_webhooks")
            if chance.random() < 0.5:
                time.sleep(chance.random() * 0.6)
                with suppress(ProcessLookupError):
                    os.kill(sender, signal.SIGKILL)
            site("wait", sender)
            site("later")
        for consumer in consumers:
            consumer.good = True
        site("later")
        site("send_webhooks")
        for consumer in consumers:
            wait_for_rest(consumer)
            assert {"upsert", "delete"} <= {one["data"]["action"] for one in consumer.taken}, done
            crawl = whole(crowd, consumer.languages)
            assert consumer.copy.keys() == crawl.keys(), done
            for pk, item in crawl.items():
                known = {name: consumer.copy[pk][name] for name in item if name != "meta"}
                differs(known, {name: item[name] for name in known}, f"copy {pk}")
            sent = "".join(body for _path, _headers, body in consumer.receiver.requests)
            assert PRIVATE not in sent and "Zusammenarbeit" not in sent
            names = [headers["webhook-id"] for _path, headers, _body in consumer.receiver.requests]
            assert len(names) > len(set(names)), "nothing was ever sent again"
        assert {one["data"]["locale"] for one in consumers[1].taken} == {"sk"}


def wait_for_rest(consumer):
    """Until the copy has been read after the last nudge."""
    end = time.monotonic() + 60
    while consumer.changed.is_set():
        assert time.monotonic() < end
        time.sleep(0.1)
    time.sleep(2)


def whole(crowd, languages):
    """What a crawl gives, made from the pages."""
    path = "/api/v2/pages/?limit=100&fields=*"
    if languages:
        path += f"&locale={','.join(languages)}"
    return {item["id"]: item for item in json.loads(crowd.editor("ask", path)[1])["items"]}
