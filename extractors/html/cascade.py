"""The one place that calls trafilatura's parts instead of its front door (2.3.1, pinned).

`bare_extraction` would copy the tree once more and read all metadata again; its sequence
of extractors is called directly on a tree that is parsed already. A test holds the bodies
against those of the untouched library.
"""

from __future__ import annotations

import logging
from copy import copy

from lxml.html import HtmlElement
from trafilatura.core import trafilatura_sequence
from trafilatura.settings import Extractor
from trafilatura.xml import xmltotxt

# it warns about pages on its own; here a page's fate is a value
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def whole_cascade(tree: HtmlElement, url: str | None) -> str:
    """What `bare_extraction(include_comments=False)` finds in this page.

    One line a block, "" where it finds nothing. The tree is left as it was.
    """
    return _run(tree, Extractor(output_format="python", comments=False, url=url), url)


def first_answer(tree: HtmlElement, url: str | None) -> str:
    """What `bare_extraction(include_comments=False, favor_precision=True, fast=True)` finds.

    The first of trafilatura's extractors alone, strict about what it keeps.
    """
    options = Extractor(output_format="python", comments=False, precision=True, fast=True, url=url)
    return _run(tree, options, url)


def _run(tree: HtmlElement, options: Extractor, url: str | None) -> str:
    body, text, _, _ = trafilatura_sequence(copy(tree), options, url)
    return xmltotxt(body, include_formatting=False) if text else ""
