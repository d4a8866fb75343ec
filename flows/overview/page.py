"""The page itself: everything that it needs is in it, so that it opens anywhere."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from flows.difference import difference
from flows.overview.charts import charts
from warehouse.overview import Overview

_PARTS = ("page.css", "page.js")
_FRAMES = {
    "kept": Markup("{}"),
    "removed": Markup("<del>{}</del>"),
    "added": Markup("<ins>{}</ins>"),
}


def render_page(overview: Overview, now: datetime, name: str) -> str:
    """The report as one HTML document without any reference to be fetched; about 1 MB,
    nearly all of it the charting library.
    """
    environment = Environment(
        loader=PackageLoader("flows", "overview"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "minute": _minute, "link": _link}
    parts = {name: files("flows").joinpath("overview", name).read_text() for name in _PARTS}
    return environment.get_template("page.html").render(
        name=name,
        now=now,
        overview=overview,
        outlets=_outlets(overview),
        edits=[{**row, "difference": marked(row)} for row in overview.edits],
        charts=Markup(_embedded(charts(overview))),  # noqa: S704 - escaped for scripts
        style=Markup(parts["page.css"]),  # noqa: S704 - our own
        # our own and the charting library's
        script=Markup(_script(_bundled(parts["page.js"]))),  # noqa: S704 - no input
    )


@cache
def _bundled(script: str) -> str:
    """The script with the charting library, which takes two seconds to put together."""
    # it takes half a second to load, which no other command should pay
    from vl_convert import javascript_bundle  # noqa: PLC0415

    return str(javascript_bundle(script))


def marked(edit: dict[str, Any]) -> Markup:
    """What an edit changed, as HTML: removed words in <del>, added ones in <ins>."""
    parts = difference(edit["old_title"], edit["old_body"], edit["title"], edit["body"])
    return Markup(" ").join(_FRAMES[part.kind].format(part.text) for part in parts)


def _outlets(overview: Overview) -> dict[str, list[dict[str, Any]]]:
    """The articles of each story in the order of their publication."""
    found: dict[str, list[dict[str, Any]]] = {row["story_id"]: [] for row in overview.stories}
    for row in overview.story_articles:
        found[row["story_id"]].append(row)
    return found


def _embedded(value: object) -> str:
    """JSON that no text in it can end the script element of."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _script(code: str) -> str:
    """Code that does not end its own script element in one of its strings."""
    return code.replace("</script", "<\\/script")


def _day(moment: str | None) -> str:
    return moment[:10] if moment else "–"


def _minute(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else "–"


def _link(row: dict[str, Any], text: str | None) -> Markup:
    """The text, linked to the row's address if a browser should open that."""
    shown = text or row["url"]
    if not row["url"].startswith(("http://", "https://")):
        return escape(shown)
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(row["url"], shown)
