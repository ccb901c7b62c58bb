"""What a refusal advises first is applied as it is placed, in a fresh copy of the
folder, and answers as the development server does without the guard. Where another
remedy loses something, that has been said.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest
from launches.conftest import Site
from launches.hosts import as_run_by_host
from launches.pasting import edited
from launches.pasting import SWITCHED_OFF
from launches.process import Process
from launches.process import PYTHON
from launches.refusals import advice_of
from launches.refusals import Remedy

from .record import PROPERTY
from .shapes import Shape
from .shapes import SHAPES

HOSTS: dict[str, dict[str, str]] = {
    "FLASK_ENV=production": {"FLASK_ENV": "production"},
    "Heroku": {"DYNO": "web.1", "PORT": "{port}"},
}


def made(site: Site, folder: Path, shape: Shape) -> Path:
    """The program, in its own folder."""
    site.folder = folder
    site.write("shop.py", shape.program)
    for name, text in shape.files.items():
        site.write(name, text)
    if shape.certified:
        words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"]
        words += ["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"]
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return folder


def answers(process: Process, shape: Shape) -> list[object]:
    """What a server answers, as soon as it listens."""
    process.wait_listening()
    return [probe(process) for probe in shape.probes]


@pytest.mark.process
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", SHAPES)
def test_the_same_app(
    site: Site,
    tmp_path: Path,
    record_property: t.Callable[[str, object], None],
    name: str,
    host: str,
) -> None:
    shape = SHAPES[name]
    for package in (*shape.needs, "gunicorn", "waitress"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    if shape.certified and shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    command = [PYTHON, *(each.format(port=site.port) for each in shape.command)]
    environ = {key: value.format(port=site.port) for key, value in HOSTS[host].items()}

    made(site, tmp_path / "bare", shape)
    bare = site.run(command, {**environ, **SWITCHED_OFF})
    expected = answers(bare, shape)
    bare.stop()

    made(site, tmp_path / "refused", shape)
    refused = site.run(command, environ)
    refused.wait_output("\nFix: ")
    refused.stop()
    remedy = advice_of(refused)[0].remedies[0]
    assert (remedy.losses, remedy.asked, remedy.requirements) == ([], "", [])

    folder = made(site, tmp_path / "fixed", shape)
    with edited(folder, remedy) as is_there:
        assert is_there
        replacement = _command(remedy, command, folder, refused)
        served = site.run(replacement, {**environ, **shape.environ})
        found = answers(served, shape)
    row = {"shape": name, "host": host, "kind": remedy.kind, "server": remedy.server}
    asked = [(each.__doc__ or "").rstrip(".") for each in shape.probes]
    probes = "; ".join(dict.fromkeys(asked))
    record_property(PROPERTY, {**row, "asked": probes, "same": found == expected})
    assert found == expected, f"{remedy}\n{served.output}\n{refused.output}"


def _command(
    remedy: Remedy, command: list[str], folder: Path, refused: Process
) -> t.Sequence[str] | str:
    if remedy.is_code:
        return command
    moved = [line.replace(str(refused.folder), str(folder)) for line in remedy.lines]
    return as_run_by_host(moved, remedy.where, folder, "")
