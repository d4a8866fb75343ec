"""The Daily Mishap: an outlet that does everything wrong that a server can do.

Every entry of the "Bad input" list in the design has an address here. `table.py` lists
them all with a sentence each; `answers.py` has those that are ordinary HTTP, `transport.py`
those that break it.
"""
