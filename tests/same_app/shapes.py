"""Data: programs whose development server gives them more than a server that imports
them, and the requests to each.
"""

from __future__ import annotations

import typing as t

from . import probes

if t.TYPE_CHECKING:
    from .probes import Probe

HEAD = """\
import os
import time
from threading import Thread

from flask import Flask
from flask import request
from flask import Response
from flask_prodguard import ProdGuard

PORT = int(os.environ["LAUNCH_PORT"])
app = Flask(__name__)
ProdGuard(app)


"""
PAGE = '@app.get("/")\ndef index():\n    return {}\n\n\n'
GUARD = 'if __name__ == "__main__":\n'
RUN = '    app.run(host="0.0.0.0", port=PORT{})\n'
HELLO = PAGE.format('"hello"')
FEED = """\
@app.get("/feed")
def feed():
    def frames():
        while True:
            yield b"frame"
            time.sleep(0.05)

    return Response(frames(), mimetype="multipart/x-mixed-replace; boundary=frame")


"""
ASKS_ITSELF = """\
@app.get("/price")
def price():
    return "3"


@app.get("/")
def index():
    from urllib.request import urlopen

    return urlopen(f"http://127.0.0.1:{PORT}/price").read()


"""
SLOW = '@app.get("/")\ndef index():\n    time.sleep(4)\n    return "slow"\n\n\n'
COUNTER = """\
counted = 0


@app.get("/")
def index():
    global counted
    counted += 1
    return str(counted)


"""
SOCK = """\
from flask_sock import Sock

sock = Sock(app)


@sock.route("/ws")
def echo(ws):
    while True:
        ws.send(f"echo {ws.receive()}")


"""
SOCKETIO = """\
from flask_socketio import SocketIO

socketio = SocketIO(app, async_mode="threading")


@socketio.on("echo")
def echo(said):
    socketio.emit("echo", said)


if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=PORT, allow_unsafe_werkzeug=True)
"""
PROXY = """\
from werkzeug.middleware.proxy_fix import ProxyFix

app.wsgi_app = ProxyFix(app.wsgi_app)


"""
THREAD = """\
seen = []


def work():
    seen.append("seen")
    time.sleep(100)


"""
TABLES = """\
import sqlite3


@app.get("/")
def index():
    rows = sqlite3.connect("shop.db").execute("select count(*) from item")
    return str(rows.fetchone())


if __name__ == "__main__":
    sqlite3.connect("shop.db").execute("create table if not exists item (name)")
"""
FINISHED = """\
def set_up():
    app.config["GREETING"] = "set up"
    app.add_url_rule("/", view_func=lambda: app.config["GREETING"])


def main():
    set_up()
    app.run(host="0.0.0.0", port=PORT)


if __name__ == "__main__":
    main()
"""
ARGUMENTS = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--unit")
args = parser.parse_args()


"""
BOT = """\
from keep_alive import keep_alive
import time

keep_alive()
for number in range(600):
    open("bot.txt", "w").write(str(number))
    time.sleep(0.1)
"""
KEEP_ALIVE = """\
def run():
    app.run(host="0.0.0.0", port=PORT)


def keep_alive():
    Thread(target=run).start()
"""
BOT_OF_ONE = """\
options = {"host": "0.0.0.0", "port": PORT}
Thread(target=app.run, kwargs={"host": "0.0.0.0", "port": PORT}, daemon=True).start()
time.sleep(60)
"""
EXECUTOR = """\
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor()
future = executor.submit(app.run, host="0.0.0.0", port=PORT)
future.result()
"""
CONTEXT = """\
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("cert.pem", "key.pem")
"""
COMMAND = """\
import click


@click.command()
@click.option("--port", default=PORT)
def main(port):
    app.config["PORT"] = port
    app.run(
        host="0.0.0.0",
        port=port,
    )


main()
"""
DASH = """\
import os

from dash import Dash
from dash import html
from flask_prodguard import ProdGuard

app = Dash(__name__)
ProdGuard(app.server)
app.layout = html.Div("shop")
if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ["LAUNCH_PORT"]), debug=True)
"""
SERVER = """\
from werkzeug.serving import make_server

if __name__ == "__main__":
    app.config["X"] = 1
    make_server("0.0.0.0", PORT, app, threaded=True).serve_forever()
"""
KEPT = """\
from werkzeug.serving import make_server


class Server(Thread):
    def __init__(self):
        super().__init__()
        self.server = make_server("0.0.0.0", PORT, app, threaded=True)

    def run(self):
        self.server.serve_forever()


server = Server()
server.start()
time.sleep(60)
server.server.shutdown()
"""
EXECUTED = """\
source = open("shop.py").read()
exec(compile(source, "shop.py", "exec"), {"__name__": "__main__"})
"""
EMBEDDED = "import sys; sys.argv = ['']; sys.path.insert(0, ''); import shop"
LATE = """\
def serve():
    time.sleep(0.2)
    app.run(host="0.0.0.0", port=PORT)


Thread(target=serve).start()
"""


IN_LAMBDA = """\
Thread(
    target=lambda: app.run(host="0.0.0.0", port=PORT, use_reloader=False), daemon=True
).start()
for number in range(600):
    open("bot.txt", "w").write(str(number))
    time.sleep(0.1)
