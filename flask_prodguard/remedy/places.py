"""Data: where each host keeps the command that starts a program."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Bind(enum.Enum):
    """What the server has to listen on."""

    PLATFORM_PORT = "every interface, the port that the host names in PORT"
    EVERY_INTERFACE = "every interface, the port that was asked for"
    AS_LAUNCHED = "what was asked for"
    LOOPBACK = "this machine only, the port that was asked for"


@dataclass(frozen=True)
class Place:
    """A file or a form, and how a start command is written into it. In the
    template, ``{command}`` is a shell command, ``{array}`` the same as a JSON list
    and ``{module}`` and ``{call}`` are the two halves of an import.
    """

    title: str
    #: Ends the sentence "Paste this into …".
    where: str
    template: tuple[str, ...] = ("{command}",)
    bind: Bind = Bind.PLATFORM_PORT
    #: What else a person has to know.
    note: str = ""
    #: The port that the host expects, if it names none.
    port: int | None = None
    #: The lines that come first if the app is in another folder.
    path_lines: tuple[str, ...] = ()
    #: Whether the host brings the server.
    serves_itself: bool = False
    #: Whether what is pasted can call a function that returns the app.
    calls_factory: bool = True
    #: Whether a shell runs the command.
    has_shell: bool = True
    #: Whether it has neither a shell nor the PATH of a virtual environment.
    wants_whole_paths: bool = False
    #: When the command is right, if that can't be seen from inside.
    condition: str = ""
    #: Whether it is a terminal of this machine.
    is_terminal: bool = False


CONTAINER_NOTE = (
    "A container has to listen on every interface. To reach it from this machine "
    "only, publish its port with: docker run -p 127.0.0.1:{port}:{port} IMAGE. "
    "If you only run this image, tell its author."
)

# A changed ENTRYPOINT resets CMD, and `ENTRYPOINT []` is as wrong for an image whose
# script sets variables: https://docs.docker.com/reference/dockerfile/#entrypoint.
UNLESS_ENTRYPOINT = 'if the image has no ENTRYPOINT, or one that ends in `exec "$@"`'
UNLESS_SCRIPT = "if the image's ENTRYPOINT does nothing that the app needs"

PLACES = {
    "app-engine": Place("Google App Engine", "app.yaml", ("entrypoint: {command}",)),
    "azure": Place(
        "Azure App Service",
        "the Startup Command (Configuration, General settings)",
        ("{command}",),
    ),
    "beanstalk": Place(
        "AWS Elastic Beanstalk",
        "Procfile",
        ("web: {command}",),
        Bind.LOOPBACK,
        "Without a Procfile, Elastic Beanstalk imports `application` from "
        "application.py itself and serves it with gunicorn: delete the Procfile, "
        "name the app so, and nothing has to be started at all.",
        port=8000,
    ),
    "cloud-run": Place(
        "Google Cloud Run",
        "the Dockerfile, as its last line",
        ("CMD exec {command}",),
        condition=UNLESS_ENTRYPOINT,
    ),
    "container": Place(
        "a container host",
        "the Dockerfile, as its last line",
        ("CMD {array}",),
        Bind.EVERY_INTERFACE,
        condition=UNLESS_ENTRYPOINT,
    ),
    "databricks": Place(
        "Databricks Apps",
        "app.yaml",
        ('command: ["sh", "-c", {quoted}]',),
        Bind.PLATFORM_PORT,
    ),
    "docker": Place(
        "Docker",
        "the Dockerfile, as its last line",
        ("CMD {array}",),
        Bind.EVERY_INTERFACE,
        CONTAINER_NOTE,
        condition=UNLESS_ENTRYPOINT,
    ),
    "fly": Place(
        "Fly.io",
        "the Dockerfile, as its last line (the port is the internal_port in fly.toml)",
        ("CMD {array}",),
        Bind.EVERY_INTERFACE,
        condition=UNLESS_ENTRYPOINT,
    ),
    "heroku": Place("Heroku", "Procfile", ("web: {command}",)),
    "kubernetes": Place(
        "Kubernetes",
        "the container's entry in the Deployment",
        ("command: {array}",),
        Bind.EVERY_INTERFACE,
        condition=UNLESS_SCRIPT,
    ),
    "lambda": Place(
        "AWS Lambda",
        "the function's bootstrap, started by the Lambda Web Adapter",
        ("exec {command}",),
        Bind.AS_LAUNCHED,
    ),
    "platform-sh": Place(
        "Platform.sh",
        ".platform.app.yaml",
        ("web:", "  commands:", "    start: {command}"),
    ),
    "posit": Place(
        "Posit Connect",
        "a terminal, to deploy the app",
        ("rsconnect deploy flask --entrypoint {module}:{attribute} {source}",),
        Bind.AS_LAUNCHED,
        serves_itself=True,
        calls_factory=False,
    ),
    "pythonanywhere": Place(
        "PythonAnywhere",
        "the WSGI configuration file that the Web tab links to",
        (
            # The file is kept and run elsewhere, so every folder has to be named.
            "import sys",
            'sys.path.insert(0, "{project}")',
            "from {module} import {attribute}",
            "application = {call}",
        ),
        Bind.AS_LAUNCHED,
        "PythonAnywhere serves `application` itself: app.run() is not needed.",
        serves_itself=True,
    ),
    "railway": Place(
        "Railway",
        "the service's Custom Start Command (Settings, Deploy)",
        # https://docs.railway.com/guides/start-command (read in November 2026): a
        # service from a Dockerfile starts it without a shell.
        ("sh -c {executed}",),
        has_shell=False,
    ),
    "render": Place("Render", "the service's Start Command (Settings)"),
    "replit": Place(
        "Replit", ".replit", ("[deployment]", 'run = ["sh", "-c", {quoted}]')
    ),
    "shell": Place(
        "a shell", "a terminal", ("{command}",), Bind.AS_LAUNCHED, is_terminal=True
    ),
    "start-command": Place(
        "a hosting platform",
        "the service's start command",
        # Some split it into words, and start it without a shell.
        ("sh -c {executed}",),
        has_shell=False,
    ),
    "systemd": Place(
        "systemd",
        "the [Service] section of the unit",
        ("WorkingDirectory={folder}", "ExecStart={command}"),
        Bind.AS_LAUNCHED,
        wants_whole_paths=True,
    ),
    "vercel": Place(
        "Vercel",
        "the file that vercel.json names",
        ("from {module} import {attribute}", "app = {call}"),
        Bind.AS_LAUNCHED,
        "Vercel serves `app` itself: app.run() is not needed.",
        path_lines=(
            "import sys",
            "from pathlib import Path",
            'sys.path.insert(0, str(Path(__file__).parent / "{source}"))',
        ),
        serves_itself=True,
    ),
    "windows": Place(
        "Windows", "a terminal", ("{command}",), Bind.AS_LAUNCHED, is_terminal=True
    ),
}
