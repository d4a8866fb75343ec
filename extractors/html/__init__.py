"""HTML pages to articles: trafilatura for the body, metadata by rules that can be read."""

from extractors.html.article import extract_html

__all__ = ["extract_html"]
