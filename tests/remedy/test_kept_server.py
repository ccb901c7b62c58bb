"""A server that a program makes in one place and starts or stops in another."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.remedy.call_site import Caller
from flask_prodguard.remedy.call_site import Step
from flask_prodguard.remedy.code_remedy import Edit
from flask_prodguard.remedy.code_remedy import HostNeeds
from flask_prodguard.remedy.code_remedy import rewrite_call
from flask_prodguard.remedy.statements import forget_statements

LAUNCH = Launch("shop", Via.WERKZEUG, classify("0.0.0.0", 80))

Rewrite = t.Callable[..., "Edit | None"]


@pytest.fixture
def rewrite(tmp_path: Path) -> t.Iterator[Rewrite]:
    def rewrite(source: str, line: int = 1, **options: t.Any) -> Edit | None:
        file = tmp_path / "shop.py"
        file.write_text(source)
        caller = Caller((Step(file, line, "<module>", 1),), {})
        return rewrite_call(caller, LAUNCH, "app", **options)

    yield rewrite
    forget_statements()


IN_CLASS = """\
class Server(Thread):
    server = None

    def __init__(self):
        self.server = make_server("0.0.0.0", 80, app, threaded=True)

    def run(self):
        é = self.server.serve_forever()  # Until it ends.

    def stop(self):
        if self.server:
            self.server.shutdown(); self.server.server_close()


server = Server()
while server.server is not None:
    server.server.shutdown()
"""


@pytest.mark.parametrize("line", [5, 8])
def test_each_place_that_uses_the_server_is_changed(
    rewrite: Rewrite, line: int
) -> None:
    edit = rewrite(IN_CLASS, line)
    assert edit is not None
    before = IN_CLASS.splitlines()[4:17]
    assert (edit.line, edit.before) == (5, "\n".join(before))
    assert edit.server.name == "waitress"
    assert (
        edit.after
        == """\
        from waitress import create_server
        self.server = create_server(app, host="0.0.0.0", port=80, threads=100)

    def run(self):
        é = self.server.run()  # Until it ends.

    def stop(self):
        if self.server:
            self.server.close(); self.server.close()


server = Server()
while server.server is not None:
    server.server.close()"""
    )


def test_a_name_that_is_used_before_the_server_is_made_is_changed(
    rewrite: Rewrite,
) -> None:
    source = (
        "signal(15, lambda *_: server.shutdown())\n"
        "server = make_server(host, 80, app)\n"
        "Thread(target=server.serve_forever).start()\n"
    )
    edit = rewrite(source, 2, needs=HostNeeds("PORT"))
    assert edit is not None
    assert edit.after.splitlines() == [
        "signal(15, lambda *_: server.close())",
        "import os",
        "from waitress import create_server",
        "server = create_server(app, host=host,"
        ' port=int(os.environ.get("PORT", 80)), threads=100)',
        "Thread(target=server.run).start()",
    ]


LONG = "server = make_server('', 80, app)\n" + "x = 1\n" * 40 + "server.serve_forever()"


@pytest.mark.parametrize(
    "source",
    [
        # Nothing waits for it to start here.
        "server = make_server('', 80, app)",
        "server = make_server('', 80)\nserver.serve_forever()",
        "server = make_server('', 80, app); server.serve_forever()",
        "server = make_server('', 80, app)\nserver.handle_request()",
        "server = make_server('', 80, app)\nserver.serve_forever(1)",
        "server = make_server('', 80, app)\nserver.shutdown()\nstart(server)",
        LONG,
        "server = make_server('', 80, app)\n"
        "server = make_server('', 81, app)\n"
        "server.serve_forever()",
    ],
)
def test_a_server_that_more_is_done_with_is_left_alone(
    rewrite: Rewrite, source: str
) -> None:
    assert rewrite(source) is None


def test_a_server_that_is_called_in_another_way_is_none_of_these(
    rewrite: Rewrite,
) -> None:
    source = (
        "server = make_server('', 80, app)\nserver.serve_forever()\nx.shutdown(1)\n"
    )
    assert rewrite(source) is not None
