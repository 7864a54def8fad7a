"""Sequences of actions by a seed: taken, replayed, and shortened where one fails."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from django.apps import apps
from django.test import TestCase

from tests.stateful.actions import ACTIONS
from tests.stateful.checks import Checks
from tests.stateful.scene import Scene

#: An action by name, and the number by which it chooses.
Step = tuple[str, int]
SHORTEST, LONGEST = 12, 20
#: How many actions a sequence is meant to have besides those that chance brings. The first of them
#: is the last of the sequence before: many an action needs what its neighbour does, for example a
#: restriction that can be lifted.
PLANNED = 5
#: The tables that hold content, rights and translations.
CONTENT = [
    "wagtailcore.Page", "wagtailcore.PageViewRestriction", "wagtailcore.Collection",
    "wagtailcore.CollectionViewRestriction", "wagtailcore.Site", "wagtailimages.Image",
    "kis_partners.CooperationPage", "kis_partners.CooperationIndexPage",
    "kis_partners.PartnerPage", "kis_partners.NetworkPage", "kis_partners.ExchangeProgrammePage",
    "kis_partners.CooperationContact", "kis_partners.CooperationTopic",
    "kis_partners.RelatedCooperation", "kis_partners.Person", "kis_partners.Organisation",
    "kis_partners.Topic", "kis_partners.Consent", "kis_partners.Review", "home.StandardPage",
    "wagtail_localize.Translation", "wagtail_localize.StringTranslation",
    "wagtail_localize.TranslationSource",
]  # fmt: skip


@dataclass
class Log:
    """What has been done in all sequences."""

    #: Actions that changed a table, those that didn't, and those that changed what is public.
    effective: Counter[str] = field(default_factory=Counter)
    idle: Counter[str] = field(default_factory=Counter)
    public: Counter[str] = field(default_factory=Counter)
    sequences: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def pairs(self) -> set[tuple[str, str]]:
        """Which action has followed which, both with an effect."""
        return {pair for names in self.sequences for pair in pairwise(names)}


class Failure(AssertionError):
    """A sequence that fails, with what was done until then."""

    def __init__(self, seed: str, steps: Sequence[Step], told: Sequence[str]) -> None:
        super().__init__(seed)
        self.seed, self.steps, self.told = seed, list(steps), list(told)


def digest() -> str:
    """What the tables hold."""
    found = hashlib.md5(usedforsecurity=False)
    for label in CONTENT:
        found.update(
            repr(list(apps.get_model(label).objects.order_by("pk").values_list())).encode()
        )
    return found.hexdigest()


class Run:
    """One sequence on the site as it was made."""

    def __init__(self, scene: Scene, turn: int = 0, thorough: bool = False) -> None:
        self.scene, self.checks = scene, Checks(scene, turn, thorough)
        self.held = digest()
        self.told: list[str] = []

    def take(self, step: Step) -> bool | None:
        """Take a step and check everything: whether it changed something.

        None: there was nothing that it could act on.
        """
        name, number = step
        clock = self.scene.clock
        today, closed = clock.time.date(), self.scene.closed
        self.told.append(name)
        with TestCase.captureOnCommitCallbacks(execute=True):
            what = ACTIONS[name].act(self.scene, number)
        if what is None:
            self.told.pop()
            return None
        self.told[-1] = f"{name} {what}".strip()
        held, self.held = self.held, digest()
        changed = held != self.held or today != clock.time.date() or closed != self.scene.closed
        if changed:
            self.checks.all_is_right()
        self.checks.read_something(Random(number))
        return changed

    def end(self) -> None:
        """Nothing is left undone, and nothing to mend."""
        if self.scene.closed:
            self.take(("migrations_come_to_their_end", 0))
        self.checks.nothing_is_left_to_mend()


def steps_of(seed: str, scene: Scene, log: Log) -> None:
    """Take the steps that belong to a seed."""
    pick = Random(f"editors {seed}")
    names, weights = list(ACTIONS), [one.weight for one in ACTIONS.values()]
    # In turn, so that a few sequences have all actions.
    count = seed.rpartition(".")[2]
    first = (PLANNED - 1) * int(count) if count.isdecimal() else 0
    planned = [names[(first + number) % len(names)] for number in range(PLANNED)]
    steps: list[Step] = []
    effective: list[str] = []
    sequence = Run(scene, pick.randrange(100))
    try:
        sequence.checks.all_is_right()
        length = pick.randint(SHORTEST, LONGEST)
        while len(steps) < length or (planned and len(steps) < 2 * LONGEST):
            plan = bool(planned) and pick.random() < 0.5
            name = planned[0] if plan else pick.choices(names, weights)[0]
            step = (name, pick.getrandbits(32))
            steps.append(step)
            before = sequence.checks.oracle.items
            changed = sequence.take(step)
            if plan:
                planned.pop(0)
                if not changed:  # Later there may be something that it can act on.
                    planned.append(name)
            if changed is None:
                steps.pop()
            elif changed:
                effective.append(name)
                log.effective[name] += 1
                log.public[name] += sequence.checks.oracle.items != before
            else:
                log.idle[name] += 1
        sequence.end()
    except Exception as error:
        raise Failure(seed, steps, sequence.told) from error
    log.sequences.append(tuple(effective))


def replay(scene: Scene, steps: Sequence[Step], seed: str = "") -> None:
    """Take these steps, asking everything after each; what has nothing to act on is left out."""
    done: list[Step] = []
    with scene.once():
        sequence = Run(scene, thorough=True)
        try:
            sequence.checks.all_is_right()
            for step in steps:
                done.append(step)
                if sequence.take(step) is None:
                    done.pop()
            sequence.end()
        except Exception as error:
            raise Failure(seed, done, sequence.told) from error


def shortened(scene: Scene, failure: Failure, seconds: float) -> Failure:
    """The failure with as few of its steps as still fail, as far as there is time."""
    until, size = time.monotonic() + seconds, max(1, len(failure.steps) // 2)
    best = failure
    while True:
        place, shorter = 0, False
        while place < len(best.steps) and time.monotonic() < until:
            less = best.steps[:place] + best.steps[place + size :]
            try:
                replay(scene, less, failure.seed)
                place += size
            except Failure as again:
                best, shorter = again, True
        if time.monotonic() >= until or (size == 1 and not shorter):
            return best
        if not shorter or size > len(best.steps):
            size = max(1, size // 2)
