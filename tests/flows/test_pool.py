from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from dedup import fingerprint
from dedup.marks import Marks, mark
from flows.pool import Extraction, extract_all, extract_one
from schemas.article import Article
from schemas.document import Document, Kind, digest, document_id
from schemas.rejection import Reason, Rejection
from schemas.settings import ExtractSettings
from sources.reading import Reading
from tests.invented import NOW

ROOT = Path(__file__).parent.parent.parent
ONE = ExtractSettings(workers=1, timeout=20)
TWO = ExtractSettings(workers=2, timeout=20)


def document(content: str, number: int = 0) -> Document:
    url = f"file:/news/{number}.txt"
    return Document(
        document_id=document_id(url, digest(content.encode()), None),
        url=url,
        requested_url=url,
        source_id="gazette",
        kind=Kind.TEXT,
        content=content.encode(),
        sha256=digest(content.encode()),
        seen_at=NOW,
    )


def documents(*contents: str) -> list[Document]:
    return [document(content, number) for number, content in enumerate(contents)]


class UnsendableError(Exception):
    """An exception that cannot be made again from its arguments."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one)
        self.other = other


def hang() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(1)


def recurse() -> None:
    recurse()


def refuse() -> None:
    raise ValueError("nobody thought of this")


def refuse_unsendably() -> None:
    raise UnsendableError("a", "b")


ACTS: dict[str, Callable[[], object]] = {
    "hang": hang,
    "exit": lambda: os._exit(3),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "swell": lambda: bytearray(64 << 30),
    "raise": refuse,
    "unsendable": refuse_unsendably,
    "leave": lambda: sys.exit("leaving"),
    "recurse": recurse,
    "pid": os.getpid,
    "limits": lambda: resource.getrlimit(resource.RLIMIT_AS),
}


def act(document: Document) -> tuple[Article | Rejection, Marks | None]:
    """Stands for extraction: does what the document says."""
    word = document.content.decode()
    if word in ACTS:
        word = str(ACTS[word]())
    article = Article(
        article_id=document.document_id,
        url=document.url,
        requested_url=document.requested_url,
        canonical_url=document.url,
        source_id=document.source_id,
        document_id=document.document_id,
        body=word,
        word_count=1,
    )
    return article, mark(None, word)


def told(made: list[Extraction]) -> list[str]:
    return [
        one.result.reason if isinstance(one.result, Rejection) else one.result.body for one in made
    ]


def test_what_comes_out_is_in_the_order_of_what_went_in() -> None:
    contents = [f"text {number}" for number in range(60)]
    made = list(extract_all(documents(*contents), TWO, work=act))
    assert told(made) == contents
    assert [one.document.requested_url for one in made] == [
        f"file:/news/{number}.txt" for number in range(60)
    ]
    assert {one.document.content for one in made} == {b""}
    assert [one.size for one in made] == [len(content) for content in contents]
    assert all(one.fingerprint for one in made)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("exit", "exit code 3"),
        ("killed", "exit code -9"),
        ("swell", "MemoryError"),
        ("raise", "nobody thought of this"),
        ("unsendable", "UnsendableError('a')"),
        ("leave", "SystemExit('leaving')"),
        ("recurse", "RecursionError"),
    ],
)
def test_a_page_that_breaks_its_worker_harms_no_other(word: str, said: str) -> None:
    made = list(extract_all(documents("a", word, "b", word, "c"), TWO, work=act))
    assert told(made) == ["a", Reason.CRASHED, "b", Reason.CRASHED, "c"]
    refused = made[1].result
    assert isinstance(refused, Rejection)
    assert said in refused.detail
    assert refused.url == made[1].document.requested_url
    assert refused.document_id == made[1].document.document_id
    assert (refused.stage, refused.source_id) == ("extract", "gazette")
    assert made[1].fingerprint is None


def test_a_page_that_hangs_is_given_up() -> None:
    settings = ExtractSettings(workers=2, timeout=1)
    start = time.monotonic()
    made = list(extract_all(documents("a", "hang", "b", "hang", "c"), settings, work=act))
    assert told(made) == ["a", Reason.TIMED_OUT, "b", Reason.TIMED_OUT, "c"]
    assert "longer than 1 seconds (extract.timeout)" in made[1].result.detail  # type: ignore[union-attr]
    assert time.monotonic() - start < 60


def counted(number: int, taken: list[int], word: str = "text") -> Iterator[Document]:
    for place in range(number):
        taken.append(place)
        yield document(word, place)


def test_an_expression_of_a_publisher_rule_that_never_ends_costs_its_page_alone(
    tmp_path: Path,
) -> None:
    rule = 'publisher = "A"\ndomains = ["a.example"]\ncut = ["^(a+)+$"]\n'
    (tmp_path / "a.toml").write_text(rule, encoding="utf-8")
    prose = "<p>The bridge stays shut until the spring, the harbour board said on Monday.</p>"
    pages = [
        (f"https://{host}.example/{number}", f"<html><body><h1>Bridge</h1>{text}</body></html>")
        for number, (host, text) in enumerate(
            [("b", prose * 2), ("a", f"{prose}<p>{'a' * 60} is a long word.</p>"), ("b", prose)]
        )
    ]
    reading = Reading(source_id="a", max_bytes=1_000_000, seen_at=NOW)
    found = [reading.document(url, Kind.HTML, text.encode()) for url, text in pages]
    settings = ExtractSettings(workers=1, timeout=2)
    work = partial(extract_one, rules=tmp_path)
    made = list(extract_all(found, settings, work=work))
    reasons = [getattr(one.result, "reason", None) for one in made if one]
    assert reasons == [None, Reason.TIMED_OUT, None]


def test_few_documents_are_held_at_once() -> None:
    taken: list[int] = []
    ahead = []
    for place, _ in enumerate(extract_all(counted(100, taken), TWO, work=act), start=1):
        ahead.append(len(taken) - place)
    assert len(ahead) == 100
    # ten a worker (see flows.pool)
    assert max(ahead) < 20


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def worker(made: Extraction) -> int:
    assert isinstance(made.result, Article)
    return int(made.result.body)


def test_a_reader_that_stops_early_leaves_no_worker() -> None:
    taken: list[int] = []
    found = extract_all(counted(1000, taken, "pid"), TWO, work=act)
    assert isinstance(found, Iterator)
    pid = worker(next(found))
    assert psutil.pid_exists(pid)
    found.close()  # type: ignore[attr-defined]
    assert not psutil.pid_exists(pid)
    assert len(taken) <= 20  # ten a worker


def test_an_input_that_fails_leaves_no_worker() -> None:
    def failing() -> Iterator[Document]:
        yield from documents(*["pid"] * 12)
        raise OSError("the disk is gone")

    made: list[Extraction] = []
    with pytest.raises(OSError, match="the disk is gone"):
        made.extend(extract_all(failing(), ONE, work=act))
    assert made
    assert not psutil.pid_exists(worker(made[0]))


def test_nothing_in_is_nothing_out() -> None:
    assert list(extract_all([], ONE, work=act)) == []


def test_workers_take_no_notice_of_ctrl_c() -> None:
    found = extract_all(documents(*["pid"] * 9), ONE, work=act)
    pids = set()
    for one in found:
        pids.add(worker(one))
        os.kill(worker(one), signal.SIGINT)
    assert len(pids) == 1


@pytest.mark.parametrize("hard", [2 << 30, 8 << 30])
def test_a_limit_that_is_there_already_is_kept(hard: int) -> None:
    """Only root may raise a hard limit, and not without CAP_SYS_RESOURCE (24)."""
    code = f"""
