from __future__ import annotations

import os
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from schemas.rejection import Reason
from schemas.run import Counts, RunReport

NOW = datetime(2026, 5, 1, tzinfo=UTC)
REPORT = RunReport(run_id=UUID(int=1), kind="load", status="running", started_at=NOW)
ENDS = ("stored", "new_versions", "unchanged", "rejected", "failed", "waiting")

_counts = st.builds(Counts, **{name: st.integers(0, 9) for name in Counts.model_fields})


def test_counts_add_up_when_every_end_is_counted_once() -> None:
    assert Counts().adds_up
    for name in ENDS:
        assert Counts(discovered=3, **{name: 3}).adds_up
        assert not Counts(discovered=3, **{name: 2}).adds_up
    # duplicates are stored too, and counted apart
    assert Counts(discovered=2, stored=2, duplicates=1, bytes=99).adds_up


@given(_counts, _counts)
def test_sums_are_by_name(one: Counts, other: Counts) -> None:
    both = one + other
    for name in Counts.model_fields:
        assert getattr(both, name) == getattr(one, name) + getattr(other, name)
    if one.adds_up and other.adds_up:
        assert both.adds_up


def test_batches_add_to_a_report_and_leave_the_old_one() -> None:
    first = REPORT.plus(Counts(discovered=2, stored=1, rejected=1), [Reason.EMPTY])
    second = first.plus(Counts(discovered=2, rejected=2), [Reason.EMPTY, Reason.BINARY])
    assert second.counts == Counts(discovered=4, stored=1, rejected=3)
    assert second.reasons == {"empty": 2, "binary": 1}
    assert (first.reasons, REPORT.reasons) == ({"empty": 1}, {})
    assert (REPORT.counts, second.run_id) == (Counts(), REPORT.run_id)


def test_the_row_has_every_count_and_comes_back_as_json() -> None:
    report = REPORT.plus(Counts(discovered=1, failed=1), [Reason.VANISHED])
    row = report.row()
    for name in Counts.model_fields:
        assert getattr(row, name) == getattr(report.counts, name)
    assert (row.kind, row.status, row.reasons) == ("load", "running", {"vanished": 1})
    assert RunReport.model_validate_json(report.model_dump_json()) == report


def test_parameters_can_be_kept_whatever_names_they_hold() -> None:
    paths = [os.fsdecode(b"/news/caf\xe9"), "/news/日本"]
    report = RunReport(**REPORT.model_dump() | {"parameters": {"paths": paths}})
    assert report.parameters == {"paths": ["/news/caf%E9", "/news/日本"]}
    report.model_dump_json().encode()
