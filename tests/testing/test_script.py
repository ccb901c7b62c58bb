from __future__ import annotations

import os
import sys
import typing as t
from pathlib import Path

import pytest

from flask_prodguard.guard import hooks
from flask_prodguard.judging.launch import Via
from flask_prodguard.testing import assert_refused
from flask_prodguard.testing import run_script

OWN_MODULES = {"shop", "serve", "store"}
SHOP = """\
from flask import Flask
from flask_prodguard import ProdGuard

app = Flask(__name__)
ProdGuard(app)
"""
SCRIPT = """\
import os
import sys
from shop import app

if __name__ == "__main__":
    assert sys.modules["__main__"].app is app
    sys.path.append("left behind")
    os.chdir("/")
    app.run(host=os.environ.get("HOST"), port=int(sys.argv[1]))
    sys.exit()
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Path]:
    """A folder with a script, entered."""
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "serve.py").write_text(SCRIPT)
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "__init__.py").touch()
    (tmp_path / "store" / "__main__.py").write_text(SCRIPT.replace("shop", "store.app"))
    (tmp_path / "store" / "app.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    # Another test may have imported a module of the same name.
    for name in OWN_MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield tmp_path
    hooks.remove()


def state() -> tuple[object, ...]:
    return (
        [*sys.argv],
        [*sys.path],
        {name for name in sys.modules if name.partition(".")[0] in OWN_MODULES},
        sys.modules["__main__"],
        {**os.environ},
        Path.cwd(),
    )


@pytest.mark.parametrize(
    "script", ["serve.py", "./serve.py", Path("serve.py"), "serve", "store"]
)
def test_a_script_runs_to_its_end_and_leaves_no_trace(script: str | Path) -> None:
    before = state()

    launches = run_script(script, ["8000"], environ={"DYNO": "web.1", "HOST": "::"})

    assert [each.codes for each in launches] == [("PG101", "PG102")]
    assert launches[0].launch.via is Via.APP_RUN
    assert launches[0].launch.address.port == 8000
    assert state() == before


def test_each_run_imports_the_modules_of_its_folder_again(project: Path) -> None:
    with (project / "shop.py").open("a") as file:
        file.write("import os\napp.debug = os.environ['STAGE'] == 'dev'\n")

    stages = ("dev", "live")
    runs = [run_script("serve.py", ["1"], environ={"STAGE": each}) for each in stages]

    assert [run[0].launch.debug for run in runs] == [True, False]


def test_a_folder_may_be_run(project: Path) -> None:
    (project / "__main__.py").write_text(SCRIPT)

    before = state()

    launches = run_script(project, ["1"], environment="development")

    assert [each.is_refused for each in launches] == [False]
    assert state() == before


def test_a_script_can_be_asserted_about() -> None:
    assert_refused(
        lambda: run_script("serve.py", ["1"]), "PG101", environ={"DYNO": "web.1"}
    )


def test_a_namespace_package_has_no_file(project: Path) -> None:
    (project / "space").mkdir()
    (project / "space" / "inner.py").touch()
    (project / "other.py").write_text("import space.inner")

    try:
        assert run_script("other.py") == []
    finally:
        del sys.modules["space"], sys.modules["space.inner"]


def test_what_a_script_raises_passes_through_and_everything_is_restored(
    project: Path,
) -> None:
    (project / "serve.py").write_text("import shop\nraise KeyError('DATABASE_URL')")
    before = state()

    with pytest.raises(KeyError, match="DATABASE_URL"):
        run_script("serve.py")

    assert state() == before


def test_a_script_that_fails_has_not_started_nothing(project: Path) -> None:
    (project / "serve.py").write_text("import sys\nsys.exit('no database')")

    with pytest.raises(SystemExit, match="no database"):
        run_script("serve.py")


def test_a_script_that_does_not_exist_is_a_usage_error(project: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        run_script("serv.py")

    assert str(caught.value) == (
        f"There is no script 'serv.py' in {project}. Give the path from there, or the"
        " name of a module without a suffix."
    )


def test_a_module_that_does_not_exist_is_a_usage_error() -> None:
    with pytest.raises(ImportError, match="No module named serv"):
        run_script("serv")
