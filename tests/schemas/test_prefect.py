from __future__ import annotations

import os
from pathlib import Path

import pytest

from schemas.prefect import prefect_configured

PROFILES = """
active = "here"
[profiles.here]
[profiles.server]
PREFECT_API_URL = "http://127.0.0.1:4200/api"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [*os.environ]:
        if name.startswith("PREFECT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".prefect").mkdir()
    return tmp_path


def test_nothing_is_configured_by_default(home: Path) -> None:
    assert not prefect_configured()
    (home / ".prefect" / "profiles.toml").write_text(PROFILES)
    assert not prefect_configured()


def test_a_variable_or_the_active_profile_configures(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / ".prefect" / "profiles.toml"
    file.write_text(PROFILES)
    monkeypatch.setenv("PREFECT_PROFILE", "server")
    assert prefect_configured()
    monkeypatch.delenv("PREFECT_PROFILE")
    file.write_text(PROFILES.replace('"here"', '"server"'))
    assert prefect_configured()
    file.rename(home / "elsewhere.toml")
    assert not prefect_configured()
    monkeypatch.setenv("PREFECT_PROFILES_PATH", str(home / "elsewhere.toml"))
    assert prefect_configured()
    monkeypatch.delenv("PREFECT_PROFILES_PATH")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert prefect_configured()


def test_prefects_own_folder_may_lie_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "own").mkdir()
    (home / "own" / "profiles.toml").write_text(PROFILES.replace('"here"', '"server"'))
    monkeypatch.setenv("PREFECT_HOME", "~/own")
    assert prefect_configured()


@pytest.mark.parametrize(
    "content", ["", "active = ", "active = [1]", "profiles = 3", "active = 'a'\n[profiles]\na = 3"]
)
def test_a_broken_file_of_profiles_configures_nothing(home: Path, content: str) -> None:
    (home / ".prefect" / "profiles.toml").write_text(content)
    assert not prefect_configured()
