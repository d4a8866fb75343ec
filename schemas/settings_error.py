"""What is wrong with a configuration, a line a problem, for the person who wrote it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

#: What is wanted instead, by pydantic's names of errors or by how they begin.
_WANTED = {
    "bool": "must be true or false",
    "finite_number": "must be a finite number",
    "float": "must be a number",
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be more than {gt:g}",
    "int": "must be a whole number",
    "less_than_equal": "must be at most {le:g}",
    "literal": "must be {expected}",
    "missing": "missing; give every source one",
    "string_too_short": "must not be empty",
    "string": "must be a text in quotes",
    "tuple": "must be a list in square brackets",
}
#: The same for keys whose text has to follow a pattern.
_PATTERNS = {
    "id": 'must be small letters, digits, dots, dashes and underscores, such as "gazette"',
    "maintain": 'must be a time of day, such as "03:30"',
    "s3_endpoint": 'must be the address of a server, such as "https://s3.example.org"',
    "memory_limit": 'must be a number and a unit, such as "1GB" or "800MB"',
    "user_agent": "must be one line of ASCII letters, digits and signs",
}

_Place = tuple[int | str, ...]


def describe_error(
    error: ValidationError,
    root: type[BaseModel],
    path: object,
    values: Mapping[str, Any],
    environment: Iterable[str],
) -> str:
    """Each problem on a line: where it is, what is wrong, and what to do or what was meant.

    `root` is the model that did not fit, `values` what the file at `path` holds,
    `environment` the names of all variables.
    """
    names = tuple(environment)
    problems: dict[_Place, Mapping[str, Any]] = {}
    for problem in error.errors(include_url=False):
        # the members of a union go by their types, which nobody wrote
        place = tuple(part for part in problem["loc"] if "[" not in str(part) and part != "str")
        problems.setdefault(place, problem)
    return "\n".join(
        f"{_variable(place, names) or _in_file(path, place, values)}: "
        f"{_describe(problem, place, root)}"
        for place, problem in problems.items()
    )


def _describe(problem: Mapping[str, Any], place: _Place, root: type[BaseModel]) -> str:
    if problem["type"] == "extra_forbidden":
        return f"unknown key; {suggest(str(place[-1]), _known_keys(root, place[:-1]))}"
    got = problem["input"]
    shown = "" if isinstance(got, dict | list | tuple) else f" (got {got!r})"
    return f"{_wanted(problem, place)}{shown}"


def suggest(name: str, known: Iterable[str]) -> str:
    """What may have been meant by a name that is none of the known ones."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(names)}"


def _variable(place: _Place, environment: Iterable[str]) -> str | None:
    """The variable that gave the value, or as JSON the table that it is in."""
    names = {name.upper(): name for name in environment}
    exact = names.get("NEWSWELL_" + "__".join(map(str, place)).upper())
    table = names.get(f"NEWSWELL_{place[0]}".upper())
    return exact or (f"{table}: {_spell(place, {})}" if table else None)


def _in_file(path: object, place: _Place, values: Mapping[str, Any]) -> str:
    return f"{path or 'environment'}: {_spell(place, values)}"


def _spell(place: _Place, values: Mapping[str, Any]) -> str:
    """`fetch.timeout`, `source "gazette": feeds`, `source no. 2: id`."""
    if place[0] != "sources" or len(place) == 1:
        return ".".join(map(str, place))
    number = place[1]
    sources = values.get("sources")
    source = sources[number] if isinstance(sources, list) and isinstance(number, int) else None
    name = source.get("id") if isinstance(source, dict) else None
    shown = f'source "{name}"' if isinstance(name, str) else f"source no. {int(number) + 1}"
    return ": ".join([shown, ".".join(map(str, place[2:]))] if len(place) > 2 else [shown])


def _wanted(problem: Mapping[str, Any], place: _Place) -> str:
    kind, context = problem["type"], problem.get("ctx") or {}
    is_table = kind.startswith(("model", "dict"))
    if place[0] == "sources" and (is_table or (len(place) == 1 and kind.startswith("tuple"))):
        return "write [[sources]] in double brackets, once for each source"
    if is_table:
        name = str(place[0])
        return f"must be a table: write [{name}], and its keys on the lines below"
    if kind == "string_pattern_mismatch":
        return _PATTERNS[str(place[-1])]
    for beginning, words in _WANTED.items():
        if kind.startswith(beginning):
            return words.format(**context)
    return str(problem["msg"]).removeprefix("Value error, ")


def _known_keys(root: type[BaseModel], place: _Place) -> Iterable[str]:
    """The keys that a table may have."""
    model: Any = root
    for part in place:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            # a list of tables is a tuple of models
            model = annotation.__args__[0] if hasattr(annotation, "__args__") else annotation
    return [*model.model_fields]
