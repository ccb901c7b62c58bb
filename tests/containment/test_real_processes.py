"""A guard never harms: every odd program answers as it does without the guard, and the
guard does what it is there for.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

import pytest
from launches.process import clean_environ

from containment.driver import PRODUCTION
from containment.faults import FAULTS

TESTS = Path(__file__).parent.parent
SECRET = "secret-of-the-failure"
PG = ("PG201", "PG202")
# It is about the program's own code, for which nothing is found.
NO_VERDICT = ("A receiver of launch_judged failed.",)


class Found(t.NamedTuple):
    """What an odd program has answered, and what the guard has said."""

    answers: list[t.Any]
    said: list[list[str]]

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.said)

    @property
    def pages(self) -> list[t.Any]:
        """What the pages answer that do not fail."""
        return self.answers[:3]

    @property
    def is_served(self) -> bool:
        return [page[:2] for page in self.pages if page] == [[200, "ok"]] * len(
            self.pages
        )

    @property
    def shows_console(self) -> bool:
        return any(type(each) is list and each[2] for each in self.answers)


def tried(server: str, guard: str, folder: Path, **environ: str) -> dict[str, Found]:
    """Serve every odd program, each in its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "containment.driver", server, guard],
        cwd=folder,
        env={**clean_environ(folder), "PYTHONPATH": str(TESTS), **environ},
        capture_output=True,
        text=True,
        timeout=400,
        check=True,
    )
    lines = map(json.loads, done.stdout.splitlines())
    found = {line["name"]: Found(**line["found"]) for line in lines}
    assert sorted(found) == sorted(FAULTS)
    return found


@functools.cache
def tried_without_guard(server: str) -> dict[str, Found]:
    """Nothing but the guard asks for the variables that the tests set."""
    with tempfile.TemporaryDirectory() as folder:
        return tried(server, "bare", Path(folder))


def wrong(
    server: str,
    folder: Path,
    is_right: t.Callable[[str, Found], bool],
    guard: str = "guarded",
    **environ: str,
) -> dict[str, tuple[Found, Found]]:
    """The odd programs that the guard harms, or that it does not guard.

    :param guard: ``"loaded"`` where another test shows that what the guard needs can
        be imported in an odd program.
    """
    bare = tried_without_guard(server)
    guarded = tried(server, guard, folder, **environ)
    return {
        name: (found, bare[name])
        for name, found in guarded.items()
        # Some fail on their own: all that counts is that they fail in the same way.
        if SECRET in found.text
        or not (is_right(name, found) if bare[name].is_served else True)
    }


@pytest.mark.parametrize("server", PRODUCTION)
def test_a_production_server_is_never_taken_down(server: str, tmp_path: Path) -> None:
    def is_right(name: str, found: Found) -> bool:
        told = all(found.text.count(code) > 0 for code in PG)
        return (
            found.is_served
            and not found.shows_console
            and (told or not FAULTS[name].is_told)
        )

    assert wrong(server, tmp_path, is_right, FLASK_ENV="production") == {}


def test_a_development_server_is_refused_with_no_other_error(tmp_path: Path) -> None:
    def is_right(name: str, found: Found) -> bool:
        kind, text = found.said[-1]
        refused = kind == "UnsafeLaunchError" and "PG101" in text
        # A value that can't be understood is refused before.
        return found.answers == [None] and (refused or kind == "ConfigError")

    assert wrong("app.run()", tmp_path, is_right, FLASK_ENV="production") == {}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"FLASK_PRODGUARD_ENABLED": "0"}, "PG901"),
        ({"FLASK_PRODGUARD_ACTION": "log"}, "PG101"),
    ],
    ids=["ENABLED=0", "ACTION=log"],
)
def test_an_opt_out_is_never_broken(
    tmp_path: Path, setting: dict[str, str], told: str
) -> None:
    environ = {"FLASK_ENV": "production", **setting}

    def is_right(name: str, found: Found) -> bool:
        is_refused = found.said and found.said[-1][0] == "ConfigError"
        return bool(is_refused) or (found.is_served and told in found.text)

    assert wrong("app.run()", tmp_path, is_right, "loaded", **environ) == {}


def test_in_development_everything_is_served_silently(tmp_path: Path) -> None:
    def is_right(name: str, found: Found) -> bool:
        told = [kind for kind, text in found.said if text not in NO_VERDICT]
        return "ConfigError" in told or (found.is_served and {*told} <= {"DEBUG"})

    environ = {"FLASK_ENV": "development"}
    assert wrong("app.run()", tmp_path, is_right, "loaded", **environ) == {}
