from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from schemas.config_file import find_config
from schemas.location import Lake
from schemas.settings import Settings, SettingsError, load_settings
from schemas.settings_error import _PATTERNS
from schemas.source import Source


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.upper().startswith("NEWSWELL_"):
            monkeypatch.delenv(name)


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "newswell.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def complaint(path: Path | None = None, start: Path | None = None) -> str:
    with pytest.raises(SettingsError) as raised:
        load_settings(path, start=start)
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(start=tmp_path)
    assert settings.model_dump() == Settings().model_dump()
    assert settings.warehouse_path == tmp_path / "data/newswell.duckdb"
    assert settings.published_path == tmp_path / "data/news.duckdb"
    assert (settings.fetch.max_bytes, settings.fetch.respect_robots) == (10_000_000, True)


def test_a_warehouse_that_is_shared(tmp_path: Path) -> None:
    catalog = "dbname=news host=db.example user=me password=swordfish"
    path = write(tmp_path, f'[warehouse]\npath = "ducklake:postgres:{catalog}"')
    lake = load_settings(path).warehouse_path
    assert lake == Lake(catalog=catalog, data=str(tmp_path / "data/lake"))
    assert load_settings(path).published_path == lake
    assert str(lake) == "ducklake:postgres:dbname=news host=db.example user=me password=***"


