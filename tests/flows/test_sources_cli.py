"""`newswell ingest` and `newswell sources` as a user meets them."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.settings import load_settings
from sources.newsroom.server import Newsroom, open_newsroom
from sources.opml import read_opml
from tests.invocation import Newswell

FETCH = "# mine\n[fetch]\nallow_private_networks = true\nper_host_delay = 0.0\nretries = 0\n"


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with open_newsroom(outlets=["gazette", "morgenbote"]) as opened:
        yield opened


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "newswell.toml"
    path.write_text(FETCH, encoding="utf-8")
    return path


def test_check_says_which_publisher_rule_applied_and_what_it_changed(
    newswell: Newswell, newsroom: Newsroom, config: Path
) -> None:
    newswell("sources", "add", newsroom.url("morgenbote"))
    checked = newswell("sources", "check")
    assert checked.code == 0
    assert "rule: morgenbote" in checked.out
    assert "rule changes: title" in checked.out
    assert "(rule:morgenbote)" in checked.out

    rules = config.parent / "rules"
    rules.mkdir()
    text = config.read_text(encoding="utf-8") + '[extract]\nrules = "rules"\n'
    config.write_text(text, encoding="utf-8")
    own = rules / "mine.toml"
    own.write_text('publisher = "Wiecker Morgenbote"\ndomains = ["x.example"]\ntitle = ["h7"]\n')
    checked = newswell("sources", "check")
    assert "rule: mine, which finds nothing for title" in checked.out
    assert "flags: rule-missed" in checked.out

    own.write_text('publisher = "Wiecker Morgenbote"\ndomain = ["x.example"]\n')
    for command in (["sources", "check"], ["ingest"], ["doctor"]):
        refused = newswell(*command)
        assert refused.code == 2
        assert f"{own}: " in refused.err
        assert "domain: no such key" in refused.err or "domains: Field required" in refused.err


def test_from_a_home_page_to_articles(newswell: Newswell, newsroom: Newsroom, config: Path) -> None:
    added = newswell("sources", "add", newsroom.url("gazette"))
    assert added.code == 0
    assert "newswell sources check" in added.out
    assert config.read_text(encoding="utf-8").startswith(FETCH)
    source = load_settings(config).sources[0]
    assert source.feeds[0].startswith(newsroom.url("gazette"))

    checked = newswell("sources", "check", source.id)
    assert checked.code == 0
    assert "title:" in checked.out
    assert "json-ld" in checked.out
    assert newswell("query", "SELECT 1").code == 3  # nothing was stored

    polled = newswell("ingest")
    assert polled.code == 0
    assert "stored" in polled.out
    again = newswell("--json", "ingest", "--all").json
    assert again["counts"]["discovered"] == 0
    listed = newswell("--json", "sources", "list").json["sources"]
    assert listed[0]["articles"] == 4
    assert listed[0]["due"]


def test_a_feed_that_is_there_already_is_not_added_twice(
    newswell: Newswell, newsroom: Newsroom, config: Path
) -> None:
    feed = newsroom.source("morgenbote").feeds[0]
    assert newswell("sources", "add", feed, "--id", "bote").code == 0
    twice = newswell("sources", "add", feed)
    assert twice.code == 2
    assert "already" in twice.err
    assert len(load_settings(config).sources) == 1


def test_sources_that_cannot_be_reached_say_why_in_words(
    newswell: Newswell, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo

    def offline(host: str, *arguments: Any, **named: Any) -> Any:
        if host.endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refusing = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        for url, says in (
            ("https://news.example/", "the name news.example has no address: Name or service"),
            (refusing, "unreachable: robots.txt: Connection refused"),
        ):
            added = newswell("sources", "add", url)
            assert added.code == 1
            assert added.err.startswith(f"newswell: {url}: ")
            assert says in added.err
            assert added.err.count("\n") == 1
            assert "Errno" not in added.err


def test_sources_that_list_nothing_are_told_from_those_that_are_not_due(
    newswell: Newswell, newsroom: Newsroom, config: Path
) -> None:
    none = newswell("sources", "list").out
    assert none == "No sources are configured yet; `newswell sources add URL` adds one.\n"
    config.write_text(FETCH + '[[sources]]\nid = "files"\n', encoding="utf-8")
    assert "it has no feeds, sitemaps or pages to ask" in newswell("sources", "check").out
    idle = newswell("ingest")
    assert idle.code == 0
    assert "None of the sources has feeds, sitemaps or pages to ask." in idle.out
    newswell("sources", "add", newsroom.url("gazette"))
    assert "4 stored" in newswell("ingest").out
    again = newswell("ingest")
    assert again.code == 0
    assert re.match(r"Nothing found in [\d.]+ s\. The next source is due at 2\d", again.out)


def test_opml_out_and_in(
    newswell: Newswell, newsroom: Newsroom, config: Path, tmp_path: Path
) -> None:
    for outlet in newsroom.outlets:
        newswell("sources", "add", newsroom.source(outlet).feeds[0])
    target = tmp_path / "all.opml"
    assert newswell("sources", "export", target).code == 0
    outlines = read_opml(target.read_bytes())
    assert outlines is not None
    assert len(outlines) == 2
    config.write_text(FETCH, encoding="utf-8")
    assert "Added 2 sources" in newswell("sources", "import", target).out
    assert "0 sources" in newswell("sources", "import", target).out
    assert len(load_settings(config).sources) == 2


def test_feeds_that_cannot_be_asked_are_named(newswell: Newswell, tmp_path: Path) -> None:
    listed = tmp_path / "some.opml"
    listed.write_text(
        '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/feed"/>'
        '<outline text="B" xmlUrl="ftp://b.example/feed"/><outline text="a folder"/></body></opml>'
    )
    told = newswell("sources", "import", listed)
    assert told.code == 1
    assert told.out.startswith("Added 1 sources")
    assert told.out.endswith("  left out: ftp://b.example/feed: no http(s) address\n")


def test_a_source_that_is_down_makes_exit_code_1_and_is_shown(
    newswell: Newswell, newsroom: Newsroom, config: Path
) -> None:
    newswell("sources", "add", newsroom.source("gazette").feeds[0], "--id", "gazette")
    newswell("sources", "add", newsroom.source("morgenbote").feeds[0], "--id", "bote")
    newsroom.take_down("morgenbote")
    polled = newswell("ingest")
    assert polled.code == 1
    assert "unreachable" in polled.out
    assert "Traceback" not in polled.err
    status = newswell("--json", "status").json["sources"]
    failing = {row["source"]: row["failing_since"] for row in status}
    assert failing["gazette"] is None
    assert failing["bote"] is not None


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ingest"], 2, "newswell sources add"),
        (["sources", "check"], 2, "newswell sources add"),
        (["sources", "import", "missing.opml"], 2, "missing.opml"),
        (["sources", "add", "ftp://127.0.0.1/"], 2, "ftp://127.0.0.1/: this is no address"),
        (["sources", "add", "http://[::1"], 2, "this is no address"),
        (["sources", "add", "127.0.0.1", "--id", "Two Words"], 2, "--id 'Two Words': use small"),
    ],
)
def test_mistakes_get_one_line(
    newswell: Newswell, config: Path, arguments: list[str], code: int, says: str
) -> None:
    done = newswell(*arguments)
    assert (done.code, done.err.count("\n")) == (code, 1)
    assert says in done.err


def test_an_unknown_source_is_named_with_the_known_ones(
    newswell: Newswell, newsroom: Newsroom, config: Path
) -> None:
    newswell("sources", "add", newsroom.source("gazette").feeds[0], "--id", "gazette")
    done = newswell("ingest", "gazete")
    assert done.code == 2
    assert "'gazete'; known: gazette" in done.err
