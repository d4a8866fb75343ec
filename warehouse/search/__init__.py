"""Full-text search: a tantivy index of the published articles, and questions to it."""

from warehouse.search.hits import Found, Hit, find, hits_table
from warehouse.search.index import Caught, catch_up, differences, is_behind
from warehouse.search.question import Filters, QuestionError

__all__ = [
    "Caught",
    "Filters",
    "Found",
    "Hit",
    "QuestionError",
    "catch_up",
    "differences",
    "find",
    "hits_table",
    "is_behind",
]
