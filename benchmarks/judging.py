"""What a judgement costs, and what the environment's size adds to reading it.

``python benchmarks/judging.py`` prints a figure for each.
"""

from __future__ import annotations

import pyperf
from flask import Flask

from flask_prodguard.address import classify
from flask_prodguard.config import GuardConfig
from flask_prodguard.config import read_config
from flask_prodguard.environment import read_environment
from flask_prodguard.launch import Launch
from flask_prodguard.launch import Via
from flask_prodguard.verdict import judge


def nothing_exists(path: str) -> bool:
    """Stand in for the file system."""
    return False


def main() -> None:
    """Run the benchmarks."""
    runner = pyperf.Runner()
    config = GuardConfig()
    few = {f"NAME_{number}": "value" for number in range(9)} | {"DYNO": "web.1"}
    many = {f"NAME_{number}": "value" for number in range(9_999)} | {"DYNO": "web.1"}
    launch = Launch("shop", Via.APP_RUN, classify("0.0.0.0", 5000), debugger=True)
    environment = read_environment(few, config, nothing_exists)
    app_config = Flask("shop").config

    runner.bench_func("judge", judge, launch, environment, config)
    runner.bench_func("classify a numeric host", classify, "127.0.0.1", 5000)
    for name, environ in (("10", few), ("10,000", many)):
        runner.bench_func(
            f"read_environment, {name} variables",
            read_environment,
            environ,
            config,
            nothing_exists,
        )
        runner.bench_func(
            f"read_config, {name} variables", read_config, app_config, environ
        )


if __name__ == "__main__":
    main()
