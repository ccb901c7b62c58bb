"""A file is changed whole or not at all, and never outside of the project."""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

import pytest

from flask_prodguard.cli.apply import apply_remedies
from flask_prodguard.cli.scan import scan
from flask_prodguard.cli.scan import ScanReport

APP = """from flask import Flask
app = Flask(__name__)
if __name__ == "__main__":
    app.run(host="0.0.0.0")
"""


@pytest.fixture
def report(tmp_path: Path) -> ScanReport:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "requirements.txt").write_text("gunicorn\n")
    (tmp_path / "Procfile").write_text("web: python app.py\nother: python app.py\n")
    return scan(tmp_path)


def test_every_change_of_a_file_is_made(report: ScanReport) -> None:
    applied = apply_remedies(report)
    assert applied == [("Procfile", 1, None), ("Procfile", 2, None)]
    lines = (report.root / "Procfile").read_text().splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["web:", "other:"]
    assert all(" gunicorn " in line for line in lines)


def test_a_change_that_two_starts_lead_to_is_made_once(report: ScanReport) -> None:
    twice = dataclasses.replace(report, starts=report.starts[:1] * 2)
    assert apply_remedies(twice) == [("Procfile", 1, None)]


def test_the_rest_of_the_file_stays_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "requirements.txt").write_text("gunicorn\n")
    before = b"# caf\xe9\r\nFROM python\r\nCOPY . .\r\nCMD python app.py\r\n# \xff\r\n"
    file = tmp_path / "Dockerfile"
    file.write_bytes(before)
    file.chmod(0o640)
    apply_remedies(scan(tmp_path))
    after = file.read_bytes()
    assert after.startswith(b"# caf\xe9\r\nFROM python\r\nCOPY . .\r\nCMD gunicorn ")
    assert after.endswith(b" app:app\r\n# \xff\r\n")
    assert file.stat().st_mode & 0o777 == 0o640


Break: t.TypeAlias = t.Callable[[Path], None]


def _link(root: Path) -> None:
    (root / "Procfile").rename(root / "real")
    (root / "Procfile").symlink_to(root / "real")


def _remove(root: Path) -> None:
    (root / "Procfile").unlink()


def _change(root: Path) -> None:
    (root / "Procfile").write_text("web: gunicorn app:app\n")


def _mix(root: Path) -> None:
    text = b"web: python app.py\r\nother: python app.py\n"
    (root / "Procfile").write_bytes(text)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (_link, "it is reached through a symbolic link"),
        (_remove, "it can't be read any more"),
        (_change, "it has changed since it was read"),
        (_mix, "its lines end in more than one way"),
    ],
)
def test_a_file_that_is_not_as_it_was_is_left(
    report: ScanReport, change: Break, refusal: str
) -> None:
    change(report.root)
    before = [path.read_bytes() for path in sorted(report.root.iterdir())]
    assert {each.refusal for each in apply_remedies(report)} == {refusal}
    after = [path.read_bytes() for path in sorted(report.root.iterdir())]
    assert after == before


def test_a_write_that_fails_leaves_the_file(
    report: ScanReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    (applied, _) = apply_remedies(report)
    assert applied.refusal == "it can't be written: No space left on device"
    assert {path.name for path in report.root.iterdir()} == {
        "Procfile",
        "app.py",
        "requirements.txt",
    }
