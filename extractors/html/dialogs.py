"""Windows that open over a page: what an outlet earns, how it works, how to log in."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

#: Of the page's text a dialog has less: what has more is a page that is shown in one.
_MOST = 1 / 6
_MODAL = re.compile(r"(?:^|[\s_-])[Mm]odal(?![a-z])|[a-z]Modal(?![a-z])")
_ROLES = frozenset({"alertdialog", "dialog"})


def close_dialogs(tree: HtmlElement, markup: str) -> HtmlElement:
    """The tree without them, told by their names, their role (WAI-ARIA 1.2) or that they are modal.

    `markup` is what the tree was made of; most pages have none. The tree is changed.
    """
    if "odal" not in markup and "dialog" not in markup:
        return tree
    found = [element for element in tree.iter("div", "section") if _is_dialog(element)]
    if not found:
        return tree
    length = len(tree.text_content())
    for element in found:
        if len(element.text_content()) < _MOST * length and element.getparent() is not None:
            element.drop_tree()
    return tree


def _is_dialog(element: HtmlElement) -> bool:
    names, identifier = element.get("class"), element.get("id")
    return (
        element.get("role") in _ROLES
        or element.get("aria-modal") == "true"
        or bool((names or identifier) and _is_modal(names or "", identifier or ""))
    )


@lru_cache(maxsize=8192)
def _is_modal(names: str, identifier: str) -> bool:
    return bool(_MODAL.search(names) or _MODAL.search(identifier))
