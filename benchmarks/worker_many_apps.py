"""Guards many apps in one process, for ``benchmarks.many_apps``.

``python -m benchmarks.worker_many_apps (speed|memory) APPS`` prints JSON.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
import tracemalloc
import typing as t
from functools import partial

from werkzeug.debug import DebuggedApplication

from flask_prodguard import ProdGuard
from flask_prodguard.environment import process
from flask_prodguard.guard.facts import launch_of
from flask_prodguard.guard.judge import judge_now
from flask_prodguard.guard.judge import require_config
from flask_prodguard.judging.address import classify
from flask_prodguard.judging.launch import Via

from .one_page import call
from .one_page import make_app

if t.TYPE_CHECKING:
    from flask import Flask

REPEATS = 200
Results: t.TypeAlias = dict[str, float]


def memory(apps: int) -> Results:
    """The bytes that a guarded app takes beyond an unguarded one.

    :param apps: how many.
    """
    made = [make_app(f"shop{number}") for number in range(apps + 1)]
    # The first one loads the hooks.
    ProdGuard(made[0])
    gc.collect()
    tracemalloc.start()
    for app in made[1:]:
        ProdGuard(app)
    gc.collect()
    guarded = tracemalloc.get_traced_memory()[0] / apps
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    kept = [make_app(f"stock{number}") for number in range(10)]
    gc.collect()
    unguarded = (tracemalloc.get_traced_memory()[0] - before) / len(kept)
    return {"guarded": guarded, "unguarded": unguarded}


def speed(apps: int) -> Results:
    """The seconds that guarding, judging and serving take, with one guarded app and
    with many.

    :param apps: how many.
    """
    made = [make_app(f"shop{number}") for number in range(apps)]
    ProdGuard(made[0])
    one = rates_of(made[0])
    one_debugged = debugged_rates_of(made[0])
    gc.collect()
    guarding = [seconds_for(partial(ProdGuard, app)) for app in made[1:]]
    tenth = max(len(guarding) // 10, 1)
    waiting = rates_of(made[0])
    for app in made:
        call(app)
    served = rates_of(made[0])
    many_debugged = debugged_rates_of(made[0])
    return {
        "guard": statistics.median(guarding),
        "guard early": statistics.median(guarding[:tenth]),
        "guard late": statistics.median(guarding[-tenth:]),
        "judge one": one["judge"],
        "judge many": served["judge"],
        "call one": one["call"],
        "call waiting": waiting["call"],
        "call served": served["call"],
        "debugged first": many_debugged["first"],
        "debugged one": one_debugged["call"],
        "debugged many": many_debugged["call"],
    }


def rates_of(app: Flask) -> Results:
    """The seconds that a judgement and a WSGI call of an app take.

    :param app: a guarded app.
    """
    call(app)
    return {
        "judge": median_seconds(lambda: judge(app)),
        "call": median_seconds(lambda: call(app)),
    }


def debugged_rates_of(app: Flask) -> Results:
    """The seconds that WSGI calls take through a debugger that may wrap any app.

    :param app: a guarded app.
    """
    debugged = DebuggedApplication(lambda *request: app(*request))
    return {
        "first": seconds_for(lambda: call(debugged)),
        "call": median_seconds(lambda: call(debugged)),
    }


def judge(app: Flask) -> None:
    """Judge the app as ``app.run()`` would have it judged.

    :param app: a guarded app.
    """
    launch = launch_of(app, (), Via.APP_RUN, classify("127.0.0.1", 5000))
    judge_now(app, launch, require_config(app.config, process.environ()))


def median_seconds(work: t.Callable[[], object]) -> float:
    """The median of many times.

    :param work: what is measured.
    """
    return statistics.median([seconds_for(work) for _ in range(REPEATS)])


def seconds_for(work: t.Callable[[], object]) -> float:
    """The processor's time for something.

    :param work: what is measured.
    """
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    measured = {"speed": speed, "memory": memory}[sys.argv[1]]
    print(json.dumps(measured(int(sys.argv[2]))))
