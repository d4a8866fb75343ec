"""The pure parts of the fetcher: waiting, doubting, moving, pacing, unpacking."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fetching import FetchSettings, Validators
from schemas.rejection import Reason
from sources.fetch.backoff import backoff, http_date, retry_after
from sources.fetch.body import BodyError, Decoder, unpack
from sources.fetch.conditional import conditional_headers, remember
from sources.fetch.head import parse_content_type
from sources.fetch.lanes import host_of
from sources.fetch.outcome import Exchange, Fetched, NotModified, Purpose, Redirect
from sources.fetch.pacing import Pace, after_answer, after_trouble, delay_of
from sources.fetch.redirects import believed_target, remember_move, target_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = 86_400.0
URL = "https://example.org/feed"


def fetched(
    sha256: str = "a" * 64,
    *,
    at: datetime = NOW,
    redirects: tuple[Redirect, ...] = (),
    **headers: str,
) -> Fetched:
    return Fetched(
        url=URL,
        final_url=URL,
        purpose=Purpose.FEED,
        status=200,
        redirects=redirects,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        content=b"",
        sha256=sha256,
        content_type=None,
        charset=None,
        started_at=at,
        ended_at=at,
        exchange=Exchange(
            url=URL,
            request_head=b"",
            response_head=b"",
            body=b"",
            ip=None,
            http_version="HTTP/1.1",
            started_at=at,
        ),
        wire_bytes=0,
    )


def not_modified(by: str, at: datetime = NOW) -> NotModified:
    return NotModified(
        url=URL, final_url=URL, redirects=(), headers=(), by=by, started_at=at, ended_at=at
    )


# conditional requests


def test_validators_are_sent_until_a_whole_look_is_due() -> None:
    known = remember(None, fetched(etag='W/"7"', last_modified="Sun, 01 Mar 2026 10:00:00 GMT"))
    soon, later = NOW + timedelta(hours=23), NOW + timedelta(hours=24)
    assert dict(conditional_headers(known, soon, DAY)) == {
        "If-None-Match": 'W/"7"',
        "If-Modified-Since": "Sun, 01 Mar 2026 10:00:00 GMT",
    }
    assert conditional_headers(known, later, DAY) == ()
    assert conditional_headers(None, NOW, DAY) == ()


def test_a_304_is_counted_but_does_not_put_the_whole_look_off() -> None:
    known = remember(None, fetched(etag='"7"'))
    later = remember(known, not_modified("status", NOW + timedelta(hours=5)))
    assert (later.unchanged, later.looked_at) == (1, NOW)
    seen = remember(later, not_modified("body", NOW + timedelta(hours=6)))
    assert (seen.unchanged, seen.looked_at) == (2, NOW + timedelta(hours=6))


def test_a_server_whose_validators_do_not_change_with_the_body_is_distrusted() -> None:
    known = remember(None, fetched("a" * 64, etag='"7"'))
    liar = remember(known, fetched("b" * 64, etag='"7"'))
    assert liar.distrusted
    assert conditional_headers(liar, NOW, DAY) == ()
    honest = remember(liar, fetched("c" * 64, etag='"8"'))
    assert not honest.distrusted
    assert conditional_headers(honest, NOW, DAY) == (("If-None-Match", '"8"'),)


@pytest.mark.parametrize(
    "headers",
    [
        {"etag": '"7"', "cache_control": "no-store"},
        {"etag": '"7"', "expires": "0"},
        {"etag": "x" * 5000},
        {"etag": "a\x00b"},
    ],
)
def test_validators_that_mean_nothing_are_not_kept(headers: dict[str, str]) -> None:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    assert remember(None, fetched().model_copy(update={"headers": named})).etag is None


# waiting


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", None),
        ("317100", 86_400),
        ("9" * 400, 86_400),
        ("Sun, 01 Mar 2026 12:05:00 GMT", 300),
        ("Sunday, 01-Mar-26 12:05:00 GMT", 300),
        ("Sun, 01 Mar 2026 11:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_as_seconds_or_date(value: str | None, seconds: int | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert retry_after(value, NOW, DAY) == expected


@given(st.text(max_size=60))
def test_any_retry_after_is_survived(value: str) -> None:
    found = retry_after(value, NOW, DAY)
    assert found is None or NOW < found <= NOW + timedelta(seconds=DAY)
    http_date(value)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_grow_up_to_a_limit(attempt: int, chance: float) -> None:
    assert 1.0 <= backoff(attempt, 0.0) <= backoff(attempt, chance) <= 30.0
    assert backoff(attempt, 0.0) <= backoff(attempt + 1, 0.0)


# redirects


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b?x=1#y", "https://example.org/b?x=1"),
        ("//other.example/c", "https://other.example/c"),
        (" http://other.example ", "http://other.example"),
        ("http://u:p@other.example/", "http://other.example/"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://host:99999/", None),
        ("http://[::1", None),
        ("/" + "a" * 9000, None),
        ("", None),
        (None, None),
    ],
)
def test_where_a_redirect_leads(location: str | None, target: str | None) -> None:
    assert target_of(URL, location) == target


@given(st.text(max_size=80))
def test_any_location_is_survived(location: str) -> None:
    target = target_of(URL, location)
    assert target is None or target.startswith(("http://", "https://"))


def hop(status: int, target: str) -> Redirect:
    return Redirect(url=URL, status=status, target=target)


def test_a_permanent_redirect_is_believed_after_several_answers_and_a_day() -> None:
    moved = None
    for hours in (0, 1, 2):
        at = NOW + timedelta(hours=hours)
        moved = remember_move(moved, fetched(at=at, redirects=(hop(301, "https://b.example/"),)))
    assert believed_target(moved, NOW + timedelta(hours=3)) is None
    assert believed_target(moved, NOW + timedelta(hours=24)) == "https://b.example/"
    elsewhere = remember_move(moved, fetched(redirects=(hop(308, "https://c.example/"),)))
    assert elsewhere is not None
    assert elsewhere.count == 1
    assert remember_move(moved, fetched()) is None


def test_a_temporary_redirect_is_never_remembered() -> None:
    temporary = (hop(302, "https://b.example/"), hop(301, "https://c.example/"))
    assert remember_move(None, fetched(redirects=temporary)) is None
    mixed = (hop(301, "https://b.example/"), hop(307, "https://c.example/"))
    moved = remember_move(None, fetched(redirects=mixed))
    assert moved is not None
    assert moved.target == "https://b.example/"


# pacing


SETTINGS = FetchSettings()


def test_the_longest_wish_decides_the_delay() -> None:
    assert delay_of(Pace(), None, SETTINGS) == 1.0
    assert delay_of(Pace(), 7.0, SETTINGS) == 7.0
    assert delay_of(Pace(), 1e9, SETTINGS) == SETTINGS.crawl_delay_cap
    assert delay_of(Pace(answer_time=6.0), None, SETTINGS) == 3.0
    assert delay_of(Pace(), None, SETTINGS.model_copy(update={"per_host_delay": 0.0})) == 0.0


@given(st.lists(st.sampled_from(["good", "useless", *Reason])), st.floats(0, 60))
def test_trouble_never_speeds_up(events: list[str | Reason], delay: float) -> None:
    settings = FetchSettings(per_host_delay=delay)
    pace = Pace()
    for event in events:
        before = delay_of(pace, None, settings)
        if isinstance(event, Reason):
            pace = after_trouble(pace, event, "", 0.0, settings)
            assert delay_of(pace, None, settings) >= before
        elif event == "useless":
            pace = after_answer(pace, 0.001, good=False)
            assert delay_of(pace, None, settings) >= before
        else:
            pace = after_answer(pace, 0.001, good=True)
        assert delay <= delay_of(pace, None, settings) <= max(30.0, delay)


def test_a_host_is_down_after_failures_in_a_row_only() -> None:
    pace = Pace()
    for reason in (Reason.TOO_SLOW, Reason.DNS_FAILURE, Reason.SERVER_ERROR, Reason.TOO_SLOW):
        pace = after_trouble(pace, reason, "", 100.0, SETTINGS)
    assert pace.blocked_until == 0.0
    for _ in range(2):
        pace = after_trouble(pace, Reason.TOO_SLOW, "late", 100.0, SETTINGS)
    assert (pace.blocked_until, pace.reason) == (700.0, Reason.TOO_SLOW)


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        ("https://Example.org/a", "example.org"),
        ("http://example.org:80/", "example.org"),
        ("https://example.org.:443/", "example.org"),
        ("http://example.org:8080/", "example.org:8080"),
    ],
)
def test_a_lane_is_a_host(url: str, lane: str) -> None:
    assert host_of(url) == lane


# bodies


@given(st.binary(max_size=3000), st.integers(1, 400), st.sampled_from(["gzip", "deflate"]))
def test_any_cut_into_pieces_gives_the_same_content(content: bytes, size: int, coding: str) -> None:
    packed = gzip.compress(content) if coding == "gzip" else zlib.compress(content)
    decoder = Decoder(coding, 10_000)
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert b"".join(map(decoder.feed, pieces)) == content
    decoder.finish()


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "identity"]))
def test_damaged_bodies_raise_nothing_but_a_reason(body: bytes, coding: str) -> None:
    decoder = Decoder(coding, 100)
    try:
        assert len(decoder.feed(body)) <= 100
        decoder.finish()
    except BodyError as error:
        reason = error.reason
    else:
        return
    assert reason in {Reason.BAD_GZIP, Reason.CUT_OFF, Reason.TOO_LARGE, Reason.BOMB}


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 1_000_000])
def test_content_of_any_size_around_a_step_comes_whole(size: int) -> None:
    content = b"ab" * (size // 2) + b"c" * (size % 2)
    assert unpack(gzip.compress(content), size) == content
    with pytest.raises(BodyError):
        unpack(gzip.compress(content), size - 1)


def test_a_million_empty_members_are_no_content() -> None:
    with pytest.raises(BodyError, match="members"):
        unpack(gzip.compress(b"") * 20_000, 1000)


def test_what_is_no_gzip_file_is_left_as_it_is() -> None:
    assert unpack(b"<urlset/>", 5) == b"<urlset/>"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Text/HTML; Charset='UTF-8'", ("text/html", "utf-8")),
        ("text/html", ("text/html", None)),
        ("text/html; charset", ("text/html", None)),
        ("; charset=koi8-r", (None, "koi8-r")),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_content_types(value: str | None, expected: tuple[str | None, str | None]) -> None:
    assert parse_content_type(value) == expected


@given(st.text(max_size=60))
def test_any_content_type_is_survived(value: str) -> None:
    parse_content_type(value)


def test_unknown_validators_are_the_default() -> None:
    assert conditional_headers(Validators(etag='"7"'), NOW, DAY) == ()
