from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from dedup import fingerprint
from schemas.article import Article
from schemas.settings import Settings
from tests.invented import extraction, settings_in, store
from warehouse.readers import refresh
from warehouse.search import Filters, QuestionError, find

#: name -> language, title, body, publisher, authors, day of 2026-03 or none
ARTICLES: dict[str, tuple[str | None, str, str, str, tuple[str, ...], int | None]] = {
    "ferry": (
        "en",
        "Two more ferries for the Tolve",
        "The council's harbour committee found the money. Ferries will run until May.",
        "The Gazette",
        ("Ada Quill",),
        10,
    ),
    "council": (
        "en-GB",
        "Harbour council puts off its decision",
        "A ferry was not on the agenda. The council of the harbour met for an hour.",
        "Port Ellery Courier",
        ("Ben Inkwell",),
        12,
    ),
    "häuser": (
        "de",
        "Neue Häuser am Hafen",
        "Die Häuser sind im Mai fertig. Das erste Haus steht schon.",
        "Wiecker Morgenbote",
        (),
        12,
    ),
    "réforme": (
        "fr-CA",
        "L’eau et la réforme",
        "Le maire de l’île réformera l’école, a dit son adjoint.",
        "Salines",
        (),
        20,
    ),
    "橋": ("ja", "橋の点検", "東京の技術者がタワーと橋を点検した。", "汐鳴新報", (), None),
    "พม่า": ("th", "สะพานใหม่", "รัฐบาลสร้างสะพานใหม่ข้ามแม่น้ำ", "ข่าว", (), None),
    "most": (None, "Nový most", "Město otevřelo nový most přes řeku.", "Noviny", (), None),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_in(tmp_path_factory.mktemp("search"))
    made = []
    for name, (language, title, body, publisher, authors, day) in ARTICLES.items():
        one = extraction(name, title=title)
        assert isinstance(one.result, Article)
        changed = {
            "language": language,
            "title": title,
            "body": body,
            "publisher": publisher,
            "authors": authors,
            "published_on": date(2026, 3, day) if day else None,
        }
        result = one.result.model_copy(update=changed)
        mark = fingerprint(title, body)
        made.append(one.model_copy(update={"result": result, "fingerprint": mark}))
    store(settings, made)
    refresh(settings)
    return settings


def names(settings: Settings, words: str, **filters: object) -> list[str]:
    """What a question finds, by the names above, the best first."""
    folder = settings.search_path
    assert folder is not None
    found = find(settings.published_path, folder, words, Filters.model_validate(filters), 100)
    assert found.total == len(found.hits)
    assert not found.behind
    titles = {title: name for name, (_, title, *_) in ARTICLES.items()}
    return [titles[str(hit.title)] for hit in found.hits]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ferry", ["ferry", "council"]),  # its headline and two mentions come first
        ("FERRIES", ["ferry", "council"]),
        ("ferry council", ["ferry", "council"]),
        ('"harbour council"', ["council"]),
        ('"council harbour"', []),
        ('"harbour decision"', []),
        ('"harbour decision"~5', ["council"]),
        ("title:ferry", ["ferry"]),
        ("body:hour", ["council"]),
        ("ferry NOT money", ["council"]),
        ("-ferry", ["häuser", "réforme", "橋", "พม่า", "most"]),
        ("money OR agenda", ["ferry", "council"]),
        ("(money OR agenda) AND title:council", ["council"]),
        ("harb*", ["council", "ferry"]),
        ("council's", ["ferry"]),
        ("author:quill", ["ferry"]),
        ('author:"ben inkwell"', ["council"]),
        ("publisher:gazette", ["ferry"]),
        ("source:gazette money", ["ferry"]),
        ("language:en ferry", ["ferry", "council"]),
        ("language:en-GB ferry", ["council"]),
        ("haus", ["häuser"]),
        ("Haeuser", ["häuser"]),
        ("hauser", ["häuser"]),
        ("réformes", ["réforme"]),
        ("reforme", ["réforme"]),
        ("l'eau", ["réforme"]),
        ("école", ["réforme"]),
        ("橋", ["橋"]),
        ("東京", ["橋"]),
        ("京東", []),
        ("タワー", ["橋"]),
        ("สะพาน", ["พม่า"]),
        ("reku", ["most"]),
        ("nothing of the kind", []),
    ],
)
def test_words_find(settings: Settings, words: str, expected: Sequence[str]) -> None:
    found = names(settings, words)
    assert sorted(found) == sorted(expected)
    if len(expected) == 2:
        assert found == list(expected)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"since": date(2026, 3, 11)}, {"council", "häuser", "réforme"}),
        ({"until": date(2026, 3, 10)}, {"ferry"}),
        ({"since": date(2026, 3, 12), "until": date(2026, 3, 12)}, {"council", "häuser"}),
        ({"publisher": "the gazette"}, {"ferry"}),
        ({"publisher": "courier"}, {"council"}),
        ({"language": "fr"}, {"réforme"}),
        ({"language": "EN"}, {"ferry", "council"}),
        ({"language": "en-us"}, set()),
    ],
)
def test_filters_narrow(settings: Settings, filters: dict[str, object], expected: set[str]) -> None:
    assert set(names(settings, "*", **filters)) == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('"harbour', "quotation mark"),
        ("(ferry", "parenthesis"),
        ("title: ", "right after its colon"),
        ("", "no word"),
        ("ferry OR", "AND, OR and NOT"),
        ("colour:red", "no field 'colour', only title, body"),
        ("12:30", "quotation marks"),
        ("date:[2026-01-01 TO 2026-02-01]", "--since"),
        ("/fer+y/", "regex is not understood"),
        ("—", "no word"),
        ('"a b"*', "end of one word"),
    ],
)
def test_a_question_that_cannot_be_read_says_why(settings: Settings, words: str, said: str) -> None:
    with pytest.raises(QuestionError, match=re.escape(said)) as refused:
        names(settings, words)
    assert "\n" not in str(refused.value)


def test_snippets_show_the_words_that_were_found(settings: Settings) -> None:
    folder = settings.search_path
    assert folder is not None

    def snippet(words: str) -> str:
        found = find(settings.published_path, folder, words, Filters(), 1)
        assert isinstance(found.hits[0].article_id, UUID)
        return found.hits[0].snippet

    assert "**Ferries** will run" in snippet("ferry money")
    assert "Die **Häuser** sind" in snippet("haus")
    assert "l’**école**" in snippet("ecole")
    assert "**橋**を点検" in snippet("橋")
    # the words are in another field: the text's beginning
    assert snippet("author:quill").startswith("The council's harbour")
