"""Live membership: the stage of the writer that knows after every fact, and at every due instant, who is in what.

In: resolved facts in order of position, and what the stages before made of them. Out: members, entries and exits.
"""
