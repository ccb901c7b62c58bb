"""The servers that are tried."""

from __future__ import annotations

import typing as t

from . import programs
from .server import Server

GUNICORN = ("$python", "-m", "gunicorn", "shop:served")
ON_PORT = "--bind=127.0.0.1:$port"
UWSGI = (
    *("uwsgi", "--master", "--need-app", "--enable-threads", "--die-on-term"),
    *("--pythonpath=.", "--module=shop:served"),
)
APACHE = ("apache2", "-DFOREGROUND", "-f", "$folder/apache.conf")
NGINX = ("nginx", "-p", "$folder", "-c", "nginx.conf", "-e", "stderr")
ADDRESS = ("--host=127.0.0.1", "--port=$port")


def _gunicorn(*flags: str, modules: tuple[str, ...] = ()) -> Server:
    name = f"gunicorn {' '.join(flags)}".strip()
    return Server(name, "gunicorn", (*GUNICORN, ON_PORT, *flags), modules)


def _script(name: str, component: str, text: str, file: str = "serve.py") -> Server:
    return Server(name, component, ("$python", file), files={file: text})


def _apache(name: str, configuration: str) -> Server:
    return Server(
        name,
        "apache2",
        APACHE,
        files={"apache.conf": configuration, "shop.wsgi": programs.MOD_WSGI},
        system="apache2 libapache2-mod-wsgi-py3",
        system_file="/usr/lib/apache2/modules/mod_wsgi.so",
    )


def _nginx(
    name: str, to: str, module: str, backend: t.Sequence[str], ready: str
) -> Server:
    return Server(
        name,
        "nginx",
        NGINX,
        (module,),
        {"nginx.conf": programs.NGINX.replace("PASS", to)},
        tuple(backend),
        ready,
        "nginx",
    )


SERVERS = (
    _gunicorn(),
    _gunicorn("--worker-class=gthread", "--threads=2"),
    _gunicorn("--worker-class=gevent", modules=("gunicorn", "gevent")),
    _gunicorn("--preload"),
    _script("gunicorn in app.py", "gunicorn", programs.GUNICORN, "app.py"),
    Server(
        "waitress-serve",
        "waitress",
        ("waitress-serve", "--listen=127.0.0.1:$port", "shop:served"),
    ),
    _script("waitress.serve() in app.py", "waitress", programs.WAITRESS, "app.py"),
    Server("uWSGI", "pyuwsgi", (*UWSGI, "--http-socket=127.0.0.1:$port")),
    _apache("Apache with mod_wsgi, daemon mode", programs.APACHE_DAEMON),
    _apache("Apache with mod_wsgi, embedded mode", programs.APACHE_EMBEDDED),
    _nginx(
        "nginx, gunicorn on a unix socket",
        programs.PASS_TO_GUNICORN,
        "gunicorn",
        (*GUNICORN, "--bind=unix:shop.sock"),
        "Booting worker",
    ),
    _nginx(
        "nginx, uWSGI on a unix socket",
        programs.PASS_TO_UWSGI,
        "pyuwsgi",
        (*UWSGI, "--socket=shop.sock"),
        "spawned uWSGI worker 1",
    ),
    _script("gevent.pywsgi", "gevent", programs.GEVENT),
    _script("eventlet.wsgi", "eventlet", programs.EVENTLET),
    _script("cheroot", "cheroot", programs.CHEROOT),
    _script("Tornado's WSGIContainer", "tornado", programs.TORNADO),
    Server(
        "twist web",
        "twisted",
        (
            *("$python", "-m", "twisted", "--log-format=text"),
            *("web", "--wsgi=shop.served"),
            "--listen=tcp:$port:interface=127.0.0.1",
        ),
    ),
    Server(
        "Hypercorn",
        "hypercorn",
        ("$python", "-m", "hypercorn", ON_PORT, "wsgi:shop:served"),
    ),
    Server(
        "Uvicorn through a2wsgi",
        "uvicorn",
        ("$python", "-m", "uvicorn", *ADDRESS, "serve:asgi"),
        ("uvicorn", "a2wsgi"),
        {"serve.py": programs.A2WSGI},
    ),
    Server(
        "Uvicorn --interface wsgi",
        "uvicorn",
        ("$python", "-m", "uvicorn", *ADDRESS, "--interface=wsgi", "shop:served"),
    ),
    Server(
        "Granian",
        "granian",
        ("$python", "-m", "granian", *ADDRESS, "--interface=wsgi", "shop:served"),
    ),
)
RELOADED = Server("gunicorn --reload", "gunicorn", (*GUNICORN, ON_PORT, "--reload"))