"""

VIEWS = f"from site_of_shop import app\n\n{PAGE.format('chr(33)')}"


class Shape(t.NamedTuple):
    """A program, and the requests to it."""

    program: str
    probes: tuple[Probe, ...] = (probes.page,)
    files: t.Mapping[str, str] = {}
    command: tuple[str, ...] = ("shop.py",)
    #: The packages without which it can't be tried.
    needs: tuple[str, ...] = ()
    #: Whether a certificate is needed.
    certified: bool = False
    #: What the server that serves it instead finds in its environment besides.
    environ: t.Mapping[str, str] = {}


def script(page: str, before: str = "", main: str = "", options: str = "") -> str:
    """A program in one file.

    :param page: what its page returns.
    :param before: its code before that.
    :param main: what it does before it runs.
    :param options: other options of the call.
    """
    return f"{HEAD}{before}{PAGE.format(page)}{GUARD}{main}{RUN.format(options)}"


TLS = ', ssl_context=("cert.pem", "key.pem")'
SHAPES = {
    "a module": Shape(script('"hello"')),
    "30 open streams": Shape(script('"hello"', FEED), (probes.page_beside_streams,)),
    "a page that asks itself": Shape(f"{HEAD}{ASKS_ITSELF}{GUARD}{RUN.format('')}"),
    "a request that outlasts gunicorn's timeout": Shape(
        f"{HEAD}{SLOW}{GUARD}{RUN.format('')}",
        # Half a minute, if nobody says otherwise: nobody waits here for as long.
        environ={"GUNICORN_CMD_ARGS": "--timeout=2"},
    ),
    "a counter in memory": Shape(
        f"{HEAD}{COUNTER}{GUARD}{RUN.format('')}", (probes.page,) * 5
    ),
    "Flask-Sock": Shape(
        script('"hello"', SOCK), (probes.web_sockets,), needs=("flask_sock",)
    ),
    "Flask-SocketIO with threads": Shape(
        f"{HEAD}{HELLO}{SOCKETIO}",
        (probes.page, probes.socketio),
        needs=("flask_socketio", "websocket"),
    ),
    "TLS": Shape(
        script("request.scheme", options=TLS),
        (probes.page_by_tls,),
        # In a container, what the code would do comes first.
        needs=("cheroot",),
        certified=True,
    ),
    "TLS with an SSL context": Shape(
        script("request.scheme", main=CONTEXT, options=", ssl_context=context"),
        (probes.page_by_tls,),
        needs=("cheroot",),
        certified=True,
    ),
    "TLS, and a name that __main__ sets": Shape(
        script("request.scheme + name", main='    name = "hub"\n', options=TLS),
        (probes.page_by_tls,),
        needs=("cheroot",),
        certified=True,
    ),
    ".env": Shape(
        script('os.environ["SHOP_GREETING"]'),
        files={".env": "SHOP_GREETING=good morning\n"},
        needs=("dotenv",),
    ),
    ".env, with flask run": Shape(
        f"{HEAD}{PAGE.format('os.environ[chr(88)]')}",
        files={".env": "X=good morning\n"},
        command=("-m", "flask", "--app=shop", "run", "--host=0.0.0.0", "--port={port}"),
        needs=("dotenv",),
    ),
    "ProxyFix": Shape(
        script("request.scheme + request.remote_addr", PROXY),
        (probes.page_behind_proxy,),
    ),
    "ProxyFix, and a name that __main__ sets": Shape(
        script("request.scheme + name", PROXY, '    name = "hub"\n'),
        (probes.page_behind_proxy,),
    ),
    "a thread and a name of __main__": Shape(
        script(
            "name + seen[0]",
            THREAD,
            '    name = "hub"\n    Thread(target=work, daemon=True).start()\n',
        )
    ),
    "tables that __main__ makes": Shape(f"{HEAD}{TABLES}{RUN.format('')}"),
    "an app that a function finishes": Shape(f"{HEAD}{FINISHED}"),
    "arguments of a module": Shape(
        script("args.unit", ARGUMENTS), command=("shop.py", "--unit", "F")
    ),
    "a package of the same name": Shape(
        script('"hello"'), files={"shop/__init__.py": ""}
    ),
    "a bot that starts the server": Shape(
        BOT,
        (probes.page, probes.bot_works),
        files={"keep_alive.py": f"{HEAD}{HELLO}{KEEP_ALIVE}"},
    ),
    "a thread of app.run": Shape(f"{HEAD}{HELLO}{BOT_OF_ONE}"),
    "an executor of app.run": Shape(f"{HEAD}{HELLO}{EXECUTOR}"),
    "a lambda in a thread": Shape(
        f"{HEAD}{HELLO}{IN_LAMBDA}", (probes.page, probes.bot_works)
    ),
    "a command of click": Shape(f"{HEAD}{HELLO}{COMMAND}"),
    "a call that runs on import": Shape(f'{HEAD}{HELLO}app.run("0.0.0.0", PORT)\n'),
    "views that the script imports": Shape(
        f"import views\nfrom site_of_shop import app, PORT\n{GUARD}{RUN.format('')}",
        files={"site_of_shop.py": HEAD, "views.py": VIEWS},
    ),
    "views that a script imports which runs on import": Shape(
        'import views\nfrom site_of_shop import app, PORT\napp.run("0.0.0.0", PORT)\n',
        files={"site_of_shop.py": HEAD, "views.py": VIEWS},
    ),
    "a block on one line": Shape(
        f'{HEAD}{HELLO}if __name__ == "__main__": app.run("0.0.0.0", PORT)\n'
    ),
    "Dash": Shape(DASH, (probes.layout,), needs=("dash",)),
    "make_server, which a thread keeps": Shape(f"{HEAD}{HELLO}{KEPT}"),
    "make_server": Shape(f"{HEAD}{HELLO}{SERVER}"),
    "code that is executed": Shape(
        script('"hello"'), files={"runner.py": EXECUTED}, command=("runner.py",)
    ),
    "an embedded interpreter": Shape(
        f'{HEAD}{HELLO}app.run("0.0.0.0", PORT)\n', command=("-c", EMBEDDED)
    ),
    "a main thread that has ended": Shape(f"{HEAD}{HELLO}{LATE}"),
}
