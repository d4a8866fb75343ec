"""The outlet that misbehaves: each misdeed seen by a client that knows no better."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import lxml.etree
import pytest

from sources.newsroom.mishaps.bombs import gzip_bomb
from sources.newsroom.mishaps.misdeed import Bounds
from sources.newsroom.mishaps.table import MISDEEDS, MISHAP, find_misdeed
from sources.newsroom.server import Newsroom, open_newsroom

#: Everything that takes long or grows, made short and small.
BOUNDS = Bounds(drip_seconds=0.02, most_seconds=1.5, large_bytes=3_000_000, bomb_bytes=1 << 26)


@pytest.fixture(name="newsroom", scope="module")
def _newsroom() -> Iterator[Newsroom]:
    with open_newsroom(outlets=[MISHAP, "gazette"], bounds=BOUNDS) as newsroom:
        yield newsroom


@pytest.fixture(name="client")
def _client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=5) as client:
        yield client


def fetch(client: httpx.Client, newsroom: Newsroom, path: str) -> httpx.Response:
    return client.get(newsroom.url(MISHAP, path))


def test_paths_are_unique_and_each_misdeed_has_one_way_to_happen() -> None:
    assert len({one.path for one in MISDEEDS}) == len(MISDEEDS)
    assert all((one.act is None) != (one.answer is None) for one in MISDEEDS)
    assert all(find_misdeed(one.path) is one for one in MISDEEDS)


#: What a client trips over even if it only looks: its own errors are tested below.
TRIPS = {"/gzip/bad", "/gzip/in-name-only", "/redirect/script"}


@pytest.mark.parametrize(
    "path", [one.path for one in MISDEEDS if one.answer and one.path not in TRIPS]
)
def test_an_answer_is_sound_http_and_noted(
    newsroom: Newsroom, client: httpx.Client, path: str
) -> None:
    reply = fetch(client, newsroom, path)
    assert newsroom.asked(MISHAP, path)[-1].status == reply.status_code


def test_statuses(newsroom: Newsroom, client: httpx.Client) -> None:
    for misdeed in MISDEEDS:
        if misdeed.path.startswith("/status/"):
            code = int(misdeed.path.removeprefix("/status/"))
            assert fetch(client, newsroom, misdeed.path).status_code == code


def test_retry_after_in_seconds_as_a_date_for_days_and_in_words(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    said = {
        path: fetch(client, newsroom, f"/busy/{path}").headers["retry-after"]
        for path in ("seconds", "limited", "for-good", "nonsense", "date")
    }
    date = parsedate_to_datetime(said.pop("date"))
    assert 0 <= (date - datetime.now(UTC)).total_seconds() <= 3
    assert said == {
        "seconds": "2",
        "limited": "2",
        "for-good": "317100",
        "nonsense": "at low tide",
    }


def test_busy_once_is_busy_once(newsroom: Newsroom, client: httpx.Client) -> None:
    with open_newsroom(outlets=[MISHAP]) as fresh:
        codes = [fetch(client, fresh, "/busy/once").status_code for _ in range(3)]
    assert codes == [503, 200, 200]


@pytest.mark.parametrize("path", ["/redirect/loop", "/redirect/endless"])
def test_redirects_that_never_arrive(newsroom: Newsroom, path: str) -> None:
    with (
        httpx.Client(trust_env=False, follow_redirects=True, max_redirects=6) as client,
        pytest.raises(httpx.TooManyRedirects),
    ):
        fetch(client, newsroom, path)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/redirect/metadata", "http://169.254.169.254/latest/meta-data/"),
        ("/redirect/private", "http://10.0.0.1/admin"),
        ("/redirect/file", "file:///etc/passwd"),
        ("/redirect/nowhere", None),
    ],
)
def test_redirects_to_where_nobody_should_go(
    newsroom: Newsroom, client: httpx.Client, path: str, location: str | None
) -> None:
    reply = fetch(client, newsroom, path)
    assert reply.status_code == 302
    assert reply.headers.get("location") == location


def test_a_redirect_to_a_script_trips_httpx_even_where_it_does_not_follow(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    with pytest.raises(httpx.InvalidURL):
        fetch(client, newsroom, "/redirect/script")
    assert newsroom.asked(MISHAP, "/redirect/script")[-1].status == 302


def test_redirects_that_arrive(newsroom: Newsroom) -> None:
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        permanent = fetch(client, newsroom, "/redirect/permanent")
        temporary = fetch(client, newsroom, "/redirect/temporary")
    assert [one.status_code for one in permanent.history + temporary.history] == [301, 302]
    assert permanent.text == temporary.text


@pytest.mark.parametrize("path", ["/redirect/refused", "/redirect/tls"])
def test_redirects_to_hosts_that_do_not_answer(newsroom: Newsroom, path: str) -> None:
    with (
        httpx.Client(trust_env=False, follow_redirects=True) as client,
        pytest.raises(httpx.ConnectError),
    ):
        fetch(client, newsroom, path)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/slow/drip", httpx.RemoteProtocolError),
        ("/slow/head", httpx.RemoteProtocolError),
        ("/slow/silence", httpx.RemoteProtocolError),
        ("/feeds/drip.xml", httpx.RemoteProtocolError),
        ("/cut/length", httpx.RemoteProtocolError),
        ("/cut/chunked", httpx.RemoteProtocolError),
        ("/cut/reset", httpx.ReadError),
        ("/cut/at-once", httpx.ReadError),
        ("/headers/huge", httpx.RemoteProtocolError),
        ("/headers/many", httpx.RemoteProtocolError),
        ("/headers/not-http", httpx.RemoteProtocolError),
        ("/gzip/bad", httpx.DecodingError),
        ("/gzip/in-name-only", httpx.DecodingError),
    ],
)
def test_replies_that_break_the_protocol(
    newsroom: Newsroom, client: httpx.Client, path: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        fetch(client, newsroom, path)


def test_a_drip_comes_byte_by_byte(newsroom: Newsroom, client: httpx.Client) -> None:
    with client.stream("GET", newsroom.url(MISHAP, "/slow/drip")) as reply:
        pieces = reply.iter_raw()
        assert [len(next(pieces)) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("path", ["/large/said", "/large/unsaid"])
def test_large_pages_are_large(newsroom: Newsroom, client: httpx.Client, path: str) -> None:
    reply = fetch(client, newsroom, path)
    assert len(reply.content) == BOUNDS.large_bytes
    assert ("content-length" in reply.headers) == (path == "/large/said")


@pytest.mark.parametrize("path", ["/bomb/page", "/bomb/nested", "/feeds/bomb.xml"])
def test_bombs_grow_a_thousandfold(newsroom: Newsroom, client: httpx.Client, path: str) -> None:
    with client.stream("GET", newsroom.url(MISHAP, path)) as reply:
        grown = sum(len(piece) for piece in reply.iter_bytes())
        assert grown == BOUNDS.bomb_bytes
        assert reply.num_bytes_downloaded * 1000 < grown


def test_a_bomb_is_sound_gzip_and_cheap_to_make() -> None:
    packed = b"".join(gzip_bomb(1 << 25))
    assert len(gzip.decompress(packed)) == 1 << 25
    assert len(packed) * 1000 < 1 << 25


def test_a_bomb_as_a_file_is_not_unpacked_by_the_client(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    reply = fetch(client, newsroom, "/sitemaps/bomb.xml.gz")
    assert len(reply.content) < 100_000
    unpacker = zlib.decompressobj(wbits=31)
    assert len(unpacker.decompress(reply.content, 1_000_000)) == 1_000_000


def test_contents(newsroom: Newsroom, client: httpx.Client) -> None:
    assert fetch(client, newsroom, "/page/empty").content == b""
    assert b"\x00" in fetch(client, newsroom, "/page/binary").content
    with pytest.raises(UnicodeDecodeError):
        fetch(client, newsroom, "/page/undecodable").content.decode("utf-8")
    assert fetch(client, newsroom, "/page/deep").text.count("<div>") == 20_000
    assert len(fetch(client, newsroom, "/page/attributes").content) > 1_000_000
    assert "content-type" not in fetch(client, newsroom, "/type/none").headers
    assert fetch(client, newsroom, "/type/pdf").headers["content-type"] == "application/pdf"
    assert fetch(client, newsroom, "/gzip/unsaid").content.startswith(b"\x1f\x8b")
    half = fetch(client, newsroom, "/gzip/cut").text
    assert "<h1>" in half
    assert "</html>" not in half


def test_cookies_are_set_and_seen_to_come_back(newsroom: Newsroom, client: httpx.Client) -> None:
    assert len(fetch(client, newsroom, "/cookies").headers.get_list("set-cookie")) == 2
    fetch(client, newsroom, "/cookies")
    first, second = newsroom.asked(MISHAP, "/cookies")[-2:]
    assert first.header("cookie") is None
    assert second.header("cookie") == "visitor=1; known=yes"


def test_a_server_that_lies_with_304(newsroom: Newsroom, client: httpx.Client) -> None:
    url = newsroom.url(MISHAP, "/feeds/always-304.xml")
    before = client.get(url)
    newsroom.advance()
    conditional = client.get(url, headers={"If-None-Match": before.headers["etag"]})
    assert conditional.status_code == 304
    assert client.get(url).content != before.content
    assert fetch(client, newsroom, "/feeds/unasked-304.xml").status_code == 304


def test_a_feed_without_validators_and_one_with_new_ones_each_time(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    bare = fetch(client, newsroom, "/feeds/no-validators.xml").headers
    assert not {"etag", "last-modified", "cache-control", "expires"} & set(bare)
    tags = {fetch(client, newsroom, "/feeds/restless.xml").headers["etag"] for _ in range(3)}
    assert len(tags) == 3


@pytest.mark.parametrize("path", ["/feeds/malformed.xml", "/sitemaps/broken.xml"])
def test_broken_xml_is_broken_and_has_something_to_salvage(
    newsroom: Newsroom, client: httpx.Client, path: str
) -> None:
    content = fetch(client, newsroom, path).content
    with pytest.raises(lxml.etree.XMLSyntaxError):
        lxml.etree.fromstring(content)
    assert b"/page/ordinary" in content


def test_the_entity_bomb_is_refused_by_a_careful_parser(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    content = fetch(client, newsroom, "/feeds/entity-bomb.xml").content
    assert len(content) < 2000
    with pytest.raises(lxml.etree.XMLSyntaxError, match=r"(?i)amplification|reference loop"):
        lxml.etree.fromstring(content)


def test_feeds_list_every_page_and_the_quick_one_none_that_is_slow(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    pages = [one for one in MISDEEDS if one.kind == "page"]
    every = fetch(client, newsroom, "/feeds/rss.xml").text
    quick = fetch(client, newsroom, "/feeds/quick.xml").text
    for one in pages:
        link = f"<link>{newsroom.url(MISHAP, one.path)}</link>"
        assert link in every
        assert (link in quick) == (not one.slow)
    assert newsroom.source(MISHAP).feeds == (newsroom.url(MISHAP, "/feeds/quick.xml"),)


def test_any_outlet_can_be_spoilt(client: httpx.Client) -> None:
    with open_newsroom(outlets=["gazette", "courier"], bounds=BOUNDS) as newsroom:
        newsroom.spoil("gazette", "/cut/length")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(newsroom.url("gazette"))
        assert client.get(newsroom.url("courier")).status_code == 200
        with pytest.raises(KeyError):
            newsroom.spoil("gazette", "/no/such/misdeed")


def test_the_newsroom_closes_while_a_client_is_being_dripped_on() -> None:
    with (
        httpx.Client(trust_env=False) as client,
        open_newsroom(outlets=[MISHAP], bounds=Bounds(drip_seconds=30)) as newsroom,
        client.stream("GET", newsroom.url(MISHAP, "/slow/drip")) as reply,
    ):
        pieces = reply.iter_raw()
        assert len(next(pieces)) == 1
        assert newsroom.requests[0].ended is None
        assert newsroom.requests[0].status == 200
        newsroom.close()
        with pytest.raises(httpx.RemoteProtocolError):
            next(pieces)
