"""Extraction beside plain trafilatura: quality by the collections' own scorer, and CPU time.

    python benchmarks/extraction.py [--sets fundus,aed] [--limit N]
        [--peers trafilatura,readability,newspaper4k,news-please] [--workers 2] [--json FILE]

The pages are found through NEWSWELL_BENCH (default ../shared/bench). Every page goes
through all extractors one after the other in one process, in an order that changes from
page to page, so that nobody profits from a warm cache; times are CPU time. `title*` is
the share of titles that are the collection's or a heading readers see. With --workers, all
pages then go through the pipeline's own pool of so many processes, and through plain
trafilatura in one process, in turns: pages a second by the clock.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from lxml import html

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from extractors.html import extract_html
from extractors.warm import warm_up, warm_up_cascade, warm_up_dates
from flows.garbage import collect_seldom
from flows.pool import extract_all, prepare_workers
from schemas.article import Article
from schemas.document import Document, Kind, digest, document_id
from schemas.settings import ExtractSettings

SETS = ("fundus", "aed", "aeb", "daniel", "htmldate_mediacloud", "wcxb_news")
SHOWN = ("F1", "P", "R", "title", "title*", "date", "author_F1", "language", "publisher", "empty")
Prediction = dict[str, Any]
#: (bytes of the page, the same as text, its address) to what was found.
Peer = Callable[[bytes, str, str], Prediction]


def bench() -> Path:
    """The folder of the collections."""
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "bench"
    return Path(os.environ.get("NEWSWELL_BENCH", default)) / "extraction"


def load_scorer(folder: Path) -> ModuleType:
    """The collections' `score.py`, read where it lies."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder / 'score.py'} cannot be read")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_document(content: bytes, url: str) -> Document:
    """A page of a collection as the pipeline would hand it over."""
    sha = digest(content)
    return Document(
        document_id=document_id(url, sha, None),
        url=url,
        requested_url=url,
        source_id="bench",
        kind=Kind.HTML,
        content=content,
        sha256=sha,
        seen_at=datetime.now(UTC),
        charset="utf-8",
    )


def newswell(content: bytes, _: str, url: str) -> Prediction:
    """This repository."""
    found = extract_html(as_document(content, url or "file:/bench/page.html"))
    if not isinstance(found, Article):
        return {"error": f"{found.reason}: {found.detail}"}
    return {
        "body": found.body,
        "title": found.title,
        "authors": list(found.authors),
        "date": found.published_on.isoformat() if found.published_on else None,
        "language": found.language,
        "publisher": found.publisher,
    }


def trafilatura_peer() -> Peer:
    """Plain trafilatura with metadata, as its documentation shows it."""
    import trafilatura  # noqa: PLC0415 - a peer is only loaded when asked for

    def run(_: bytes, text: str, url: str) -> Prediction:
        found: Any = trafilatura.bare_extraction(text, url=url or None, with_metadata=True)
        if found is None:
            return {"error": "none"}
        authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
        return {
            "body": found.text,
            "title": found.title,
            "authors": authors,
            "date": found.date,
            "language": found.language,
            "publisher": found.sitename,
        }

    return run


def readability_peer() -> Peer:
    """readability-lxml: body and title."""
    from readability import Document as Readable  # type: ignore[import-not-found]  # noqa: PLC0415 - a peer

    def run(_content: bytes, text: str, _url: str) -> Prediction:
        found = Readable(text)
        body = html.fromstring(found.summary()).text_content()
        return {"body": body, "title": found.short_title(), "authors": []}

    return run


def newspaper_peer() -> Peer:
    """newspaper4k, given the downloaded page."""
    import newspaper  # type: ignore[import-not-found]  # noqa: PLC0415 - a peer

    def run(_: bytes, text: str, url: str) -> Prediction:
        address = url or "https://example.org/"
        # it would fetch every image to see how large it is
        found = newspaper.article(address, input_html=text, fetch_images=False)
        day = found.publish_date
        return {
            "body": found.text,
            "title": found.title,
            "authors": list(found.authors),
            "date": day.date().isoformat() if isinstance(day, datetime) else None,
            "language": found.meta_lang,
            "publisher": found.meta_site_name,
        }

    return run


