"""A run in words, for the terminal and for Prefect's page."""

from __future__ import annotations

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


def describe(report: RunReport) -> str:
    """The run as markdown: its sums, and what was refused for which reason."""
    rows = report.counts.model_dump()
    lines = [f"# {report.kind.capitalize()} run", "", summarise(report), ""]
    lines += ["| | |", "|---|---:|"]
    lines += [f"| {name.replace('_', ' ')} | {value:,} |" for name, value in rows.items()]
    lines += [f"| seconds | {report.seconds:,.1f} |"]
    if report.reasons:
        lines += ["", "| reason | refused |", "|---|---:|"]
        ranked = sorted(report.reasons.items(), key=lambda item: (-item[1], item[0]))
        lines += [f"| {reason} | {count:,} |" for reason, count in ranked]
    return "\n".join(lines) + "\n"
