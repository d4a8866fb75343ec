"""JSON-LD: read it however it is broken, and find the node that is the article.

Vocabulary: https://schema.org/Article and its kinds; https://json-ld.org for `@graph`
and references by `@id`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from extractors.html.words import bare, plain

Node = Mapping[str, Any]

#: Kinds of schema.org that are an article, best first where a page has several.
_ARTICLES = (
    "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle", "backgroundnewsarticle",
    "reviewnewsarticle", "askpublicnewsarticle", "newsarticle", "liveblogposting", "blogposting",
    "article", "advertisercontentarticle", "satiricalarticle", "report", "techarticle",
    "scholarlyarticle", "socialmediaposting", "review", "criticreview", "recipe", "interview",
)  # fmt: skip
#: Kinds that describe the page an article stands on: second best.
_PAGES = (
    "newsmediapage", "itempage", "webpage", "aboutpage", "creativework", "videoobject",
    "audioobject", "podcastepisode", "event", "product",
)  # fmt: skip
#: Where a node's own parts stand; lists of other articles are not among them.
_DESCEND = ("@graph", "mainEntity", "mainEntityOfPage")
_MAX_DEPTH = 8  # deeper nesting than @graph in a list in mainEntity is no page's own data
_MAX_NODES = 500  # a live blog with every entry listed has a few hundred

#: What XHTML wraps a script's text in, at its beginning or its end.
_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|"
    r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
#: One of them is in all that it finds; looking for its ends takes longer than reading the JSON.
_COMMENT_SIGNS = ("<!", "-->", "]]>")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r"([}\]])(\s*)(?=[{\[\"])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_INNER_QUOTE = re.compile(r'(?<![\s:,\[{\\])"(?!\s*[:,\]}]|\s*$)|(?<=\w )"(?=\w)')
_SALVAGE = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|articleSection|description|name|url|'
    r'articleBody|isAccessibleForFree)"\s*:\s*"((?:[^"\\]|\\.)*)"'
)


def read_blocks(blocks: Sequence[str]) -> list[Node]:
    """All nodes of the JSON-LD blocks that describe the page itself, in document order."""
    nodes: list[Node] = []
    for block in blocks:
        for value in _load(block):
            nodes.extend(_nodes(value, 0))
            if len(nodes) > _MAX_NODES:
                return nodes[:_MAX_NODES]
    return nodes


def _load(block: str) -> Iterator[Any]:
    """Every JSON value in a block, mended where it takes only a little."""
    text = block
    if any(sign in block for sign in _COMMENT_SIGNS):
        text = _COMMENT.sub("", _COMMENT.sub("", block))
    text = text.strip().strip("\ufeff;").strip()
    if not text:
        return
    for attempt in _mended(text):
        try:
            yield json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return
    if salvaged := _salvage(text):
        yield salvaged


def _mended(text: str) -> Iterator[str]:
    yield text
    if "&quot;" in text or "&#34;" in text:
        yield unescape(text)
    text = _TRAILING_COMMA.sub(r"\1", text)
    yield text
    text = _BAD_ESCAPE.sub(r"\\\\", text)
    yield text
    yield "[" + _MISSING_COMMA.sub(r"\1,\2", text) + "]"
    yield _INNER_QUOTE.sub(r"\\\"", text)


def _salvage(text: str) -> dict[str, Any]:
    """The plain string properties of a block that no parser reads; first mention wins."""
    found: dict[str, Any] = {}
    for match in _SALVAGE.finditer(text):
        found.setdefault(match[1], match[2].replace('\\"', '"').replace("\\/", "/"))
    if "headline" not in found:
        return {}
    kind = re.search(r'"@type"\s*:\s*\[?\s*"(\w*(?:Article|Posting))"', text)
    author = re.search(r'"author"\s*:\s*[\[{][^\]}]{0,300}?"name"\s*:\s*"([^"\\]{1,120})"', text)
    if author:
        found["author"] = author[1]
    found.pop("name", None)
    return {"@type": kind[1] if kind else "NewsArticle", **found}


def _nodes(value: Any, depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in _DESCEND:
            if isinstance(value.get(key), dict | list):
                yield from _nodes(value[key], depth + 1)


def kinds(node: Node) -> tuple[str, ...]:
    """The lower-case type names of a node, without namespace."""
    value = node.get("@type") or node.get("type")
    names = value if isinstance(value, list) else [value]
    return tuple(
        re.split(r"[/#:]", name)[-1].lower() for name in names if isinstance(name, str) and name
    )


def is_article(node: Node) -> bool:
    """Whether a node is of one of schema.org's article kinds."""
    return any(kind in _ARTICLES for kind in kinds(node))


def article_node(nodes: Sequence[Node], address: str, titles: Sequence[str]) -> Node:
    """The node that is this page's article; an empty one where there is none.

    Among several: the one whose address is the page's, then the one whose headline the
    page shows (`titles`), then the first; an article before a page.
    """
    shown = {bare(title) for title in titles if title}
    best: tuple[int, int] | None = None
    chosen: Node = {}
    for position, node in enumerate(nodes):
        names = kinds(node)
        article = any(name in _ARTICLES for name in names)
        if not article and not any(name in _PAGES for name in names):
            continue
        weight = 100 if article else 0
        if address and _path(address) in {_path(found) for found in addresses(node)}:
            weight += 20
        if bare(plain(node.get("headline") or node.get("name"))) in shown:
            weight += 30
        weight += 5 * ("datePublished" in node) + 3 * ("headline" in node) + 3 * ("author" in node)
        if best is None or (weight, -position) > best:
            best, chosen = (weight, -position), node
    return chosen


def _path(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|[?#].*$|/$", "", address.strip())


def addresses(node: Node) -> list[str]:
    """What a node gives as its own address, most reliable first."""
    found: list[str] = []
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and value.strip().startswith("http"):
            found.append(value.strip())
    return found


def resolve(value: Any, nodes: Sequence[Node]) -> list[Any]:
    """A property as a flat list, references by `@id` replaced with what they refer to."""
    values = value if isinstance(value, list) else [value]
    found: list[Any] = []
    for item in values[:50]:  # a byline of more than fifty is a list of something else
        if isinstance(item, list):
            found.extend(resolve(item, nodes))
        elif isinstance(item, dict) and "@id" in item and not item.get("name"):
            found.append(
                next((n for n in nodes if n.get("@id") == item["@id"] and n.get("name")), item)
            )
        elif item is not None:
            found.append(item)
    return found
