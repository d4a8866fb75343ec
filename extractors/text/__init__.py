"""Plain text as news: headline, byline, date, dateline, caption and body by general rules.

Each habit of newspapers and agencies is a module of its own; `clean` applies them in the
order in which a reader's eye takes a page apart, `article` makes the result an article.
"""

from __future__ import annotations

from extractors.text.article import extract_text
from extractors.text.clean import CleanText, clean_text
from extractors.text.draft import Removed

__all__ = ["CleanText", "Removed", "clean_text", "extract_text"]
