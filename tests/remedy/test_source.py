from __future__ import annotations

import sys
import typing as t
from importlib.util import LazyLoader
from importlib.util import module_from_spec
from importlib.util import spec_from_file_location
from types import ModuleType

import pytest

from flask_prodguard.attributes import attributes_of
from flask_prodguard.remedy.source import locate_module

if t.TYPE_CHECKING:
    from pathlib import Path

    from flask_prodguard.remedy.source import LoadedModule

    Write = t.Callable[[str], LoadedModule]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    def write(source: str) -> LoadedModule:
        file = tmp_path / "shop.py"
        file.write_text(source)
        module = ModuleType("shop")
        module.__file__ = str(file)
        monkeypatch.setitem(sys.modules, "shop", module)
        return locate_module("shop")

    return write


@pytest.mark.parametrize(
    "source",
    [
        "app = Flask()",
        "app: Flask = Flask()",
        "app, db = create()",
        "from shop import app",
        "from shop import flask_app as app",
        "import app",
        "import app.web",
        "from shop import *",
        "def app(): pass",
        "async def app(): pass",
        "class app: pass",
        "if x:\n    app = Flask()",
        "if x:\n    pass\nelse:\n    app = Flask()",
        "try:\n    app = Flask()\nexcept E:\n    pass",
        "try:\n    x()\nexcept E:\n    app = Flask()",
        "try:\n    x()\nfinally:\n    app = Flask()",
        "match x:\n    case 1:\n        app = Flask()",
        "with x() as app:\n    pass",
        "with x():\n    app = Flask()",
        "for app in apps:\n    pass",
        "if __name__ == 'shop':\n    app = Flask()",
        "if __name__ == '__main__':\n    pass\nelse:\n    app = Flask()",
        "if __name__ != '__main__':\n    app = Flask()",
        "if __name__ == '__main__' or x:\n    app = Flask()",
        "if '' < __name__ < '__main__':\n    app = Flask()",
        "ProdGuard(app := Flask())",
        "shop = application = (app := Flask())",
        "if (app := Flask()).debug:\n    pass",
        "with x(app := Flask()):\n    pass",
        "[app := x for x in y]",
        "@guarded(app := Flask())\ndef view(): pass",
        "def setup():\n    global app\n    app = Flask()\nsetup()",
        "def setup():\n    global app\n    if x: app = Flask()\ny = [setup()]",
        "def setup():\n    global app, db\n    f(app := Flask())\nif x:\n    setup()",
    ],
)
def test_a_name_is_bound_on_import(write: Write, source: str) -> None:
    assert write(source).binds("app")


@pytest.mark.parametrize(
    "source",
    [
        "if __name__ == '__main__':\n    app = Flask()",
        'if "__main__" == __name__:\n    app = Flask()',
        "if __name__ == '__main__' and x:\n    app = Flask()",
        "if x:\n    pass\nelif __name__ == '__main__':\n    app = Flask()",
        "if __name__ != '__main__':\n    pass\nelse:\n    app = Flask()",
        "try:\n    pass\nfinally:\n    if __name__ == '__main__':\n        app = F()",
        "if __name__ == '__main__':\n    f(app := Flask())",
        "def f():\n    global app\n    app = x()\nif __name__ == '__main__':\n    f()",
    ],
)
def test_a_name_under_the_main_guard_is_bound_by_a_script_only(
    write: Write, source: str
) -> None:
    module = write(source)
    assert not module.binds("app")
    assert module.binds("app", as_script=True)


@pytest.mark.parametrize(
    "source",
    [
        "app = None",
        "app: Flask",
        "app: Flask | None = None",
        "app.debug = True",
        "print(app)",
        "def main():\n    global app\n    app = Flask()",
        "def main():\n    global app\nmain()",
        "def main():\n    global app\n    app = None\nmain()",
        "def main():\n    app = Flask()\nmain()",
        "def main():\n    global app\n    app = Flask()\nshop.main()",
        "def main():\n    global app\n    app = Flask()\ndef run():\n    main()",
        "def main():\n    global app\n    app = Flask()\nf = lambda: main()",
        "f(app := None)",
        "f = lambda: (app := Flask())",
        "def main():\n    f(app := Flask())",
        "class Shop:\n    app = Flask()",
    ],
)
def test_a_name_is_not_bound_to_an_object(write: Write, source: str) -> None:
    assert not write(source).binds("app", as_script=True)