def test_the_data_of_a_shared_warehouse_behind_s3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSWELL_WAREHOUSE__PATH", "ducklake:postgres:service=news")
    monkeypatch.setenv("NEWSWELL_WAREHOUSE__DATA", "s3://bucket/news")
    monkeypatch.setenv("NEWSWELL_WAREHOUSE__S3_ENDPOINT", "https://s3.example")
    lake = load_settings(start=tmp_path).warehouse_path
    assert lake == Lake(
        catalog="service=news", data="s3://bucket/news", endpoint="https://s3.example"
    )
    assert lake.folder is None


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [warehouse]
        path = "w.duckdb"
        [fetch]
        timeout = 5
        [[sources]]
        id = "gazette"
        publisher = "The Gazette"
        feeds = ["https://gazette.example/feed"]
        sitemaps = "auto"
        [[sources]]
        id = "a.b-c_9"
        sitemaps = ["https://b.example/s.xml"]
        cadence = "15m"
        """,
    )
    settings = load_settings(path)
    assert settings.fetch.timeout == 5.0
    assert settings.fetch.retries == 3
    assert [source.id for source in settings.sources] == ["gazette", "a.b-c_9"]
    gazette = settings.source("gazette")
    assert gazette
    assert (gazette.publisher, gazette.sitemaps) == ("The Gazette", "auto")
    assert settings.source("nobody") is None


def test_the_nearest_file_upwards_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_config(deep) is None
    outer = write(tmp_path, "[fetch]\nretries = 1")
    assert find_config(deep) == outer
    inner = write(tmp_path / "a", "[fetch]\nretries = 2")
    assert find_config(deep) == inner
    settings = load_settings(start=deep)
    assert settings.fetch.retries == 2
    assert settings.warehouse_path == tmp_path / "a" / "data/newswell.duckdb"
    # a folder of that name is no file
    (deep / "newswell.toml").mkdir()
    assert find_config(deep) == inner


def test_paths_start_from_the_files_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conf").mkdir()
    write(tmp_path / "conf", '[warehouse]\npath = "../w.duckdb"\npublished = "~/n.duckdb"')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann")
    settings = load_settings(Path("conf/newswell.toml"))
    assert settings.warehouse_path == tmp_path / "conf" / "../w.duckdb"
    assert settings.published_path == Path("/home/ann/n.duckdb")
    assert settings.resolve("/abs/x") == Path("/abs/x")
    assert settings.resolve("~no-such-user/x") == tmp_path / "conf" / "~no-such-user/x"
    monkeypatch.chdir("/")
    assert settings.warehouse_path.is_relative_to(tmp_path)


def test_the_environment_wins_key_by_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "[fetch]\ntimeout = 5\nretries = 1")
    monkeypatch.setenv("NEWSWELL_FETCH__TIMEOUT", "7.5")
    monkeypatch.setenv("newswell_fetch__respect_robots", "false")
    monkeypatch.setenv("NEWSWELL_ARCHIVE__PATH", "")
    monkeypatch.setenv("NEWSWELL_BENCH", "/elsewhere")
    settings = load_settings(path)
    assert (settings.fetch.timeout, settings.fetch.retries) == (7.5, 1)
    assert settings.fetch.respect_robots is False
    assert settings.archive.path == ""
    monkeypatch.setenv("NEWSWELL_SOURCES", '[{"id": "wire"}]')
    assert [source.id for source in load_settings(path).sources] == ["wire"]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "newswell.toml"
    path.write_text('[fetch]\ntimeout = -1\nretris = 2\n\n[[sources]]\nid = "A B"\n')
    with pytest.raises(SettingsError) as raised:
        load_settings(path)
    assert str(raised.value).splitlines() == [
        f"{path}: fetch.timeout: must be more than 0 (got -1)",
        f"{path}: fetch.retris: unknown key; did you mean 'retries'?",
        f"{path}: source \"A B\": id: {_PATTERNS['id']} (got 'A B')",
    ]


def test_settings_do_not_change() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.fetch.timeout = 1.0  # type: ignore[misc]  # that it cannot is the point
    with pytest.raises(ValidationError, match="frozen"):
        settings.sources = ()  # type: ignore[misc]  # the same


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[fetch]\ntimeot = 3", "fetch.timeot: unknown key; did you mean 'timeout'?"),
        ("[ftch]\ntimeout = 3", "ftch: unknown key; did you mean 'fetch'?"),
        (
            "zzz = 1",
            "zzz: unknown key; known here: archive, extract, fetch, maintain, schedule, sources",
        ),
        ("[fetch]\ntimeout = 'soon'", "fetch.timeout: must be a number (got 'soon')"),
        ("[fetch]\ntimeout = [1]", "fetch.timeout: must be a number"),
        (
            "[warehouse]\npath = 'ducklake:sqlite:lake.db'",
            'warehouse.path: a lake needs PostgreSQL for its catalog: write "ducklake:postgres:"',
        ),
        (
            "[warehouse]\ndata = 'gs://bucket'",
            'warehouse.data: must be a folder, or an address such as "s3://bucket/folder"',
        ),
        (
            "[warehouse]\ns3_endpoint = 'localhost'",
            "warehouse.s3_endpoint: must be the address of a server",
        ),
        ("[fetch]\ntimeout = 0", "fetch.timeout: must be more than 0 (got 0)"),
        ("[fetch]\ntimeout = inf", "fetch.timeout: must be a finite number (got inf)"),
        (
            "[fetch]\nper_host_delay = nan",
            "fetch.per_host_delay: must be a finite number (got nan)",
        ),
        ("[fetch]\nretries = -1", "fetch.retries: must be at least 0 (got -1)"),
        ("[fetch]\nconcurrency = 2.5", "fetch.concurrency: must be a whole number (got 2.5)"),
        ("[fetch]\nrespect_robots = 'x'", "fetch.respect_robots: must be true or false (got 'x')"),
        ("[fetch]\nuser_agent = 3", "fetch.user_agent: must be a text in quotes (got 3)"),
        (
            '[fetch]\nuser_agent = "a\\nb"',
            "fetch.user_agent: must be one line of ASCII letters, digits and signs (got 'a\\nb')",
        ),
        ("[extract]\nbatch_size = 9999", "extract.batch_size: must be at most 5000 (got 9999)"),
        (
            "[warehouse]\nmemory_limit = 'lots'",
            (
                'warehouse.memory_limit: must be a number and a unit, such as "1GB" or "800MB" '
                "(got 'lots')"
            ),
        ),
        ("[warehouse]\npath = ''", "warehouse.path: must not be empty (got '')"),
        (
            "fetch = 3",
            "fetch: must be a table: write [fetch], and its keys on the lines below (got 3)",
        ),
        (
            "[[fetch]]\ntimeout = 3",
            "fetch: must be a table: write [fetch], and its keys on the lines below",
        ),
        (
            "[sources]\nid = 'a'",
            "sources: write [[sources]] in double brackets, once for each source",
        ),
        (
            "[sources.gazette]\nfeeds = []",
            "sources: write [[sources]] in double brackets, once for each source",
        ),
        ("[[sources]]\npublisher = 'x'", "source no. 1: id: missing; give every source one"),
        ("sources = [3]", "source no. 1: write [[sources]] in double brackets"),
        (
            "[[sources]]\nid = 'a'\n[[sources]]\nid = 'The Gazette'",
            (
                'source "The Gazette": id: must be small letters, digits, dots, dashes and '
                "underscores, such as \"gazette\" (got 'The Gazette')"
            ),
        ),
        (
            "[[sources]]\nid = 'a'\n[[sources]]\nid = 'a'",
            "sources: the id 'a' is used by more than one source",
        ),
        (
            "[[sources]]\nid = 'a'\nfeed = ['x']",
            "source \"a\": feed: unknown key; did you mean 'feeds'?",
        ),
        (
            "[[sources]]\nid = 'a'\nfeeds = 'https://a.example'",
            "source \"a\": feeds: must be a list in square brackets (got 'https://a.example')",
        ),
        (
            "[[sources]]\nid = 'a'\nfeeds = ['example.org/feed.xml']",
            (
                "source \"a\": feeds: 'example.org/feed.xml' is no address; write all of it, "
                'such as "https://example.org/feed.xml"'
            ),
        ),
        ("[[sources]]\nid = 'a'\npages = ['ftp://a.example/']", 'source "a": pages: '),
        ("[[sources]]\nid = 'a'\nsitemaps = ['https://']", 'source "a": sitemaps: '),
        ("[[sources]]\nid = 'a'\nfeeds = ['http://[::1']", 'source "a": feeds: '),
        (
            "[[sources]]\nid = 'a'\nreserved = 'drop'",
            "source \"a\": reserved: must be 'keep' or 'skip' (got 'drop')",
        ),
        (
            "[schedule]\nmaintain = '25:99'",
            "schedule.maintain: must be a time of day, such as \"03:30\" (got '25:99')",
        ),
        (
            "[[sources]]\nid = 'a'\nsitemaps = 3",
            'source "a": sitemaps: must be a list in square brackets (got 3)',
        ),
        (
            "[[sources]]\nid = 'a'\nsitemaps = 'all'",
            'source "a": sitemaps: must be a list of addresses, or "auto" (got \'all\')',
        ),
        (
            "[[sources]]\nid = 'a'\ncadence = '5 minutes'",
            (
                'source "a": cadence: must be "auto" or a number with m, h or d, '
                'such as "15m" or "6h" (got \'5 minutes\')'
            ),
        ),
        (
            "[[sources]]\nid = 'a'\nfeeds = [1]",
            'source "a": feeds.0: must be a text in quotes (got 1)',
        ),
    ],
)
def test_a_mistake_gets_one_line_that_says_where_and_what(
    tmp_path: Path, content: str, message: str
) -> None:
    path = write(tmp_path, content)
    assert complaint(path).startswith(f"{path}: {message}")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "newswell.toml"
    assert complaint(path) == f"{path}: no such file; `newswell init` writes one"
    assert complaint(tmp_path) == f"{tmp_path}: Is a directory"
    write(tmp_path, "[fetch\n")
    assert complaint(path).startswith(f"{path}: not valid TOML: ")
    assert "at" in complaint(path)
    write(tmp_path, "[fetch]\ntimeout = 1\ntimeout = 2\n")
    assert "(at line 3," in complaint(path)
    write(tmp_path, b"# caf\xe9\n")
    assert complaint(path) == (
        f"{path}: not UTF-8 (invalid continuation byte at byte 5); save it as UTF-8"
    )


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    path.chmod(0)
    assert complaint(path) == f"{path}: Permission denied"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf[fetch]\r\ntimeout = 3\r\n")
    assert load_settings(path).fetch.timeout == 3.0


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("NEWSWELL_FETCH__TIMEOUT", "soon", ": must be a number (got 'soon')"),
        ("newswell_fetch__timeout", "", ": must be a number (got '')"),
        ("NEWSWELL_FETCH__TIMEOT", "3", ": unknown key; did you mean 'timeout'?"),
        ("NEWSWELL_FTCH__TIMEOUT", "3", ": unknown section; did you mean 'fetch'?"),
        (
            "NEWSWELL_FETCH",
            "3 s",
            ": must be JSON; to set a single key, write NEWSWELL_FETCH__KEY",
        ),
        ("NEWSWELL_FETCH", '{"retries": "x"}', ": fetch.retries: must be a whole number (got 'x')"),
        ("NEWSWELL_SOURCES", "gazette", ": must be JSON"),
        ("NEWSWELL_SOURCES", '[{"id": ""}]', ": source no. 1: id: must be small letters"),
    ],
)
@pytest.mark.parametrize("has_file", [True, False])
def test_a_mistake_in_the_environment_names_the_variable(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    message: str,
    has_file: bool,
) -> None:
    if has_file:
        write(tmp_path, "[fetch]\ntimeout = 3")
    monkeypatch.setenv(name, value)
    assert complaint(start=tmp_path).startswith(name + message)


@pytest.mark.parametrize("published", ["w.duckdb", "./w.duckdb", "{folder}/w.duckdb"])
def test_the_published_file_may_not_be_the_warehouse(tmp_path: Path, published: str) -> None:
    shown = published.format(folder=tmp_path)
    path = write(tmp_path, f'[warehouse]\npath = "w.duckdb"\npublished = "{shown}"')
    assert complaint(path).startswith(f"{path}: warehouse.published: must be another file")


def test_a_current_folder_that_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert complaint() == "the current folder is gone; change to another one"


def test_each_key_with_a_pattern_says_what_it_wants() -> None:
    def patterned(model: type[BaseModel]) -> Iterator[str]:
        for name, field in model.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                yield from patterned(field.annotation)
            elif any(getattr(one, "pattern", None) for one in field.metadata):
                yield name

    assert {*patterned(Settings), *patterned(Source)} <= _PATTERNS.keys()
