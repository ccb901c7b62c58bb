"""Programs and configurations that start a server from within."""

from __future__ import annotations

from .shop import SHOP

HEAD = "from shop import served\n"

# The program is the module that makes the app.
GUNICORN = f"""\
{SHOP}
from gunicorn.app.base import BaseApplication


class Shop(BaseApplication):
    def load_config(self):
        self.cfg.set("bind", "127.0.0.1:$port")

    def load(self):
        return served


if __name__ == "__main__":
    Shop().run()
"""
WAITRESS = f"""\
{SHOP}
import waitress
waitress.serve(served, listen="127.0.0.1:$port")
"""
GEVENT = f"""\
from gevent import monkey
monkey.patch_all()
{HEAD}
from gevent.pywsgi import WSGIServer
WSGIServer(("127.0.0.1", $port), served).serve_forever()
"""
EVENTLET = f"""\
import eventlet
eventlet.monkey_patch()
{HEAD}
import eventlet.wsgi
eventlet.wsgi.server(eventlet.listen(("127.0.0.1", $port)), served)
"""
CHEROOT = f"""\
{HEAD}
from cheroot.wsgi import Server
Server(("127.0.0.1", $port), served).start()
"""
TORNADO = f"""\
{HEAD}
import asyncio

from tornado.httpserver import HTTPServer
from tornado.wsgi import WSGIContainer


def answering(environ, start_response):
    # Tornado leaves a request without an answer if the app raises.
    try:
        return served(environ, start_response)
    except ZeroDivisionError:
        start_response("500 Internal Server Error", [])
        return []


async def main():
    HTTPServer(WSGIContainer(answering)).listen($port, "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
"""
A2WSGI = f"""\
{HEAD}
from a2wsgi import WSGIMiddleware
asgi = WSGIMiddleware(served)
"""

APACHE = """\
ServerRoot $folder
DefaultRuntimeDir $folder
ServerName localhost
PidFile apache.pid
Listen 127.0.0.1:$port
ErrorLog /dev/stderr
ErrorLogFormat %M
$user_of_apache
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule wsgi_module /usr/lib/apache2/modules/mod_wsgi.so
StartServers 1
ServerLimit 1
MaxRequestWorkers 25
WSGIScriptAlias / $folder/shop.wsgi
<Directory $folder>
    Require all granted
</Directory>
"""
APACHE_DAEMON = f"""\
{APACHE}
WSGIDaemonProcess shop python-path=$python_path
WSGIProcessGroup shop
WSGIApplicationGroup %{{GLOBAL}}
"""
APACHE_EMBEDDED = f"{APACHE}\nWSGIPythonPath $python_path\n"
MOD_WSGI = "from shop import served as application\n"

NGINX = """\
daemon off;
user $user $group;
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
            PASS
        }
    }
}
"""
PASS_TO_GUNICORN = """\
proxy_pass http://unix:$folder/shop.sock;
            proxy_set_header Host $$http_host;"""
PASS_TO_UWSGI = """\
uwsgi_pass unix:$folder/shop.sock;
            uwsgi_param REQUEST_METHOD $$request_method;
            uwsgi_param QUERY_STRING $$query_string;
            uwsgi_param PATH_INFO $$document_uri;
            uwsgi_param SERVER_PROTOCOL $$server_protocol;
            uwsgi_param SERVER_NAME $$server_name;
            uwsgi_param SERVER_PORT $$server_port;"""