import ctypes, resource
drop_from_bounding_set = 24
ctypes.CDLL(None).prctl(drop_from_bounding_set, 24, 0, 0, 0)
resource.setrlimit(resource.RLIMIT_AS, ({hard}, {hard}))
from test_pool import ONE, act, documents, extract_all, told
print(told(list(extract_all(documents("limits"), ONE, work=act)))[0])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/tests:{ROOT}/tests/flows"},
    )
    assert done.stdout.strip() == str((min(hard, 3 << 30), hard)), done.stderr


def test_a_kill_of_the_run_ends_its_workers() -> None:
    code = """
from test_pool import TWO, act, document, extract_all
def endless():
    number = 0
    while True:
        number += 1
        yield document("pid", number)
for one in extract_all(endless(), TWO, work=act):
    print(one.result.body, flush=True)
"""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/tests:{ROOT}/tests/flows"}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment
    ) as run:
        assert run.stdout
        assert int(run.stdout.readline())
        workers = psutil.Process(run.pid).children(recursive=True)
        assert len(workers) >= 3
        run.kill()
        gone, alive = psutil.wait_procs(workers, timeout=20)
    for process in alive:
        process.kill()
    assert not alive
    assert len(gone) == len(workers)


def test_real_extraction_runs_in_the_pool() -> None:
    page = "<html><head><title>Lock shut</title></head><body><article><h1>Lock shut</h1>" + (
        "<p>The harbour council voted on Tuesday to close the old lock for repairs that will "
        "take until spring, and told the ferry company to use the northern quay instead.</p>" * 4
    )
    html = document(page + "</article></body></html>").model_copy(update={"kind": Kind.HTML})
    (made,) = extract_all([html], ONE)
    assert isinstance(made.result, Article)
    assert made.result.title == "Lock shut"
    assert made.fingerprint == fingerprint(made.result.title, made.result.body)
