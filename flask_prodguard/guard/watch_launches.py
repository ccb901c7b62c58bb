"""What the hooks do during a launch. Each function is given the method that was hooked,
and calls it unless the launch is refused.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
import threading
import typing as t

import click
from flask import cli

from ..environment import process
from ..judging.address import classify
from ..judging.address import of_socket
from ..judging.address import UNIX_PREFIX
from ..judging.address import UNKNOWN_ADDRESS
from ..judging.launch import AS_USUAL
from ..judging.launch import Via
from ..origin import calls_from
from . import act
from .application import await_first_request
from .containment import observe
from .facts import certain_guarded_apps
from .facts import every_guarded
from .facts import guarded_apps
from .facts import launch_of
from .facts import launch_of_run
from .facts import RUN_PARAMETERS
from .facts import serving_of
from .hooks import hold_reloader
from .judge import guard_launch
from .judge import guard_server
from .obstacles import demands_of
from .obstacles import demands_of_bound
from .obstacles import demands_of_server
from .run_call import find_call_site
from .serve import serve
from .start import answer_under_way
from .start import current_start
from .start import start_under_way
from .state import memory_of_server
from .state import remember_server
from .state import ServerMemory
from .state import Start
from .state import state_of

if t.TYPE_CHECKING:
    from flask import Flask
    from werkzeug.serving import BaseWSGIServer

    from ..judging.address import Address
    from ..judging.launch import ServerOptions
    from .hook_points import Args
    from .hook_points import Kwargs
    from .hook_points import Wrapped
    from .judge import FindDemands
    from .state import GuardState
    from .state import Takeover

WITHOUT_DEBUG = {"debug": False, "use_debugger": False, "use_reloader": False}
SERVER_PARAMETERS = (
    *("host", "port", "app", "handler", "passthrough_errors", "ssl_context", "fd"),
)


def app_run(wrapped: Wrapped, instance: Flask, args: Args, kwargs: Kwargs) -> t.Any:
    """Run instead of :meth:`flask.Flask.run`."""
    state = observe(lambda: state_of(instance), None)
    # Flask ignores app.run() below the ``flask`` command: no server starts.
    if state is None or observe(_is_ignored, False):
        return wrapped(*args, **kwargs)
    given = {**dict(zip(RUN_PARAMETERS, args, strict=False)), **kwargs}
    with start_under_way(Start(Via.APP_RUN, instance)) as start:
        observe(lambda: _judge_run(instance, state, given, start), None)
        if start.takeover:
            return wrapped(**{**given, **WITHOUT_DEBUG})
        return wrapped(*args, **kwargs)


def _is_ignored() -> bool:
    return process.own_environ().get("FLASK_RUN_FROM_CLI") == "true"


def _judge_run(app: Flask, state: GuardState, given: Kwargs, start: Start) -> None:
    launch = observe(lambda: launch_of_run(app, given), None)
    if launch is None:
        launch = launch_of(app, (), Via.APP_RUN, UNKNOWN_ADDRESS)
    launch = dataclasses.replace(launch, call_site=observe(find_call_site, None))
    demands = functools.partial(demands_of, app, given)
    guard_launch(app, state, launch, start, demands)


def server_init(
    wrapped: Wrapped, instance: BaseWSGIServer, args: Args, kwargs: Kwargs
) -> t.Any:
    """Run instead of ``BaseWSGIServer.__init__``, which binds."""
    given = {**dict(zip(SERVER_PARAMETERS, args, strict=False)), **kwargs}
    start = observe(lambda: _judge_before_binding(instance, given), None)
    if start is not None and start.takeover:
        hold_reloader(instance)
    return wrapped(*args, **kwargs)


def _judge_before_binding(server: BaseWSGIServer, given: Kwargs) -> Start:
    host, port = given.get("host"), given.get("port")
    return _judge(
        server,
        given.get("app"),
        observe(lambda: classify(host, port), UNKNOWN_ADDRESS),
        _is_run_simple(),
        lambda: demands_of_server(server, given),
        observe(lambda: _serving_of_given(server, given), AS_USUAL),
    )


def _serving_of_given(server: BaseWSGIServer, given: Kwargs) -> ServerOptions:
    return serving_of(server, given.get("ssl_context"), given.get("handler"))


def server_announces(
    wrapped: Wrapped, instance: BaseWSGIServer, args: Args, kwargs: Kwargs
) -> t.Any:
    """Run instead of ``log_startup``, which says that this is a development server."""
    memory = memory_of_server(instance)
    if memory is None or memory.start.takeover is None:
        return wrapped(*args, **kwargs)
    instance.log("info", " * Running on %s, served by waitress", _url_of(instance))
    return None


def _url_of(server: BaseWSGIServer) -> str:
    if server.host.startswith(UNIX_PREFIX):
        return server.host
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"http://{host}:{server.port}"


def server_serves(
    wrapped: Wrapped, instance: BaseWSGIServer, args: Args, kwargs: Kwargs
) -> t.Any:
    """Run instead of ``serve_forever``, when the socket is bound and nothing has to be
    guessed.
    """
    try:
        start = observe(lambda: _judge_on_socket(instance), None)
    except BaseException:
        instance.server_close()
        raise
    if start is not None and start.takeover:
        return _serve_instead(instance, start, start.takeover)
    return wrapped(*args, **kwargs)


def _serve_instead(server: BaseWSGIServer, start: Start, takeover: Takeover) -> None:
    app, verdict, origin = takeover
    try:
        observe(lambda: act.carry_out(app, verdict, start, origin, server.app), None)
        observe(lambda: _switch_debug_off(server.app), None)
        serve(server)
    finally:
        server.server_close()


def _switch_debug_off(wsgi: object) -> None:
    for app, _ in guarded_apps(wsgi):
        app.debug = False


def server_handles_one(
    wrapped: Wrapped, instance: BaseWSGIServer, args: Args, kwargs: Kwargs
) -> t.Any:
    """Run instead of ``handle_request``, which people call in a loop."""
    observe(lambda: _judge_before_answering(instance), None)
    return wrapped(*args, **kwargs)


def _judge_before_answering(server: BaseWSGIServer) -> None:
    memory = memory_of_server(server)
    if memory is None or not memory.is_final:
        _judge_on_socket(server, single_request=True)


def server_answers(
    wrapped: Wrapped, instance: BaseWSGIServer, args: Args, kwargs: Kwargs
) -> t.Any:
    """Run instead of ``finish_request``, which answers one connection. The
    guarded app that the request turns out to be for is judged then, unless this server
    was judged for it already. What other servers have answered makes no difference.
    """
    with answer_under_way(instance):
        observe(lambda: _await_unjudged(instance), None)
        return wrapped(*args, **kwargs)


def _await_unjudged(server: BaseWSGIServer) -> None:
    for app, state in every_guarded():
        if not state.has_judged(server):
            await_first_request(app)


def _judge_on_socket(server: BaseWSGIServer, single_request: bool = False) -> Start:
    start = _judge(
        server,
        server.app,
        observe(lambda: of_socket(server.socket), UNKNOWN_ADDRESS),
        _is_main_thread(),
        lambda: demands_of_bound(server, single_request=single_request),
        observe(lambda: _serving_of_bound(server), AS_USUAL),
    )
    remember_server(server, ServerMemory(start, is_final=True))
    return start


def _serving_of_bound(server: BaseWSGIServer) -> ServerOptions:
    return serving_of(server, server.ssl_context, server.RequestHandlerClass)


def _judge(
    server: BaseWSGIServer,
    wsgi: object,
    address: Address,
    is_what_runs: bool,
    find: FindDemands,
    serving: ServerOptions,
) -> Start:
    # The server in the main thread is what the program is for. Any other server that
    # only holds an app may be there to inspect it, next to a production server: if it
    # does serve the app, the app's first request is judged.
    apps = guarded_apps(wsgi) if is_what_runs else certain_guarded_apps(wsgi)
    memory = memory_of_server(server)
    start = memory.start if memory else start_of(app for app, _ in apps)
    guard_server(wsgi, apps, address, start, find, serving)
    for _, state in apps:
        state.remember(server)
    remember_server(server, ServerMemory(start, is_final=False))
    return start


def _is_run_simple() -> bool:
    # It serves at once, in another thread if the reloader is on.
    return _is_main_thread() and any(
        frame.f_code.co_name == "run_simple"
        and frame.f_globals.get("__name__") == "werkzeug.serving"
        for frame in calls_from(sys._getframe(1))
    )


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def start_of(apps: t.Iterable[Flask]) -> Start:
    """The start that a server belongs to: that of ``app.run()``, if it serves the app
    whose method was called, else one of its own.
    """
    start = current_start()
    if start is not None and any(app is start.app for app in apps):
        return start
    return Start(Via.FLASK_RUN if _is_flask_run() else Via.WERKZEUG)


def _is_flask_run() -> bool:
    context = click.get_current_context(silent=True)
    command = context.command if context else None
    return command is not None and command.callback is cli.run_command.callback
