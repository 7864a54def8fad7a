"""Small faults in what must not be wrong, one at a time: does a test see each of them?

``make mutants`` tries all of them, ``make mutants SAMPLE=40`` some that the commit chooses.
:mod:`operators` makes the faults, :mod:`plugin` finds out which tests run a line and tries a fault
on them, and the command (:mod:`__main__`) chooses, counts and lists. ``explained.txt`` has the
faults that change nothing anybody could see.
"""
