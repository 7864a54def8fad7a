"""Limits of attempts: who guesses has to wait longer from one attempt to the next.

Attempts are counted in the database, by address and by address and name. A name alone is never
counted: nobody who knows it keeps its owner out from another address. An attempt counts before it
is checked, so that many at once don't slip through, and is taken back when it was right.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from unicodedata import normalize

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from signin.models import Attempts

#: For how long attempts are remembered after the last one. Longer than any wait.
REMEMBERED = timedelta(hours=1)
#: Bits of an IPv6 address that one customer of a provider has at least.
IPV6_PREFIX = 64


@dataclass(frozen=True)
class Limit:
    """How many attempts are free, and how long the pauses after further ones are, in seconds.

    Each is twice as long as the one before, from ``first`` to ``longest``.
    """

    name: str
    free: int
    first: int
    longest: int

    def wait(self, number: int) -> timedelta:
        """The pause after so many attempts."""
        if number < self.free:
            return timedelta()
        doubled = min(number - self.free, 20)
        return timedelta(seconds=min(self.first * 2**doubled, self.longest))


PASSWORD_OF_NAME = Limit("password of name", free=5, first=30, longest=900)
PASSWORDS = Limit("passwords", free=20, first=15, longest=300)
CODE_OF_ACCOUNT = Limit("code of account", free=5, first=30, longest=900)
#: From all addresses together: only who has the password comes to the code, and a code is short.
CODES = Limit("codes", free=30, first=5, longest=60)
#: A code that was right isn't right again for as long as an app may show it.
USED_CODE = Limit("used code", free=1, first=300, longest=300)
RESET_OF_MAIL = Limit("reset of mail", free=3, first=60, longest=900)
RESETS = Limit("resets", free=10, first=60, longest=900)
#: Mails that one account gets, whoever asks for them.
RESET_MAILS = Limit("reset mails", free=3, first=900, longest=900)
PAGE_PASSWORD_OF_PAGE = Limit("page password of page", free=10, first=30, longest=900)
PAGE_PASSWORDS = Limit("page passwords", free=30, first=15, longest=300)

#: A limit and whose attempts it counts.
Counted = tuple[Limit, str]


class TooMany(Exception):
    """An attempt that is refused, and after how many seconds one is taken again."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, ceil(wait.total_seconds()))

    @property
    def sentence(self) -> str:
        """How long to wait, in words of the active language."""
        if self.seconds < 60:
            words = ngettext(
                "Please wait %(number)d second and try again.",
                "Please wait %(number)d seconds and try again.",
                self.seconds,
            )
            return words % {"number": self.seconds}
        minutes = ceil(self.seconds / 60)
        words = ngettext(
            "Please wait %(number)d minute and try again.",
            "Please wait %(number)d minutes and try again.",
            minutes,
        )
        return words % {"number": minutes}


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the network of an IPv6 address."""
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), IPV6_PREFIX), strict=False))


def by_name(request: HttpRequest, one: Limit, all_names: Limit, name: object) -> list[Counted]:
    """What an attempt for a name counts for: its address, and its address with the name."""
    address = address_of(request)
    folded = normalize("NFKC", str(name)).casefold().strip()
    return [(all_names, address), (one, f"{address} {folded}")]


def begin(counted: list[Counted]) -> None:
    """Count an attempt, or refuse it: a refused one counts for nothing and prolongs no pause."""
    limits = {_key(limit, whose): limit for limit, whose in counted}
    now = timezone.now()
    Attempts.objects.filter(last__lt=now - REMEMBERED).delete()
    with transaction.atomic():
        new = [Attempts(key=key, until=now, last=now) for key in sorted(limits)]
        Attempts.objects.bulk_create(new, ignore_conflicts=True)
        rows = list(
            Attempts.objects.select_for_update().filter(pk__in=limits).order_by("pk")
        )  # fmt: skip
        open_from = max(row.until for row in rows)
        if open_from > now:
            raise TooMany(open_from - now)
        for row in rows:
            row.number += 1
            row.last, row.until = now, now + limits[row.key].wait(row.number)
        Attempts.objects.bulk_update(rows, ["number", "last", "until"])


def take_back(counted: list[Counted]) -> None:
    """The attempt was right. Others stay counted, or an account of one's own would free guesses."""
    keys = [_key(limit, whose) for limit, whose in counted]
    Attempts.objects.filter(pk__in=keys, number__gt=0).update(
        number=F("number") - 1, until=timezone.now()
    )


def _key(limit: Limit, whose: str) -> str:
    """A key that tells nobody whose attempts are counted."""
    return salted_hmac(f"signin.limits {limit.name}", whose, algorithm="sha256").hexdigest()
