"""Only the person at the machine gets the debugger if nothing is declared: real proxies
are put in front of the development server.
"""

from __future__ import annotations

import http.client
import shutil
import typing as t
from pathlib import Path

import pytest
from ports import Port

from .conftest import Site
from .process import assert_silent
from .process import codes_in
from .process import Process
from .process import PYTHON

NGINX = """\
daemon off;
pid nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path temporary;
    proxy_temp_path temporary;
    fastcgi_temp_path temporary;
    uwsgi_temp_path temporary;
    scgi_temp_path temporary;
    server {
        listen 127.0.0.1:$port;
        location / {
            proxy_pass http://127.0.0.1:$behind;
            $more
        }
    }
}
"""
FORWARDED = """\
proxy_http_version 1.1;
            proxy_set_header Host localhost:$behind;
            proxy_set_header X-Forwarded-For $remote_addr;"""
HOST_ONLY = """\
proxy_http_version 1.1;
            proxy_set_header Host shop.example;"""
APACHE = """\
ServerRoot $folder
DefaultRuntimeDir $folder
ServerName localhost
PidFile apache.pid
Listen 127.0.0.1:$port
ErrorLog /dev/stderr
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
User nobody
Group nogroup
ProxyPass / http://127.0.0.1:$behind/
"""


class Proxy(t.NamedTuple):
    """A proxy, and how it is set up."""

    command: tuple[str, ...]
    file: str
    text: str
    more: str = ""


NGINX_WORDS = ("nginx", "-p", ".", "-c", "nginx.conf", "-e", "stderr")
APACHE_WORDS = ("apache2", "-d", ".", "-f", "apache.conf", "-D", "FOREGROUND")
PROXIES = {
    "nginx as it comes": Proxy(NGINX_WORDS, "nginx.conf", NGINX),
    "nginx with forwarded headers": Proxy(NGINX_WORDS, "nginx.conf", NGINX, FORWARDED),
    "nginx with the host of the site": Proxy(
        NGINX_WORDS, "nginx.conf", NGINX, HOST_ONLY
    ),
    "Apache's mod_proxy": Proxy(APACHE_WORDS, "apache.conf", APACHE),
}
ROADS = {
    "flask run": ("", ("flask", "run", "--debug", "--no-reload")),
    "run_simple": (
        "from werkzeug.serving import run_simple\n"
        "run_simple('127.0.0.1', port, app, use_debugger=True)",
        (PYTHON, "app.py"),
    ),
    "gunicorn": (
        "from werkzeug.debug import DebuggedApplication\n"
        "app.config['PROPAGATE_EXCEPTIONS'] = True\n"
        "served = DebuggedApplication(app, evalex=True)",
        (PYTHON, "-m", "gunicorn", "app:served"),
    ),
}
WORKSPACE = {"CODER": "true", "CODER_WORKSPACE_NAME": "shop"}


@pytest.fixture
def proxies(tmp_path: Path) -> t.Iterator[list[Process]]:
    started: list[Process] = []
    yield started
    for each in started:
        each.end()


def before(proxies: list[Process], proxy: Proxy, behind: int, folder: Path) -> Process:
    """Start a proxy before a server."""
    if shutil.which(proxy.command[0], path="/usr/sbin:/usr/bin:/bin") is None:
        pytest.skip(f"{proxy.command[0]} is not installed.")
    port = Port()
    text = proxy.text.replace("$more", proxy.more)
    for name, value in {
        "$port": str(port.number),
        "$behind": str(behind),
        "$folder": str(folder),
    }.items():
        text = text.replace(name, value)
    (folder / proxy.file).write_text(text, encoding="utf-8")
    port.release()
    program = shutil.which(proxy.command[0], path="/usr/sbin:/usr/bin:/bin")
    process = Process((str(program), *proxy.command[1:]), folder, port.number, {})
    proxies.append(process)
    return process


def serve(site: Site, road: str, **environ: str) -> Process:
    code, command = ROADS[road]
    if "gunicorn" in command:
        pytest.importorskip("gunicorn")
        command = (*command, f"--bind=127.0.0.1:{site.port}")
    site.app(code)
    return site.start(*command, FLASK_RUN_PORT=str(site.port), **environ)


def status(port: int, path: str = "/console", **headers: str) -> int:
    """Send a request as a browser does, and return the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("proxy", PROXIES.values(), ids=PROXIES)
def test_nobody_gets_the_debugger_through_a_proxy(
    site: Site, tmp_path: Path, proxies: list[Process], proxy: Proxy
) -> None:
    process = serve(site, "flask run")
    assert process.get("/").status == 200
    front = before(proxies, proxy, site.port, tmp_path)

    assert front.get("/").body == "served"
    assert front.get("/console").status == 404
    failed = front.get("/fail")

    assert failed.status == 500
    assert "EVALEX" not in failed.body
    assert "a secret" not in failed.body
    # The person at the machine keeps it.
    assert status(site.port) == 200
    assert codes_in(process.output) == ["PG201"], process.output


@pytest.mark.parametrize("road", ROADS)
def test_every_way_to_the_debugger_is_closed(site: Site, road: str) -> None:
    process = serve(site, road)
    assert process.get("/").status == 200

    assert status(site.port) == 200
    assert status(site.port, **{"X-Forwarded-For": "203.0.113.7"}) == 404
    assert status(site.port, Host="shop.example") == 404
    assert status(site.port) == 200
    assert codes_in(process.output) == ["PG201"], process.output


@pytest.mark.parametrize(
    "headers",
    [
        {"CF-Connecting-IP": "203.0.113.7", "Host": "shop.trycloudflare.com"},
        {"X-Forwarded-Host": "1.ngrok-free.app", "Host": "localhost:5000"},
        {"ngrok-skip-browser-warning": "1"},
        {"Host": "1.loca.lt"},
        {"Host": "bore.pub:41234"},
        {"X-Real-IP": "203.0.113.7"},
        {"X-Original-Host": "shop-5000.devtunnels.ms"},
        {"Forwarded": "for=203.0.113.7"},
        {"Via": "1.1 squid"},
        {"Tailscale-User-Login": "ann"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_nobody_gets_the_debugger_through_a_tunnel(
    site: Site, headers: dict[str, str]
) -> None:
    process = serve(site, "flask run")
    assert process.get("/").status == 200

    assert status(site.port, **headers) == 404


@pytest.mark.parametrize(
    "environ",
    [
        WORKSPACE,
        {"CODESPACES": "true"},
        {"FLASK_ENV": "development"},
        {"FLASK_PRODGUARD_ENVIRONMENT": "development"},
    ],
    ids=lambda environ: next(iter(environ)),
)
def test_a_workspace_and_a_declared_machine_keep_it(
    site: Site, environ: dict[str, str]
) -> None:
    process = serve(site, "flask run", **environ)
    assert process.get("/").status == 200

    assert status(site.port, **{"X-Forwarded-For": "203.0.113.7"}) == 200
    assert_silent(process)
