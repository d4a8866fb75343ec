"""Stories and threads: which articles tell of one event, which events of one running matter."""

from dedup.stories.groups import OF_STORIES, Node, Rule, group
from dedup.stories.links import DAYS, LEAST, Link, link, near_ones, weights_of
from dedup.stories.naming import Change, central, changes, id_of, keywords
from dedup.stories.terms import FOREMOST, Profile, Term, profile, weigh
from dedup.stories.threads import LEAST_NAMES, OF_THREADS, SHARED_NAMES, names_of

__all__ = [
    "DAYS",
    "FOREMOST",
    "LEAST",
    "LEAST_NAMES",
    "OF_STORIES",
    "OF_THREADS",
    "SHARED_NAMES",
    "Change",
    "Link",
    "Node",
    "Profile",
    "Rule",
    "Term",
    "central",
    "changes",
    "group",
    "id_of",
    "keywords",
    "link",
    "names_of",
    "near_ones",
    "profile",
    "weigh",
    "weights_of",
]
