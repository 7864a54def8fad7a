"""Requests to public addresses of the web alone.

The address that is checked is the one connected to: a name is resolved once for each connection.
Proxies of the environment aren't used, since with one nobody here knows which address is asked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

Address = IPv4Address | IPv6Address
#: IPv6 addresses with an IPv4 address in their last 32 bits: of translators (RFC 6052), and the
#: old compatible ones (RFC 4291).
_EMBEDDING = [IPv6Network("64:ff9b::/96"), IPv6Network("::/96")]
#: Addresses of translators inside a network (RFC 8215).
_LOCAL_TRANSLATION = IPv6Network("64:ff9b:1::/48")
_TLS = ssl.create_default_context()


class PrivateNetwork(Exception):
    """The address leads into a network that isn't public."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, with any IPv4 address inside it."""
    whole = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in _with_embedded(whole))


def _with_embedded(address: Address) -> Iterator[Address]:
    yield address
    if isinstance(address, IPv6Address):
        found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in network for network in _EMBEDDING):
            found.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if address in _LOCAL_TRANSLATION:
            found.append(IPv4Address("127.0.0.1"))
        yield from filter(None, found)


def _connect(host: str, port: int, timeout: Any) -> socket.socket:
    """A connection to the first address of a host that answers; all of them must be public."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not all(is_public(str(address[0])) for *_rest, address in found):
        raise PrivateNetwork(host)
    failure: OSError = OSError(host)
    for *_rest, address in found:
        try:
            return socket.create_connection((str(address[0]), port), timeout)
        except OSError as error:
            failure = error
    raise failure


class _HTTP(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = _connect(self.host, self.port, self.timeout)


class _HTTPS(http.client.HTTPSConnection):
    def connect(self) -> None:
        plain = _connect(self.host, self.port, self.timeout)
        try:
            self.sock = _TLS.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


class _Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_HTTP, req)

    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_HTTPS, req)


class _WebOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        check_web(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def check_web(url: str) -> None:
    """Raise ``ValueError`` for an address that isn't one of HTTP or HTTPS."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(_("this is no address of the web"))


@dataclass(frozen=True)
class Answer:
    """Status of an answer, headers by names in lower case, and the beginning of its body."""

    status: int
    headers: dict[str, str]
    body: str


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most: int, trusted: bool
) -> Answer:
    """Send a body to an address by HTTPS, follow no redirect, read ``most`` bytes of the answer.

    All of it takes ``seconds`` at the most, however slowly the other side speaks. A ``trusted``
    address may be of HTTP and in a private network. Raises ``ValueError`` for an address that isn't
    one of HTTPS, :class:`PrivateNetwork`, ``OSError`` or ``HTTPException``.
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in (("http", "https") if trusted else ("https",)):
        raise ValueError(_("this is no address of HTTPS"))
    kinds: dict[tuple[str, bool], type[http.client.HTTPConnection]] = {
        ("https", False): _HTTPS,
        ("https", True): http.client.HTTPSConnection,
        ("http", True): http.client.HTTPConnection,
    }
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    connection = kinds[parts.scheme, trusted](parts.hostname, port, timeout=seconds)
    # A side that sends a byte now and then never runs into the socket's own limit.
    over = threading.Timer(seconds, _end, [connection])
    over.start()
    try:
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request("POST", path, body, dict(headers))
        with connection.getresponse() as answer:
            read = answer.read(most).decode("utf-8", "replace")
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, read)
    finally:
        over.cancel()
        connection.close()


def _end(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def request(url: str, method: str, timeout: float, agent: str) -> int:
    """The HTTP status of an address, redirects followed; nothing of the body is read.

    Raises ``ValueError`` (no address of the web), :class:`PrivateNetwork`, ``OSError`` (an answer
    of 400 and more is its subclass ``HTTPError``) or ``HTTPException``.
    """
    check_web(url)
    asked = urllib.request.Request(url, method=method, headers={"User-Agent": agent})
    opener = urllib.request.OpenerDirector()
    for handler in (
        _Handler,
        _WebOnly,
        urllib.request.HTTPErrorProcessor,
        urllib.request.HTTPDefaultErrorHandler,
    ):
        opener.add_handler(handler())
    with opener.open(asked, timeout=timeout) as answer:
        return int(answer.status)
