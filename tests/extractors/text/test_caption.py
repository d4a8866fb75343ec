"""Captions, with and without labels, and first paragraphs that are none."""

from __future__ import annotations

import pytest

from extractors.text.caption import is_credit, read_caption

LEAD = "The city council approved on Tuesday a new plan for the trams of Riga, officials said."


@pytest.mark.parametrize(
    ("paragraph", "label"),
    [
        (
            "Photo/IllutrationThe mayor of Riga opens a tram line on May 3. (Pool)",
            "Photo/Illutration",
        ),
        ("Photo/Illustration The mayor opens it.", "Photo/Illustration"),
        ("Photo: The mayor opens a tram line", "Photo:"),
        ("PHOTO The mayor opens a tram line. (AFP)", "PHOTO"),
        ("Image: The mayor (centre) in Riga", "Image:"),
        ("File photo: the mayor", "File photo:"),
        ("FILE PHOTO: The mayor speaks, May 3, 2018. REUTERS/Ana Ruiz/File Photo", "FILE PHOTO:"),
        ("FILE - In this May 3, 2018 file photo, the mayor speaks. (AP Photo/Ana Ruiz)", "FILE -"),
        ("Picture: the mayor", "Picture:"),
        ("Caption: The mayor speaks", "Caption:"),
        ("Image caption The mayor speaks in Riga", "Image caption"),
        ("Foto: Der Bürgermeister in Riga (dpa)", "Foto:"),
        ("Фото: мэр города в трамвае", "Фото:"),
    ],
)
def test_labels(paragraph: str, label: str) -> None:
    found = read_caption(paragraph, first=True, followed=True)
    assert found is not None
    assert found.label.strip() == label
    assert found.label + found.text == paragraph
    assert found.rest == ""


@pytest.mark.parametrize(
    "paragraph",
    [
        "The mayor speaks in Riga on May 3. (AP Photo/Ana Ruiz, File)",
        "The mayor speaks in Riga. [Photo by Ana Ruiz/Gulf Daily]",
        "The mayor speaks in Riga. | AFP",
        "The mayor speaks in Riga. Photo: Ana Ruiz/Getty Images",
        "The mayor speaks in Riga. (Xinhua/Li Xin)",
        "The mayor in Riga (Ana Ruiz/AFP via Getty Images)",
        "The mayor in Riga (Gulf Daily file photo)",
        "The mayor in Riga. (Photo courtesy of the city)",
        "The mayor in Riga. Ana Ruiz/Getty Images",
        "The mayor speaks in Riga. — AFP pic",
        "The mayor speaks in Riga on Monday. (Reuters)",
        "The mayor speaks in Riga. (The Gulf Shimbun)",
    ],
)
def test_credits_make_a_first_paragraph_a_caption(paragraph: str) -> None:
    found = read_caption(paragraph, first=True, followed=True)
    assert found is not None
    assert (found.label, found.text, found.rest) == ("", paragraph, "")


@pytest.mark.parametrize(
    "caption",
    [
        "Photo/IllutrationThe mayor speaks in Riga on May 3. (Pool)",
        "Photo: The mayor speaks in Riga on May 3. (Reuters)",
        "The mayor speaks in Riga on May 3. (AP Photo/Ana Ruiz)",
        "The mayor speaks in Riga on May 3. [Photo by Ana Ruiz]",
    ],
)
@pytest.mark.parametrize("gap", ["", " "])
def test_a_lead_glued_to_the_credit_is_split_off(caption: str, gap: str) -> None:
    found = read_caption(caption + gap + LEAD, first=True, followed=False)
    assert found is not None
    assert found.label + found.text == caption
    assert found.rest == LEAD


def test_a_labelled_story_without_credit_is_split_after_a_sentence() -> None:
    story = f"Photo: The mayor opens a tram line in Riga. {LEAD} {LEAD}"
    found = read_caption(story, first=True, followed=False)
    assert found is not None
    assert found.text == "The mayor opens a tram line in Riga."
    assert found.rest == f"{LEAD} {LEAD}"


@pytest.mark.parametrize(
    "paragraph",
    [
        LEAD,
        "Photos of the accident show that the tram left the rails near the market square.",
        "Photographs released by the police on Monday show the man.",
        "Picture this: you are on a tram.",
        "The photo agency Magnum said on Monday that it would close.",
        "The mayor spoke in Riga (Latvia) on Monday.",
        "The mayor of Riga (pictured) said on Monday she would go.",
        "The city will build a hall for swimmers (with a pool).",
        "Image is everything in this city.",
        "He posted a photo (since deleted) of the tram on Monday and said he was sorry.",
        "The images (photo above) show a tram and a car that hit it on Monday in the city.",
        "Photo:",
        "",
    ],
)
def test_paragraphs_that_mention_pictures_are_no_captions(paragraph: str) -> None:
    assert read_caption(paragraph, first=True, followed=True) is None


def test_a_short_report_signed_by_its_agency_is_no_caption() -> None:
    assert read_caption(f"{LEAD} (Reuters)", first=True, followed=False) is None
    assert read_caption(f"{LEAD} (Reuters)", first=False, followed=True) is None


@pytest.mark.parametrize("line", ["(Pool)", "[Photo by Ana Ruiz]", "REUTERS/Ana Ruiz"])
def test_credits_alone(line: str) -> None:
    assert is_credit(line)
    assert not is_credit(LEAD)


def test_a_label_for_the_maker_only() -> None:
    found = read_caption("Image source, Getty Images", first=True, followed=True)
    assert found is not None
    assert found.is_credit
