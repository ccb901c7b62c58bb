"""The programs that people lay out, in pieces."""

from __future__ import annotations

import textwrap

from .conftest import NEW_APP

RUN_CALL = ".run(host='0.0.0.0', port=port)"
DEBUG_CALL = ".run(debug=True, port=port)"
RUN = f"app{RUN_CALL}"
GUARDED = f"{NEW_APP}ProdGuard(app)\n"
MAIN = f"if __name__ == '__main__':\n    {RUN}\n"
GO_HOME = "import os\nos.chdir(os.path.dirname(os.path.abspath(__file__)))\n"
FACTORY = """
import os

from flask import Flask
from flask_prodguard import ProdGuard

guard = ProdGuard()
port = int(os.environ["LAUNCH_PORT"])


def {name}():
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "served")
    guard.init_app(app)
    return app
"""
CREATE_APP = FACTORY.format(name="create_app")
FINISHED = """
def create_app():
    from base import app
    from base import ProdGuard
    ProdGuard(app)
    return app
"""

BOT = f"""{NEW_APP}ProdGuard(app)
import threading

ended = threading.Event()


def serve():
    try:
        {RUN}
    finally:
        ended.set()


thread = threading.Thread(target=serve)
thread.start()
ended.wait()
raise SystemExit(1)
"""
INDENTED = textwrap.indent(f"{GUARDED}{RUN}", "    ")
UNDER_GUARD = f'if __name__ == "__main__":\n{INDENTED}\n'
RUN_SIMPLE = "run_simple('0.0.0.0', port, mounts)"
MOUNTED = f"""{GUARDED}
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import make_server
from werkzeug.serving import run_simple

mounts = DispatcherMiddleware(Flask("root"), {{{{"/shop": app}}}})
{{run}}
"""
MOUNTED_UNDER_GUARD = MOUNTED.replace(
    "\nmounts", '\nif __name__ == "__main__":\n    mounts'
).format(run=f"    {RUN_SIMPLE}")
CREATED = f"if __name__ == '__main__':\n    create_app('shop'){RUN_CALL}\n"
NAMED_LATE = CREATE_APP.replace("    guard.init_app(app)\n", "")
SET_BY_FUNCTION = CREATE_APP.replace("    app =", "    global app\n    app =")
# Only the outer one makes what the test asks for.
LAYERED = """
from shop import core

def build_app():
    app = core.create_app()
    app.add_url_rule("/basket", "basket", lambda: "empty")
    return app
"""
HOLDER = f"""{CREATE_APP}
class Shop:
    def __init__(self):
        self.server = Flask("shop")
        self.server.add_url_rule("/", view_func=lambda: "served")
        guard.init_app(self.server)


shop = Shop()
if __name__ == "__main__":
    shop.server{RUN_CALL}
"""
