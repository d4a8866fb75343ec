from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from flows.batch import store_batch
from flows.waiting import Waiting
from tests.invented import NOW, ask, begin, extraction, settings_in


def test_while_a_slow_host_is_waited_for_what_is_there_is_stored_and_then_placed(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)
    moment = NOW

    def clock() -> datetime:
        return moment

    told: list[int] = []
    batch = Waiting(settings, begin(settings), clock, store_batch, told.append)
    batch.add(extraction("a", captured=1))
    batch.keep_if_due()
    assert told == []  # the next page may be on its way
    moment += timedelta(seconds=1)
    batch.keep_if_due()
    assert told == [1]
    assert ask(settings, "SELECT story_id FROM articles") == [(None,)]
    batch.extracting = 1
    batch.keep_if_due()
    assert ask(settings, "SELECT story_id FROM articles") == [(None,)]
    batch.extracting = 0
    batch.keep_if_due()
    assert ask(settings, "SELECT count(story_id) FROM articles") == [(1,)]
