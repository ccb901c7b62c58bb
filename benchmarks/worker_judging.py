"""Measures a judgement with pyperf. ``python -m benchmarks.judging`` starts it."""

from __future__ import annotations

import functools
import os
import time
import typing as t
from unittest import mock

import pyperf
from flask import Flask

from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.config.settings import read_config
from flask_prodguard.environment import process
from flask_prodguard.environment.evidence import current_environment
from flask_prodguard.environment.evidence import read_environment
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import judge

CONFIG = GuardConfig()
ENVIRONMENT = read_environment({"DYNO": "web.1"}, CONFIG, lambda path: False)
APP_CONFIG = Flask("shop").config


def judge_numeric_host() -> None:
    """Judge a launch that is refused, from its host on."""
    address = classify("0.0.0.0", 5000)
    launch = Launch("shop", Via.APP_RUN, address, debugger=True)
    judge(launch, ENVIRONMENT, CONFIG)


def detect_environment() -> None:
    """Weigh the evidence as it is."""
    current_environment(CONFIG)


def resolve_configuration() -> None:
    """Read the configuration as it is."""
    read_config(APP_CONFIG, process.environ())


def seconds_among(variables: int, measured: t.Callable[[], None], loops: int) -> float:
    """The processor's time for some calls where the process has so many variables.

    :param variables: how many.
    :param measured: what is called.
    :param loops: how often.
    """
    named = {f"NAME_{number}": "value" for number in range(variables - 1)}
    with mock.patch.dict(os.environ, {**named, "DYNO": "web.1"}, clear=True):
        start = time.process_time()
        for _ in range(loops):
            measured()
        return time.process_time() - start


def main() -> None:
    """Run the benchmarks. The names are read again by ``judging``."""
    runner = pyperf.Runner(program_args=("-m", "benchmarks.worker_judging"))
    runner.bench_time_func(
        "judge", functools.partial(seconds_among, 10, judge_numeric_host)
    )
    for measured in (detect_environment, resolve_configuration):
        for variables in (10, 10_000):
            runner.bench_time_func(
                f"{measured.__name__} {variables}",
                functools.partial(seconds_among, variables, measured),
            )


if __name__ == "__main__":
    main()
