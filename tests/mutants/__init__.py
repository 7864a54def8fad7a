"""Small faults in what must not be wrong, one at a time: does a test see each of them?

``make mutants`` tries all of them, ``make mutants SAMPLE=60 SEED=x`` some, as many of each module,
and ``AGAIN=1`` those that nobody saw the last time. ``MINUTES=4`` takes faults of one part of the
code, which the commit chooses, with the tests of that part alone, until the time is over.

:mod:`operators` makes the faults, :mod:`plugin` finds out which tests run a line and tries a fault
on them, and the command (:mod:`__main__`) chooses, counts and lists. ``explained.txt`` has the
faults that change nothing anybody could see, and those that only a slower leg sees, a line for
each: file, function, change, reason.
"""
