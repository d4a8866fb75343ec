"""The sample newsroom: pages and texts of eight invented outlets, and a server that shows them.

README.md beside this file says what each of them is there for.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def outlets_folder() -> Path:
    """The folder with the first edition: one folder an outlet, as `newswell load` takes it."""
    return Path(str(files(__name__).joinpath("outlets")))


def later_folder() -> Path:
    """The folder with what changed since: updated pages of the same addresses, and a new one."""
    return Path(str(files(__name__).joinpath("later")))
