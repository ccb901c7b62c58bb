"""How people lay out a program, and what to change before it is served."""

from __future__ import annotations

import typing as t

from .conftest import NEW_APP
from .process import FLASK
from .process import PYTHON
from .programs import BOT
from .programs import CREATE_APP
from .programs import CREATED
from .programs import FACTORY
from .programs import FINISHED
from .programs import GO_HOME
from .programs import GUARDED
from .programs import HOLDER
from .programs import LAYERED
from .programs import MAIN
from .programs import MOUNTED
from .programs import MOUNTED_UNDER_GUARD
from .programs import NAMED_LATE
from .programs import RUN
from .programs import RUN_CALL
from .programs import RUN_SIMPLE
from .programs import SET_BY_FUNCTION
from .programs import UNDER_GUARD

APP_PY = (PYTHON, "app.py")


class Layout(t.NamedTuple):
    """The files of a program, and how it is started."""

    files: dict[str, str]
    command: tuple[str, ...]
    expected: str
    #: What is said to be changed first.
    asks_for: str = ""
    #: What is typed into it.
    typed: str = ""
    #: What only the right object answers.
    page: str = "/"


LAYOUTS = {
    "a module": Layout({"app.py": GUARDED + MAIN}, APP_PY, "app:app"),
    "an app beside another": Layout(
        {
            "app.py": "{}app = Flask('admin')\n{}".format(
                GUARDED.replace("app", "application"),
                MAIN.replace("app", "application"),
            )
        },
        APP_PY,
        "app:application",
    ),
    "an app that is named where it is guarded": Layout(
        {"app.py": f"{NAMED_LATE}guard.init_app(app := create_app())\n{MAIN}"},
        APP_PY,
        "app:app",
    ),
    "a global that a function sets": Layout(
        {"app.py": f"{SET_BY_FUNCTION}create_app()\n{MAIN}"}, APP_PY, "app:app"
    ),
    "a package": Layout(
        {"shop/__init__.py": GUARDED, "main.py": f"from shop import *\n{RUN}"},
        (PYTHON, "main.py"),
        "shop:app",
    ),
    "a module of a package": Layout(
        {"shop/__init__.py": "", "shop/web.py": GUARDED},
        ("flask", "--app", "shop.web", "run", "--host=0.0.0.0"),
        "shop.web:app",
    ),
    "python -m package": Layout(
        {
            "shop/__init__.py": GUARDED,
            "shop/__main__.py": f"from . import app, port\n{RUN}",
        },
        (PYTHON, "-m", "shop"),
        "shop:app",
    ),
    "all in __main__": Layout(
        {"shop/__init__.py": "", "shop/__main__.py": GUARDED + MAIN},
        (PYTHON, "-m", "shop"),
        "shop.__main__:app",
    ),
    "a folder": Layout(
        {"src/app.py": GUARDED + MAIN}, (PYTHON, "src/app.py"), "app:app"
    ),
    "a script in a package": Layout(
        {
            "shop/__init__.py": "",
            "shop/models.py": "name = 'shop'\n",
            "shop/shop.py": f"from models import name\n{GUARDED}{MAIN}",
        },
        (PYTHON, "shop/shop.py"),
        "shop:app",
    ),
    "a script in a package that is the current folder": Layout(
        {
            "__init__.py": "",
            "models.py": "name = 'shop'\n",
            "shop.py": f"from models import name\n{GUARDED}{MAIN}",
        },
        (PYTHON, "shop.py"),
        "shop:app",
    ),
    "a program that leaves its folder": Layout(
        {"src/app.py": f"{GO_HOME}{GUARDED}{MAIN}"},
        (PYTHON, "src/app.py"),
        "--pythonpath",
    ),
    "a factory": Layout(
        {"shop.py": CREATE_APP},
        (*FLASK, "--app", "shop", "run", "--host=0.0.0.0"),
        "shop:create_app()",
    ),
    "a factory with a name": Layout(
        {"shop.py": FACTORY.format(name="build")},
        (*FLASK, "--app", "shop:build", "run", "--host=0.0.0.0"),
        "shop:build()",
    ),
    "a factory in a package": Layout(
        {
            "shop/__init__.py": CREATE_APP,
            "run.py": "from shop import create_app, port\n"
            "if __name__ == '__main__':\n"
            f"    create_app(){RUN_CALL}\n",
        },
        (PYTHON, "run.py"),
        "shop:create_app()",
    ),
    "a factory and an app": Layout(
        {
            "shop/__init__.py": CREATE_APP,
            "wsgi.py": "from shop import create_app, port\napp = create_app()\n" + MAIN,
        },
        (PYTHON, "wsgi.py"),
        "wsgi:app",
    ),
    "a factory around another": Layout(
        {
            "shop/__init__.py": "",
            "shop/core.py": CREATE_APP,
            "shop/web.py": LAYERED,
            "run.py": "from shop.core import port\nfrom shop.web import build_app\n"
            "if __name__ == '__main__':\n"
            "    build_app().run('0.0.0.0', port)\n",
        },
        (PYTHON, "run.py"),
        "shop.web:build_app()",
        page="/basket",
    ),
    "a factory that finishes a global": Layout(
        {"base.py": NEW_APP, "manage.py": FINISHED},
        ("flask", "--app", "manage", "run", "--host=0.0.0.0"),
        "manage:create_app()",
    ),
    "an app of one function": Layout(
        {"shop.py": f"{CREATE_APP}\ndef main():\n    create_app(){RUN_CALL}\nmain()\n"},
        (PYTHON, "shop.py"),
        "shop:create_app()",
        "shop.py calls main() when it is imported",
    ),
    "a bot": Layout(
        {"bot.py": BOT},
        (PYTHON, "bot.py"),
        "bot:app",
        "bot.py starts a server when it is imported",
    ),
    "an app under the guard": Layout(
        {"shop.py": UNDER_GUARD},
        (PYTHON, "shop.py"),
        "shop:app",
        "`app` is created under",
    ),
    "a name that can't be imported": Layout(
        {"my.shop.py": GUARDED + RUN},
        (PYTHON, "my.shop.py"),
        "my_shop:app",
        "rename it to my_shop.py",
    ),
    "a folder that is run": Layout(
        {"shop/__main__.py": GUARDED + RUN},
        (PYTHON, "shop"),
        "--pythonpath",
        "move the app",
    ),
    "a factory that needs arguments": Layout(
        {"shop.py": CREATE_APP.replace("app()", "app(name)") + CREATED},
        (PYTHON, "shop.py"),
        "wsgi:app",
        "`create_app` was called with arguments: add a file wsgi.py",
    ),
    "a factory that was given arguments": Layout(
        {
            "shop.py": CREATE_APP.replace("app()", "app(name='')") + CREATED,
            "wsgi.py": "# It is deployed with this.\n",
        },
        (PYTHON, "shop.py"),
        "wsgi:app",
        "`create_app` was called with arguments: in wsgi.py, add",
    ),
    "a factory that wsgi.py runs": Layout(
        {
            "shop.py": CREATE_APP.replace("app()", "app(name)"),
            "wsgi.py": f"from shop import *\ncreate_app('shop').{RUN[4:]}\n",
        },
        (PYTHON, "wsgi.py"),
        "wsgi_app:app",
        "`create_app` was called with arguments: add a file wsgi_app.py",
    ),
    "an object that holds the app": Layout(
        {"shop.py": HOLDER},
        (PYTHON, "shop.py"),
        "shop:server",
        "Add the line `server = shop.server`",
    ),
    "middleware with a name": Layout(
        {
            "shop.py": MOUNTED.format(
                run=f"if __name__ == '__main__':\n    {RUN_SIMPLE}"
            )
        },
        (PYTHON, "shop.py"),
        "shop:mounts",
        page="/shop/",
    ),
    "middleware on top of one with a name": Layout(
        {
            "shop.py": MOUNTED.format(
                run=RUN_SIMPLE.replace("mounts", "ProxyFix(mounts)")
            )
        },
        (PYTHON, "shop.py"),
        "shop:mounts",
        "shop.py calls run_simple() when it is imported",
        page="/shop/",
    ),
    "middleware around another module's app": Layout(
        {
            "web.py": GUARDED,
            "shop.py": MOUNTED.replace(GUARDED, "from web import *\n").format(
                run="make_server('0.0.0.0', port, mounts).serve_forever()"
            ),
        },
        (PYTHON, "shop.py"),
        "shop:mounts",
        "shop.py calls make_server().serve_forever() when it is imported",
        page="/shop/",
    ),
    "middleware under the guard": Layout(
        {"shop.py": MOUNTED_UNDER_GUARD},
        (PYTHON, "shop.py"),
        "shop:mounts",
        "`mounts` is created under",
        page="/shop/",
    ),
    "a program that is typed": Layout(
        {}, (PYTHON, "-"), "app:app", "is in no file", typed=GUARDED + RUN
    ),
}
