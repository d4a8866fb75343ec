"""Takes the steps of a Dockerfile's first stage in a folder: what they forget shows there.

    python deploy/replay.py DOCKERFILE CONTEXT ROOT

Paths of the image lie below ROOT. Knows ENV, WORKDIR, COPY and RUN, and refuses anything else:
a step that is passed over would not be tested.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template


class StepError(Exception):
    """A step that cannot be taken here."""


def first_stage(text: str) -> Iterator[tuple[str, str]]:
    """(instruction, rest) of every step up to the second FROM, continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    stages = 0
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            stages += 1
            if stages == 2:
                return
        elif word:
            yield word, rest.strip()


class Stage:
    """The image as it is so far: a folder, the environment, and where one is in it."""

    def __init__(self, context: Path, root: Path) -> None:
        self._context, self._root, self._here = context, root, root
        self._variables: dict[str, str] = {}

    def take(self, word: str, rest: str) -> None:
        """Takes one step. Raises StepError, OSError, CalledProcessError."""
        match word:
            case "ENV":
                name, _, value = rest.partition("=")
                self._variables[name] = str(self._place(value)) if value[0] == "/" else value
            case "WORKDIR":
                self._here = self._place(rest)
                self._here.mkdir(parents=True, exist_ok=True)
            case "COPY":
                *sources, target = Template(rest).substitute(self._variables).split()
                for source in sources:
                    self._copy(self._context / source, target)
            case "RUN":
                path = f"{self._root / 'bin'}{os.pathsep}{os.environ['PATH']}"
                environment = {**os.environ, **self._variables, "PATH": path}
                command = ["sh", "-euc", rest]
                subprocess.run(command, cwd=self._here, env=environment, check=True)  # noqa: S603
            case _:
                raise StepError(f"{word} {rest}: cannot be taken here")

    def _place(self, path: str) -> Path:
        """A path of the image; what a variable gave is in the folder already."""
        if path.startswith(str(self._root)):
            return Path(path)
        return self._root / path.lstrip("/") if path.startswith("/") else self._here / path

    def _copy(self, source: Path, target: str) -> None:
        place = self._place(target)
        if source.is_dir():
            shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
        elif target.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, place / source.name)
        else:
            shutil.copy(source, place)


def main() -> None:
    """Takes every step; ends with the code of one that fails."""
    dockerfile, context, root = map(Path, sys.argv[1:])
    (root / "bin").mkdir(parents=True, exist_ok=True)
    # the image's own python
    (root / "bin" / "python").symlink_to(sys.executable)
    stage = Stage(context, root)
    for word, rest in first_stage(dockerfile.read_text(encoding="utf-8")):
        stage.take(word, rest)


if __name__ == "__main__":
    main()
