"""Paragraphs of a plain text."""

from __future__ import annotations

from extractors.text.paragraphs import join_torn, split_paragraphs


def test_empty_lines_line_ends_and_spaces() -> None:
    text = "\ufeff  One.\r\n\r\n\u00a0Two\u202fpoints :\u00a0here.\t \n\n\n\nThree\u200b.\u00ad\x00"
    assert split_paragraphs(text) == ("One.", "Two points : here.", "Three.")


def test_every_line_is_a_paragraph_where_none_is_wrapped() -> None:
    lines = (
        "The council met on Monday and voted on the trams, the buses and the ferry.",
        "The mayor was pleased.",
        "Work will start in spring, and should take about two years, said those who were asked.",
    )
    assert split_paragraphs("\n".join(lines)) == lines


WRAPPED = """The council met on Monday and voted on the trams, the buses
and the ferry, which had not been running since the storm in
the autumn of last year.
{gap}The mayor was pleased with the vote, and so were those who
live on the other side of the river, where there is no road
to the city.
{gap}Work will start in spring."""


def test_wrapped_lines_are_joined() -> None:
    for gap in ("\n", "    ", ""):
        paragraphs = split_paragraphs(WRAPPED.format(gap=gap))
        assert [paragraph.split()[0] for paragraph in paragraphs] == ["The", "The", "Work"]
        assert [paragraph.split()[-1] for paragraph in paragraphs] == ["year.", "city.", "spring."]


def test_a_headline_above_wrapped_text_stays_a_line() -> None:
    paragraphs = split_paragraphs("Council Votes On Trams\n" + WRAPPED.format(gap="\n"))
    assert paragraphs[0] == "Council Votes On Trams"
    assert len(paragraphs) == 4


def test_hyphens_at_the_line_end() -> None:
    text = (
        "The transport of the city is a matter for all, and the trans-\n"
        "port office is open on all days of the week but for the well-\n"
        "known holidays that the office has always kept to itself and\n"
        "its people."
    )
    assert "the transport office" in split_paragraphs(text)[0]
    assert "the well-known holidays" in split_paragraphs(text)[0]


def test_wrapped_japanese_is_joined_without_spaces() -> None:
    text = "\n".join(
        ["市議会は水曜日に路面電車の新しい計画を承認した工事は来年から始まる予"] * 4 + ["定だ。"]
    )
    assert " " not in "".join(split_paragraphs(text))
    assert len(split_paragraphs(text)) == 1


def test_torn_quotes_go_back() -> None:
    assert join_torn(['He called it "good.', '"', "She left."]) == (
        'He called it "good."',
        "She left.",
    )
    assert join_torn(["“We are ready,", "” the mayor said."]) == (
        "“We are ready,” the mayor said.",
    )
    assert join_torn(['"We are ready', '," she said.']) == ('"We are ready," she said.',)
    assert join_torn(["Er sagte „gut", "“."]) == ("Er sagte „gut“.",)


def test_quotes_that_open_a_paragraph_stay() -> None:
    kept = [
        "She spoke.",
        '"We are ready," she said.',
        "“We are ready,” he said.",
        "« Prêts », dit-il.",
    ]
    assert join_torn(kept) == tuple(kept)
    # a quotation of several paragraphs opens each and closes the last
    quoted = ["“We are ready.", "“We have always been,” she said."]
    assert join_torn(quoted) == tuple(quoted)
