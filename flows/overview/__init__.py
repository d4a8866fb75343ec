"""The report: one page of HTML that shows a warehouse, with nothing to be fetched."""

from flows.overview.page import render_page

__all__ = ["render_page"]
