"""Python imports this before a program: each remedy is written down as data, as an
editor or an agent would get it. Nothing is imported that the program does not import.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import typing as t

ADVISE = "flask_prodguard.remedy.advise"


class Recorder:
    """Finds one module, and wraps a function of it."""

    is_looking = False

    def find_spec(self, name: str, path: t.Any = None, target: t.Any = None) -> t.Any:
        """The module's own specification, with another loader."""
        if name != ADVISE or self.is_looking:
            return None
        self.is_looking = True
        spec: t.Any = importlib.util.find_spec(name)
        self.is_looking = False
        execute = spec.loader.exec_module

        def exec_module(module: t.Any) -> None:
            execute(module)
            module.advise = recorded(module.advise)

        spec.loader.exec_module = exec_module
        return spec


def recorded(advise: t.Any) -> t.Any:
    """A function that does the same and writes down what it returns."""

    def recording(*args: t.Any, **options: t.Any) -> t.Any:
        advice = advise(*args, **options)
        data = {
            "codes": advice.verdict.codes,
            "call_site": str(advice.verdict.launch.call_site),
            "remedies": [
                shown(each) for each in (advice.remedy, *advice.remedy.alternatives)
            ],
        }
        with open(os.environ["LAUNCH_REMEDIES"], "a") as file:  # noqa: PTH123
            file.write(json.dumps(data) + "\n")
        return advice

    # One of the guard's own frames, for code that inspects the stack.
    recording.__globals__["__name__"] = "flask_prodguard.recorder"
    return recording


def shown(remedy: t.Any) -> dict[str, t.Any]:
    """The remedy as data, and where it says to put it."""
    from flask_prodguard.remedy.remedy import as_dict

    where = {"where": remedy.place.where, "lines": remedy.lines}
    return {**as_dict(remedy), **where, "condition": remedy.condition}


if "LAUNCH_REMEDIES" in os.environ:
    sys.meta_path.insert(0, t.cast("t.Any", Recorder()))
