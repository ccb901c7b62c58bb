"""Makes WSGI calls of an app in production, for ``benchmarks.wsgi_call`` to count.

``python -m benchmarks.worker_wsgi_call (guarded|plain) CALLS LAYOUT``. The environment
says that this is production. It prints how many functions one call calls.
"""

from __future__ import annotations

import gc
import sys
import typing as t


def shift_types(number: int) -> None:
    """Make and use some classes. Python caches attributes by the number of their class
    and by the name's address: every later class gets other places in that cache, as
    after any other import.

    :param number: how many.
    """
    for _ in range(number):
        hasattr(type("Unused", (), {})(), "attribute")


def functions_called(work: t.Callable[[], object]) -> int:
    """How many functions are called, Python's and C's.

    :param work: what is watched.
    """
    called = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal called
        called += event in {"call", "c_call"}

    sys.setprofile(count)
    work()
    sys.setprofile(None)
    return called


def main(kind: str, calls: int, layout: int) -> None:
    """Make the calls.

    :param kind: whether the app is guarded.
    :param calls: how many.
    :param layout: which places in Python's cache are taken.
    """
    shift_types(97 * layout)
    # Not before the classes of Flask would be shifted too.
    from flask_prodguard import ProdGuard

    from .one_page import call
    from .one_page import make_app

    app = make_app()
    if kind == "guarded":
        ProdGuard(app)
    # The first request is judged.
    call(app)
    # Neither kind pays for what was loaded at the start.
    gc.collect()
    gc.freeze()
    for _ in range(calls):
        call(app)
    print(functions_called(lambda: call(app)))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
