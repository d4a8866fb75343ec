"""A run in words, for the terminal and for Prefect's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flows.account import Account
from schemas.run import RunReport


def summarise(report: RunReport) -> str:
    """The run's sums in one line, noughts left out."""
    counts = report.counts
    parts = [
        (counts.stored, "stored"),
        (counts.new_versions, "new versions"),
        (counts.unchanged, "unchanged"),
        (counts.rejected, "rejected"),
        (counts.failed, "failed"),
        (counts.waiting, "waiting"),
    ]
    told = ", ".join(f"{number:,} {what}" for number, what in parts if number) or "nothing"
    repeats = f" ({counts.duplicates:,} of them duplicates)" if counts.duplicates else ""
    return told.replace(" stored", f" stored{repeats}", 1)


def describe(report: RunReport, account: Account | None = None) -> str:
    """The run as markdown: its sums, what was refused for which reason, and its `account`."""
    rows = report.counts.model_dump()
    lines = [f"# {report.kind.capitalize()} run", "", summarise(report), ""]
    lines += ["| | |", "|---|---:|"]
    lines += [f"| {name.replace('_', ' ')} | {value:,} |" for name, value in rows.items()]
    lines += [f"| seconds | {report.seconds:,.1f} |"]
    if report.reasons:
        lines += ["", "| reason | refused |", "|---|---:|"]
        ranked = sorted(report.reasons.items(), key=lambda item: (-item[1], item[0]))
        lines += [f"| {reason} | {count:,} |" for reason, count in ranked]
    if account is not None:
        lines += _accounted(account)
    return "\n".join(lines) + "\n"


def _accounted(account: Account) -> list[str]:
    lines = []
    if account.drifts:
        lines += ["", "## Not what they were", ""]
        lines += [f"- **{one['source_id']}**: {one['says']}" for one in account.drift_records()]
    if account.failing:
        lines += ["", "## Failing sources", "", *_table(account.failing)]
    if account.slowest:
        lines += ["", "## Slowest sources", "", *_table(account.slowest)]
    return lines


def _table(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Rows of the same columns as a table of markdown."""
    listed = list(rows)
    names = [*listed[0]]
    cells = [["" if row[name] is None else str(row[name]) for name in names] for row in listed]
    lines = [[name.replace("_", " ") for name in names], ["---"] * len(names), *cells]
    return [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]
