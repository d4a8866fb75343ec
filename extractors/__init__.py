"""Bytes to articles: HTML, plain text and JSON records, with a source for every value."""
