from __future__ import annotations

import unittest

from shop import create_app

from flask_prodguard.testing import assert_guarded
from flask_prodguard.testing import assert_refused


class LaunchTest(unittest.TestCase):
    def test_the_app_is_guarded(self) -> None:
        assert_guarded(create_app)

    def test_production_refuses_the_development_server(self) -> None:
        assert_refused(create_app(), "PG101", environ={"DYNO": "web.1"})
