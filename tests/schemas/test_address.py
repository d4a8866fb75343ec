from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.address import article_id, canonical_url, is_home, same_site

SAME = [
    ("HTTP://News.Example:80/a", "http://news.example/a"),
    ("https://news.example:443/a#comments", "https://news.example/a"),
    ("https://news.example/a?utm_source=feed&utm_medium=rss", "https://news.example/a"),
    ("https://news.example/a?id=7&fbclid=abc", "https://news.example/a?id=7"),
    ("https://news.example/a?b=2&a=1", "https://news.example/a?a=1&b=2"),
    ("https://news.example/%7Eanna/caf%c3%a9", "https://news.example/~anna/café"),
    ("https://news.example/a/./b/../c", "https://news.example/a/c"),
    ("https://news.example", "https://news.example/"),
    ("https://news.example/a/amp/", "https://news.example/a/"),
    ("https://news.example/amp/a", "https://news.example/a"),
    ("https://news.example/a.amp.html", "https://news.example/a.html"),
    ("https://news.example/a?amp", "https://news.example/a"),
    ("https://news.example/a?outputType=amp", "https://news.example/a"),
    ("https://news-example.cdn.ampproject.org/c/s/news.example/a", "https://news.example/a"),
    ("https://m.news.example/a", "https://news.example/a"),
    ("https://de.m.news.example/a", "https://de.news.example/a"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://news.example/a;jsessionid=5A", "https://news.example/a"),
]
DIFFERENT = [
    ("https://news.example/a", "https://news.example/b"),
    ("https://news.example/a?id=1", "https://news.example/a?id=2"),
    ("https://news.example/a?cid=1", "https://news.example/a"),
    ("https://one.example/a", "https://other.example/a"),
    ("https://news.example/A", "https://news.example/a"),
    ("https://news.example/a%2Fb", "https://news.example/a/b"),
    ("https://news.example/camp/a", "https://news.example/a"),
    ("https://news.example/amp", "https://news.example/"),
    ("https://news.example:8080/a", "https://news.example/a"),
    ("file:/data/a.txt", "file:/data/b.txt"),
]


@pytest.mark.parametrize(("variant", "plain"), SAME)
def test_variants_share_a_canonical_address(variant: str, plain: str) -> None:
    assert canonical_url(variant) == canonical_url(plain)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_pages_stay_apart(one: str, other: str) -> None:
    assert article_id(canonical_url(one)) != article_id(canonical_url(other))


def test_identity_ignores_scheme_www_and_last_slash() -> None:
    spellings = ["http://www.news.example/a/", "https://news.example/a", "http://m.news.example/a"]
    assert len({article_id(canonical_url(url)) for url in spellings}) == 1


@given(st.text())
def test_any_text_is_survived_and_settled_at_once(text: str) -> None:
    once = canonical_url(text)
    assert canonical_url(once) == once


_SEGMENT = st.text("aZ09é%./amp~;:@&= ", max_size=12)


@given(
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(["m.", "amp.", "www.", ""]),
    st.lists(_SEGMENT, max_size=5),
    st.lists(st.tuples(_SEGMENT, _SEGMENT), max_size=4),
    st.sampled_from(["", "#x", "#!/y"]),
)
def test_canonical_form_is_a_fixed_point(
    scheme: str, label: str, segments: list[str], query: list[tuple[str, str]], fragment: str
) -> None:
    url = f"{scheme}://{label}news.example/{'/'.join(segments)}"
    url += "?" + "&".join(f"{key}={value}" for key, value in query) + fragment
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert article_id(once) == article_id(canonical_url(once))


def test_sites_are_registrable_domains() -> None:
    assert same_site("https://a.paper.co.uk/x", "https://www.paper.co.uk/")
    assert not same_site("https://one.co.uk/x", "https://other.co.uk/")
    assert same_site("http://127.0.0.1:81/", "http://127.0.0.1:82/")
    assert not same_site("", "")
    assert is_home("https://www.paper.co.uk")
    assert not is_home("https://www.paper.co.uk/?p=12")
