"""The publisher rules that hold: those that come with Newswell, and a folder of the user's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from extractors.publishers.outlets import domains
from extractors.publishers.rule import PublisherRule
from schemas.model import Frozen


class RuleError(Exception):
    """A rule file is wrong; the message is one line that says which, where, and what to do."""


class Rules(Frozen):
    """Publisher rules by preference: of several that fit, the first is taken."""

    rules: tuple[PublisherRule, ...] = ()

    def for_page(self, address: str, names: Iterable[str], day: date) -> PublisherRule | None:
        """The rule for the page at an address, seen on a day, or None.

        A page whose address has no domain, a file or a server without a name, is known by
        what it calls its outlet (`names`).
        """
        known = list(domains(address)) if _has_domain(address) else []
        called = set() if known else {_letters(name) for name in names}
        fitting = [
            (next((place for place, one in enumerate(known) if one in rule.domains), 0), rule)
            for rule in self.rules
            if rule.holds_on(day)
            and (set(known) & set(rule.domains) or _letters(rule.publisher) in called)
        ]
        # a rule for a subdomain goes before one for the whole domain
        return min(fitting, key=lambda pair: pair[0])[1] if fitting else None


NO_RULES = Rules()


def read_rules(folder: Path | None = None) -> Rules:
    """The rules of a folder, then those that come with Newswell. Raises RuleError."""
    own = [] if folder is None else _own(folder)
    supplied = files(__package__).joinpath("rules")
    bundled = sorted(supplied.iterdir(), key=lambda entry: entry.name)
    found = [
        _read(entry.name, entry.read_text("utf-8"))
        for entry in bundled
        if entry.name.endswith(".toml")
    ]
    return Rules(rules=(*own, *found))


def _own(folder: Path) -> list[PublisherRule]:
    try:
        paths = sorted(folder.glob("*.toml")) if folder.is_dir() else None
    except OSError as error:
        raise RuleError(f"extract.rules: {folder}: {error.strerror}") from error
    if paths is None:
        raise RuleError(f"extract.rules: there is no folder {folder}; make it, or name another")
    rules = []
    for path in paths:
        try:
            rules.append(_read(str(path), path.read_text(encoding="utf-8-sig")))
        except (OSError, UnicodeDecodeError) as error:
            raise RuleError(f"{path}: cannot be read as UTF-8 text ({error})") from error
    return rules


def _read(name: str, text: str) -> PublisherRule:
    try:
        values = tomllib.loads(text)
        return PublisherRule.model_validate(values | {"id": Path(name).stem})
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: not valid TOML: {error}") from error
    except ValidationError as error:
        raise RuleError(f"{name}: {_explain(error.errors()[0])}") from error


def _explain(error: Mapping[str, object]) -> str:
    """What is wrong with a rule, in words for the person who wrote it."""
    location = error["loc"]
    assert isinstance(location, tuple)
    where = ".".join(str(part) for part in location)
    said = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        known = ", ".join(name for name in PublisherRule.model_fields if name != "id")
        said = f"no such key; there are {known}"
    return f"{where}: {said}" if where else said


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _has_domain(address: str) -> bool:
    """Whether an address is on a host with a name; `127.0.0.1` and files are not."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return address.startswith("http") and "." in host and not host.rpartition(".")[2].isdigit()
