"""The code of programs that use an extension."""

from __future__ import annotations

HEAD = """\
import os

from flask import Flask
from flask_prodguard import ProdGuard

port = int(os.environ["LAUNCH_PORT"])
"""
NEW_APP = """
app = Flask(__name__)
app.secret_key = "a secret"


@app.get("/")
def index():
    return "<body>served</body>"


"""
RUN = """
if __name__ == "__main__":
    app.run(port=port)
"""
RESTX = """
from flask_restx import Api
from flask_restx import Resource

ProdGuard(app)
api = Api(app)


@api.route("/goods")
class Goods(Resource):
    def get(self):
        return ["tea"]
"""
APIFLASK = """
from apiflask import APIFlask

app = APIFlask(__name__)
ProdGuard(app)


@app.get("/goods")
def goods():
    return {"goods": "tea"}
"""
OPENAPI3 = """
from flask_openapi3 import Info
from flask_openapi3 import OpenAPI

app = OpenAPI(__name__, info=Info(title="shop", version="1"))
ProdGuard(app)


@app.get("/goods")
def goods():
    return {"goods": "tea"}
"""
TOOLBAR = """
from flask_debugtoolbar import DebugToolbarExtension

DebugToolbarExtension(app)
ProdGuard(app)
"""
ADMIN = """
from flask_admin import Admin

Admin(app, name="shop")
ProdGuard(app)
"""
DASH = """
from dash import Dash
from dash import html

dash = Dash(__name__)
dash.layout = html.Div("served")
app = dash.server
ProdGuard(app)

if __name__ == "__main__":
    dash.run(port=port)
"""
SOCKETIO = """
from flask_socketio import SocketIO

app = Flask(__name__)
ProdGuard(app)
socketio = SocketIO(app, async_mode="{mode}")

if __name__ == "__main__":
    socketio.run(app, port=port{options})
"""
DEBUG = ", debug=True, use_reloader=False"
UNSAFE = ", allow_unsafe_werkzeug=True"
GEVENT = "from gevent import monkey\nmonkey.patch_all()\n"
POLLING = "/socket.io/?EIO=4&transport=polling"
CONNEXION = """
import connexion

SPECIFICATION = {
    "openapi": "3.0.0",
    "info": {"title": "shop", "version": "1"},
    "paths": {
        "/goods": {
            "get": {
                "operationId": "flask.json.jsonify",
                "responses": {"200": {"description": "The goods."}},
            }
        }
    },
}
shop = connexion.FlaskApp(__name__)
shop.add_api(SPECIFICATION)
app = shop.app
ProdGuard(app)


@app.get("/")
def index():
    return "served"
"""
# It replaces `app.run`. Only what downloads a program and opens the tunnel is left out.
TUNNEL = """
import flask_cloudflared

flask_cloudflared._run_cloudflared = lambda *arguments: "the tunnel"
"""
OPEN_TUNNEL = "flask_cloudflared.run_with_cloudflared(app)\n"
