"""Statements and branches on the way to a server."""

from __future__ import annotations

import typing as t

import pytest

from ..conftest import APP
from ..conftest import MAIN
from ..conftest import MAYBE
from ..conftest import program_in
from ..conftest import said

if t.TYPE_CHECKING:
    from ..conftest import Runs
    from ..conftest import Write

# The command, the files, and what it runs.
PROGRAMS: dict[str, tuple[str, dict[str, str], str]] = {
    "main()": (
        "python app.py",
        {
            "app.py": APP
            + "def main():\n    app.run('0.0.0.0')\n"
            + MAIN
            + "    main()\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "a branch that can't be known": (
        "python app.py",
        {
            "app.py": APP
            + "import os\nif os.environ.get('ENV') == 'production':\n"
            + "    from waitress import serve\n    serve(app)\nelse:\n    app.run()\n"
        },
        "waitress maybe, werkzeug 127.0.0.1 maybe",
    ),
    "a branch that a file decides": (
        "ENV=production python app.py",
        {
            "app.py": APP
            + "import os\nif os.environ.get('ENV') == 'production':\n"
            + "    from waitress import serve\n    serve(app)\nelse:\n    app.run()\n"
        },
        "waitress",
    ),
    "a branch that the command line decides": (
        "python app.py web",
        {
            "app.py": APP
            + "import sys\nif len(sys.argv) > 1 and sys.argv[1] == 'web':\n"
            + "    app.run(host='0.0.0.0')\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "what an error decides": (
        "python app.py",
        {
            "app.py": APP
            + "try:\n    from waitress import serve\n    serve(app)\n"
            + "except ImportError:\n    app.run()\n"
        },
        "waitress, werkzeug 127.0.0.1 maybe",
    ),
    "a value that two branches set": (
        "python app.py",
        {
            "app.py": APP
            + "import x\nif x.y:\n    host = '0.0.0.0'\nelse:\n    host = 'localhost'\n"
            + "debug = True if x.y else True\napp.run(host, debug=debug)\n"
        },
        "werkzeug ? debug",
    ),
    "match": (
        "python app.py web",
        {
            "app.py": APP
            + "import sys\nmatch sys.argv[1]:\n    case 'web':\n        app.run()\n"
            + "    case _:\n        pass\n"
        },
        "werkzeug 127.0.0.1 maybe",
    ),
    "loops": (
        "python app.py",
        {
            "app.py": APP
            + "for host in ['0.0.0.0']:\n    while True:\n        app.run(host)\n"
            + "while False:\n    app.run()\nfor x in []:\n    pass\nelse:\n    pass\n"
        },
        "werkzeug 0.0.0.0",
    ),
    "with": (
        "python app.py",
        {"app.py": APP + "with app.app_context(), open('x') as f:\n    app.run()\n"},
        "werkzeug 127.0.0.1",
    ),
    "try and finally": (
        "python app.py",
        {
            "app.py": APP
            + "try:\n    import x\nexcept ImportError:\n    x = None\nelse:\n    pass\n"
            + "finally:\n    app.run()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "asynchronous code": (
        "python app.py",
        {
            "app.py": APP
            + "import asyncio\nasync def go():\n    async with x:\n"
            + "        async for y in z:\n"
            + "            await asyncio.to_thread(app.run)\n"
            + "asyncio.run(go())\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "a global name": (
        "python app.py",
        {
            "app.py": "import flask\napp = None\ndef make():\n    global app\n"
            "    app = flask.Flask('x')\nmake()\napp.run()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "an error that ends a function": (
        "python app.py",
        {
            "app.py": APP
            + "import x\ndef go():\n    if x.y:\n        raise ValueError\n"
            + "    app.run()\n    raise ValueError\n    app.run('0.0.0.0')\ngo()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "what defaults decide": (
        "python app.py",
        {
            "app.py": APP
            + "import os\nenv = os.environ.get\n"
            + "host = env('A') or env('B') or '0.0.0.0'\n"
            + "one = env('A', 'x') and env('B', 'y')\ntwo = env('A') or gone\n"
            + "debug = True if env('C') else False\n"
            + "three = gone if env('C', 'x') else 1\n"
            + "four = not env('A')\nfive = -env('A', 1)\n"
            + "app.run(host, debug=debug or bool(env(gone)))\n"
        },
        "werkzeug 0.0.0.0 debug?",
    ),
    "branches that set the same": (
        "python app.py",
        {
            "app.py": "import x\nfrom flask import Flask\nif x.y:\n"
            "    app = Flask('a')\n"
            "    z = 1\nelse:\n    app = Flask('b')\nif x.y:\n    raise SystemExit\n"
            "if x.y:\n    exit()\nelse:\n    pass\nif x.y:\n    a = Flask\n"
            "else:\n    a = x\napp.run()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "branches that end": (
        "python app.py",
        {
            "app.py": APP
            + "import x\ndef go():\n    if x.y:\n        for z in x: raise ValueError\n"
            + "    def inner():\n        return 1\n    inner()\n    if x.y:\n"
            + "        def run(h='0.0.0.0'):\n            app.run(h)\n"
            + "            return 1\n"
            + "        run()\ngo()\nx.print(*[1], *x, **x)\n"
        },
        "werkzeug 0.0.0.0 maybe",
    ),
    "an exit with what main returns": (
        "python run.py",
        {
            "run.py": "from shop import main\nraise SystemExit(main())\n",
            "shop.py": APP + "def main():\n    app.run()\n",
        },
        "werkzeug 127.0.0.1",
    ),
    "an error that is raised again": (
        "python app.py",
        {
            "app.py": APP
            + "def main():\n    try:\n        app.run()\n    except OSError:\n"
            + "        raise\nmain()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "a decorator that calls the function": (
        "python app.py",
        {
            "app.py": APP
            + "def logged(function):\n    def inner(*words, flag=1, **options):\n"
            + "        return function(*words, **options)\n    return inner\n"
            + "@logged\ndef main(host, debug=False):\n    app.run(host, debug=debug)\n"
            + "main('0.0.0.0', debug=True)\n"
        },
        "werkzeug 0.0.0.0 debug",
    ),
    "a decorator that does not call the function": (
        "python app.py",
        {
            "app.py": APP
            + "def never(function):\n    def inner():\n        print()\n"
            + "    return inner\n@never\ndef main():\n    app.run()\nmain()\n"
        },
        "no Flask server: it serves no app",
    ),
    "a decorator that can't be followed": (
        "python app.py",
        {
            "app.py": APP
            + "def kept(function):\n    return wrap(function)\n"
            + "@kept\ndef main():\n    app.run()\nmain()\n"
        },
        "werkzeug 127.0.0.1",
    ),
    "debug mode that a condition may set": (
        "python app.py",
        {"app.py": APP + MAYBE + "    app.debug = True\napp.run()\n"},
        "werkzeug 127.0.0.1 debug?",
    ),
    "debug mode that a condition may set in the configuration": (
        "python app.py",
        {"app.py": APP + MAYBE + "    app.config.update(DEBUG=True)\napp.run()\n"},
        "werkzeug 127.0.0.1 debug?",
    ),
    "debug mode that is set and left": (
        "python app.py",
        {
            "app.py": APP
            + "app.debug = True\n"
            + MAYBE
            + "    app.debug = False\napp.run()\n"
        },
        "werkzeug 127.0.0.1 debug?",
    ),
    "debug mode that each branch sets": (
        "python app.py",
        {
            "app.py": APP
            + MAYBE
            + "    app.debug = True\nelse:\n    app.debug = True\napp.run()\n"
        },
        "werkzeug 127.0.0.1 debug",
    ),
    "debug mode of the branch that serves": (
        "python app.py",
        {
            "app.py": APP
            + MAYBE
            + "    app.debug = True\n    app.run()\nelse:\n    app.run()\n"
        },
        "werkzeug 127.0.0.1 debug maybe, werkzeug 127.0.0.1 maybe",
    ),
    "a variable that a condition may set": (
        "python app.py",
        {
            "app.py": APP
            + MAYBE
            + "    os.environ['FLASK_DEBUG'] = '1'\n"
            + "    os.environ['HOST'] = '0.0.0.0'\n"
            + "app.run(os.environ.get('HOST', '127.0.0.1'))\n"
        },
        "werkzeug ? debug?",
    ),
    "a global that a function may set": (
        "python app.py",
        {
            "app.py": APP
            + "HOST = '127.0.0.1'\ndef choose():\n    global HOST\n"
            + "    HOST = '0.0.0.0'\n"
            + MAYBE
            + "    choose()\napp.run(HOST)\n"
        },
        "werkzeug ?",
    ),
}


@pytest.mark.parametrize(
    ("command", "files", "expected"), PROGRAMS.values(), ids=PROGRAMS
)
def test_what_a_command_runs(
    runs: Runs, command: str, files: dict[str, str], expected: str
) -> None:
    assert runs(command, files) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # It is tried again until it is there: `else` is for when it never is.
        ("    if connect():\n            break\n", "werkzeug 0.0.0.0"),
        (
            "    for y in []:\n            break\n",
            "no Flask server: it serves no app",
        ),
    ],
)
def test_what_follows_a_loop_that_is_not_left_is_not_certain(
    project: Write, body: str, expected: str
) -> None:
    source = (
        "from flask import Flask\ndef create_app():\n    for x in range(9):\n"
        f"    {body}    else:\n        raise OSError\n    return Flask('x')\n"
        "app = create_app()\napp.run('0.0.0.0')\n"
    )
    folder = project({"Procfile": "web: python app.py\n", "app.py": source})
    assert said(program_in(folder)) == expected
