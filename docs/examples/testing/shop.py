"""A small shop: the app under test."""

from __future__ import annotations

import os

from flask import Flask

from flask_prodguard import ProdGuard

guard = ProdGuard()


def create_app() -> Flask:
    app = Flask(__name__)
    guard.init_app(app)

    @app.get("/")
    def index() -> str:
        return "Open"

    return app


if __name__ == "__main__":
    create_app().run(host=os.environ.get("HOST", "127.0.0.1"))