def newsplease_peer() -> Peer:
    """news-please, given the downloaded page: it asks newspaper4k, readability-lxml and others."""
    from newsplease import NewsPlease  # type: ignore[import-not-found]  # noqa: PLC0415 - a peer

    def run(_: bytes, text: str, url: str) -> Prediction:
        found = NewsPlease.from_html(text, url=url or "https://example.org/", fetch_images=False)
        return {
            "body": found.maintext,
            "title": found.title,
            "authors": list(found.authors),
            "date": found.date_publish.date().isoformat() if found.date_publish else None,
            "language": found.language,
        }

    return run


PEERS: dict[str, Callable[[], Peer]] = {
    "trafilatura": trafilatura_peer,
    "readability": readability_peer,
    "newspaper4k": newspaper_peer,
    "news-please": newsplease_peer,
}


def load_peers(names: list[str]) -> dict[str, Peer]:
    """The extractors to compare; a peer that is not installed is named and skipped."""
    peers: dict[str, Peer] = {"newswell": newswell}
    for name in names:
        try:
            peers[name] = PEERS[name]()
        except ImportError as error:
            print(f"{name}: skipped, not installed ({error.name})")
    return peers


def warm(peers: dict[str, Peer]) -> None:
    """Each extractor as it is after its first page."""
    # as workers are started (`flows.ready_for_many`)
    warm_up()
    warm_up_dates()
    warm_up_cascade()  # the peers' justext has the same
    collect_seldom()
    # a date in no language makes those who search for dates read all their tables
    first = (
        b"<html><body><p class='date'>17 Quillember 2025</p><article><p>"
        + b"A warm-up page in English. " * 40
        + b"</p></article></body></html>"
    )
    for extract in peers.values():
        extract(first, first.decode(), "https://example.org/warm")


def visible_headings(text: str) -> list[str]:
    """What stands in the page's h1 elements."""
    tree = html.document_fromstring(text.encode("utf-8"), html.HTMLParser(encoding="utf-8"))
    return [heading.text_content() for heading in tree.iter("h1")]


def run_set(
    name: str, folder: Path, peers: dict[str, Peer], scorer: ModuleType, limit: int
) -> dict[str, Any]:
    """Figures of one collection: {peer: {figure: value}}; CPU seconds a page under `times`."""
    truth = scorer.load(folder / name / "truth.jsonl")
    if limit:
        truth = dict(list(truth.items())[:limit])
    predictions: dict[str, dict[str, Prediction]] = {peer: {} for peer in peers}
    times: dict[str, list[float]] = {peer: [] for peer in peers}
    headings: dict[str, list[str]] = {}
    order = list(peers)
    for number, (page, wanted) in enumerate(truth.items()):
        content = gzip.decompress((folder / name / "pages" / f"{page}.html.gz").read_bytes())
        text = content.decode("utf-8", "replace")
        if wanted.get("title"):
            headings[page] = visible_headings(text)
        for peer in order[number % len(order) :] + order[: number % len(order)]:
            started = time.process_time()
            try:
                found = peers[peer](content, text, wanted.get("url") or "")
            except Exception as error:  # noqa: BLE001 - a peer may raise anything; it is counted
                found = {"error": repr(error)}
            times[peer].append(time.process_time() - started)
            predictions[peer][page] = {"id": page, **found}
    figures: dict[str, Any] = {}
    for peer, found_pages in predictions.items():
        result, _ = scorer.score(truth, found_pages)
        if headings:
            result["title*"] = statistics.mean(
                scorer.norm(found_pages[page].get("title"))
                in {scorer.norm(truth[page]["title"]), *map(scorer.norm, shown)}
                for page, shown in headings.items()
            )
        figures[peer] = result
    plain_empty = {
        page
        for page, found in predictions["newswell"].items()
        if not (found.get("body") or "").strip()
        and (predictions.get("trafilatura", {}).get(page, {}).get("body") or "").strip()
    }
    return {
        "figures": figures,
        "times": times,
        "lost": sorted(plain_empty),
        "predictions": predictions,
    }


