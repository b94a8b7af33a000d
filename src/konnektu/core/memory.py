"""The cycle collector of a process that makes many objects and few cycles."""

import gc

OBJECTS = 200_000
"""Objects made, and not gone again, before the collector looks at the young ones; Python's own figure is 700."""
OBJECTS_OF_BATCHES = 2_000_000
"""The same where whole batches are in hand: more than a batch makes, for all its objects go with it."""


def spare_cycle_collector(objects: int = OBJECTS) -> None:
    """Let the cycle collector look seldom, and never again at what exists already.

    Call once when a process has started. A batch of the writer makes millions of objects and hardly a
    cycle: with Python's own thresholds the collector took more than half of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(objects, 50, 100)
