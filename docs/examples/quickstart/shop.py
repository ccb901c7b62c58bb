"""A small shop, as many are written: it ends with app.run()."""

from __future__ import annotations

from flask import abort
from flask import Flask
from flask import jsonify
from flask.typing import ResponseReturnValue

from flask_prodguard import ProdGuard

PRICES = {"apple": 30, "pear": 40}


def create_app() -> Flask:
    """Make the app."""
    app = Flask(__name__)
    ProdGuard(app)

    @app.get("/")
    def index() -> ResponseReturnValue:
        return jsonify(sorted(PRICES))

    @app.get("/price/<name>")
    def price(name: str) -> ResponseReturnValue:
        if name not in PRICES:
            abort(404)
        return jsonify(name=name, price=PRICES[name])

    return app


app = create_app()

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000)