def pages_a_second(folder: Path, names: list[str], limit: int, workers: int) -> dict[str, float]:
    """The pool's pages a second and plain trafilatura's, each the better of two rounds."""
    documents: list[Document] = []
    for name in names:
        lines = (folder / name / "truth.jsonl").read_text("utf-8").splitlines()
        for line in lines[: limit or None]:
            page = json.loads(line)
            packed = (folder / name / "pages" / f"{page['id']}.html.gz").read_bytes()
            url = page.get("url") or "file:/bench/page.html"
            documents.append(as_document(gzip.decompress(packed), url))
    plain = trafilatura_peer()
    settings = ExtractSettings(workers=workers, timeout=60)
    prepare_workers(many=True)
    list(extract_all(documents[: 4 * workers], settings))  # until they are there
    best = {"newswell": 0.0, "trafilatura": 0.0}
    for _ in range(2):
        started = time.monotonic()
        list(extract_all(documents, settings))
        took = time.monotonic() - started
        best["newswell"] = max(best["newswell"], len(documents) / took)
        started = time.monotonic()
        for one in documents:
            plain(one.content, one.content.decode("utf-8", "replace"), one.url)
        took = time.monotonic() - started
        best["trafilatura"] = max(best["trafilatura"], len(documents) / took)
    return best


def report(name: str, result: dict[str, Any], base: str) -> None:
    """Prints one collection's table."""
    print(f"\n{name}")
    for peer, figures in result["figures"].items():
        row = "  ".join(
            f"{key} {figures[key]:.4f}"
            if isinstance(figures[key], float)
            else f"{key} {figures[key]}"
            for key in SHOWN
            if key in figures and not (key in {"F1", "P", "R", "empty"} and "bodies" not in figures)
        )
        times = result["times"]
        line = f"  {peer:12} {row}  {1000 * statistics.mean(times[peer]):.1f} ms/page"
        if base in times and peer != base:
            mean = sum(times[base]) / sum(times[peer])
            median = statistics.median(a / b for a, b in zip(times[base], times[peer], strict=True))
            line += f"  {mean:.2f}x as fast as {base} (median page {median:.2f}x)"
        print(line)
    if result["lost"]:
        print(f"  lost, though {base} finds something: {', '.join(result['lost'])}")


def main() -> None:
    """Runs the sets asked for and prints their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--limit", type=int, default=0, help="pages a set; 0 for all")
    parser.add_argument("--peers", default="trafilatura")
    parser.add_argument("--workers", type=int, default=0, help="also measure so many processes")
    parser.add_argument("--json", type=Path, help="write figures here as well")
    asked = parser.parse_args()
    folder = bench()
    if not folder.is_dir():
        raise SystemExit(f"no benchmark data at {folder}: set NEWSWELL_BENCH")
    logging.disable(logging.CRITICAL)
    scorer = load_scorer(folder)
    peers = load_peers([name for name in asked.peers.split(",") if name])
    warm(peers)
    collected: dict[str, Any] = {}
    totals: dict[str, float] = dict.fromkeys(peers, 0.0)
    for name in asked.sets.split(","):
        result = run_set(name, folder, peers, scorer, asked.limit)
        report(name, result, "trafilatura")
        collected[name] = {"figures": result["figures"], "lost": result["lost"]}
        for peer in peers:
            totals[peer] += sum(result["times"][peer])
    if "trafilatura" in totals:
        print(
            f"\nall sets: {totals['trafilatura'] / totals['newswell']:.2f}x as fast as trafilatura"
        )
    if asked.workers:
        pace = pages_a_second(folder, asked.sets.split(","), asked.limit, asked.workers)
        collected["pages_a_second"] = pace
        print(
            f"{asked.workers} processes: {pace['newswell']:.0f} pages a second, plain trafilatura "
            f"in one {pace['trafilatura']:.0f}: {pace['newswell'] / pace['trafilatura']:.2f} times"
        )
    if asked.json:
        asked.json.write_text(json.dumps(collected, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