def test_a_module_without_source_gets_the_benefit_of_the_doubt() -> None:
    assert locate_module("builtins").binds("anything")


def test_a_lazy_module_is_not_woken(tmp_path: Path) -> None:
    file = tmp_path / "lazy.py"
    file.write_text("raise RuntimeError('woken')")
    spec = spec_from_file_location("lazy", file)
    assert spec is not None
    assert spec.loader is not None
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert attributes_of(module)["__name__"] == "lazy"


def test_an_object_whose_attributes_cannot_be_read_has_none() -> None:
    class Odd:
        __dict__ = 1  # type: ignore[assignment]

    assert attributes_of(None) == {}
    assert attributes_of(Odd()) == {}


@pytest.mark.parametrize(
    ("file", "spec", "name"),
    [
        ("serve.py", None, "serve"),
        ("my-app.py", None, "my-app"),
        ("serve.pyc", None, "serve"),
        ("shop/__main__.py", "shop.__main__", "shop.__main__"),
        ("shop/web.py", "shop.web", "shop.web"),
    ],
)
def test_the_main_module_is_named_as_it_is_imported(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    spec: str | None,
    name: str,
) -> None:
    module = ModuleType("__main__")
    module.__file__ = str(tmp_path / file)
    module.__spec__ = spec_from_file_location(spec, file) if spec else None
    monkeypatch.setitem(sys.modules, "__main__", module)
    located = locate_module("__main__")
    assert located.name == name
    assert located.file == tmp_path / file
    assert located.obstacle is None


@pytest.mark.parametrize(
    ("file", "name", "obstacle"),
    [
        (
            None,
            "app",
            "save the code as app.py, with what starts the server under"
            ' `if __name__ == "__main__":`.',
        ),
        (
            "<stdin>",
            "app",
            "save the code as app.py, with what starts the server under"
            ' `if __name__ == "__main__":`.',
        ),
        ("serve", "serve", "No server can import serve: rename it to serve.py."),
        ("serve.wsgi", "serve", "rename it to serve.py."),
        ("my.app.py", "my_app", "rename it to my_app.py."),
        (
            "shop.pyz/__main__.py",
            "wsgi",
            "not what starts the server, to a file wsgi.py next to it.",
        ),
    ],
)
def test_a_main_module_that_cannot_be_imported_says_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str | None,
    name: str,
    obstacle: str,
) -> None:
    module = ModuleType("__main__")
    if file:
        module.__file__ = file if file.startswith("<") else str(tmp_path / file)
    monkeypatch.setitem(sys.modules, "__main__", module)
    located = locate_module("__main__")
    assert located.name == name
    assert located.obstacle is not None
    assert located.obstacle.endswith(obstacle)


def test_a_module_that_is_not_loaded_has_only_its_name() -> None:
    located = locate_module("not_loaded")
    assert located.name == "not_loaded"
    assert located.file is None
    assert located.namespace == {}


@pytest.mark.parametrize("other", ["api/__init__.py", None])
def test_a_script_that_another_module_hides_has_to_be_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str | None
) -> None:
    name = "api" if other else "calendar"
    file = tmp_path / f"{name}.py"
    file.touch()
    if other:
        (tmp_path / other).parent.mkdir()
        (tmp_path / other).touch()
    main = ModuleType("__main__")
    main.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "__main__", main)
    found = locate_module("__main__")
    assert found.name == f"{name}_app"
    assert found.obstacle == (
        f"A server that imports `{name}` finds another module of that name, and not"
        f" {name}.py: rename it to {name}_app.py."
    )
