"""The picture in README is what `newswell demo` shows, and needs nothing from anywhere."""

from __future__ import annotations

import re
from pathlib import Path

from tests.screen import PICTURE, demo_screen, picture, words

DRAWN = PICTURE.read_text(encoding="utf-8")


def test_the_picture_is_what_the_demo_shows(tmp_path: Path) -> None:
    shown = words(picture(demo_screen(tmp_path)))
    assert shown == words(DRAWN), "`python -m tests.screen` draws it anew"
    assert shown[:2] == ["newswell", "$ newswell demo"]  # the first is the title
    assert "Who repeats whom?" in shown
    assert shown[-1] == "3 rows"


def test_the_picture_needs_no_font_of_its_own_and_no_address() -> None:
    assert set(re.findall(r"https?://[^\"'\s)]+", DRAWN)) == {"http://www.w3.org/2000/svg"}
    assert "@font-face" not in DRAWN
    assert set(re.findall(r"url\((.)", DRAWN)) == {"#"}


def test_what_follows_signs_of_double_width_keeps_its_column() -> None:
    drawn = picture("ab│c\n東京│c\n")
    places = re.findall(r'x="([\d.]+)"[^>]*textLength="([\d.]+)"[^>]*>([^<]+)<', drawn)
    spans = {text: (float(x), float(length)) for x, length, text in places}
    assert spans["東京"][1] == 2 * spans["ab│c"][1] / 2
    assert spans["│c"][0] == sum(spans["東京"])
