"""Whatever editors do: every answer is right, and who follows the feed has what there is.

Random sequences of actions of editors, translators, administrators, raw statements and the clock,
with readers in between who read the feed in pages of random sizes, some of them twice. After each
action that has changed something

- who reads the feed to the end has exactly the items that an oracle of plain Python makes of the
  tables, and is told why what is missing is gone;
- every question (half of them after one action, half after the next) is answered as the oracle
  says, and to the byte as it is without shelf and cache; entity tags name bodies.

At the end of a sequence ``reconcile`` has nothing to mend.

``KIS_SEQUENCES`` is the number of sequences; ``KIS_SEED`` names them, and with ``KIS_SOAK`` there
are others each time. What fails says its own seed, and is shortened for as long as ``KIS_SHORTEN``
says, in seconds.
"""

import os
import secrets
import time
from unittest import mock

import pytest
from django.test import override_settings

from tests.stateful.actions import ACTIONS
from tests.stateful.scene import scene
from tests.stateful.sequences import Failure, Log, shortened, steps_of

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

#: Fewer sequences don't have every action.
ENOUGH = 15


def seeds(number):
    """The seed of each sequence; that of one by itself is the one that was given."""
    seed = secrets.token_hex(4) if "KIS_SOAK" in os.environ else os.environ.get("KIS_SEED", "1")
    return [seed] if number == 1 else [f"{seed}.{count}" for count in range(number)]


@pytest.fixture(autouse=True)
def no_search():
    """No question here searches, so nothing is put into the index."""
    backend = {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}
    with (
        override_settings(WAGTAILSEARCH_BACKENDS={"default": backend}),
        mock.patch("modelsearch.signal_handlers.insert_or_update_object_task", mock.MagicMock()),
        mock.patch("partners.search.upkeep.object_saved", mock.MagicMock()),
    ):
        yield


def test_editors(db, capsys):
    number, log = int(os.environ.get("KIS_SEQUENCES", "20")), Log()
    begun, worked = time.monotonic(), time.process_time()
    with scene() as site:
        for seed in seeds(number):
            try:
                with site.once():
                    steps_of(seed, site, log)
            except Failure as failure:
                found = shortened(site, failure, float(os.environ.get("KIS_SHORTEN", "300")))
                pytest.fail(told(found, len(failure.steps)), pytrace=False)
    with capsys.disabled():
        print(f"\n{summary(log)}")
        print(f"{time.monotonic() - begun:.0f} s, {time.process_time() - worked:.0f} s of them CPU")
    if len(log.sequences) >= ENOUGH:
        assert sorted(ACTIONS.keys() - log.effective.keys()) == [], "they never did anything"
        taken, idle = log.effective.total(), log.idle.total()
        assert taken >= 4 * idle, "too many actions do nothing"
        assert log.public.total() >= 0.4 * taken, "too few actions change what is public"
        assert len(set(log.sequences)) >= 0.95 * len(log.sequences), "sequences repeat each other"
        assert len(log.pairs) >= 0.4 * min(taken, len(ACTIONS) ** 2), "actions follow by rote"


def told(failure, before):
    """What a failure says: the way to see it again, what was done, what is wrong."""
    return "\n".join(
        [
            f"KIS_SEED={failure.seed} KIS_SEQUENCES=1 pytest tests/stateful",
            f"shortened from {before} actions to {len(failure.steps)}, of which the last fails:",
            *(f"  {step}" for step in failure.told),
            f"{type(failure.__cause__).__name__}: {failure.__cause__}",
        ]
    )


def summary(log):
    """How much was done, and how different it was."""
    taken = log.effective.total() + log.idle.total()
    rare = log.effective.most_common()[-1:]
    return "\n".join(
        [
            f"{len(log.sequences)} sequences, {len(set(log.sequences))} different",
            f"{taken} actions: {percent(log.effective.total(), taken)} changed a table, "
            f"{percent(log.public.total(), taken)} what is public",
            f"{len(log.effective)} of {len(ACTIONS)} actions had an effect, the rarest "
            f"{''.join(f'{name} {times} times' for name, times in rare)}; "
            f"{len(log.pairs)} different pairs follow each other",
        ]
    )


def percent(part, whole):
    return f"{100 * part / max(1, whole):.0f} %"
