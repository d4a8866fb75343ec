"""How the command line shows itself: usage lines as people write them, no Python types."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

from flows.ending import ended_in_words


class Command(TyperCommand):
    """A command whose arguments are called by what they are: `PATH...`, not `<list[str]>`."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """`PATH...` for typer's `{PATH}...`."""
        return [re.sub(r"\{(.+)\}", r"\1", piece) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The arguments with what they mean, the options with what they take."""
        shown: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                name, told = record
                if parameter.param_type_name == "argument":
                    # its type, which typer puts behind its name; usage says what is required
                    name, told = name.partition(" <")[0], told.removesuffix("  [required]")
                shown[parameter.param_type_name].append((name, told))
        for title, records in zip(("Arguments", "Options"), shown.values(), strict=True):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


class Commands(TyperGroup):
    """All commands; what ends one in its middle is told in words, before typer takes it up."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Reads the options, and shows the help. Raises Exit as `invoke` does."""
        with ended_in_words():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Raises Exit where a signal, a closed pipe or the machine ends the command."""
        with ended_in_words():
            return super().invoke(ctx)
