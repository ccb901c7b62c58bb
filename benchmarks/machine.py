"""What the figures were measured on. It names neither the host nor a folder."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import subprocess
import typing as t
from pathlib import Path

from .callgrind import find_valgrind

PACKAGES = ("flask-prodguard", "Flask", "Werkzeug", "blinker", "click")
TOOLS = ("gunicorn", "pytest", "pyperf")


def describe() -> dict[str, str]:
    """Describe the machine, a line for each of its parts."""
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "System": f"{_system()}, {platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()},"
        f" {platform.python_compiler()}",
        "Packages": _versions(PACKAGES),
        "Tools": ", ".join(filter(None, [_versions(TOOLS), _valgrind()])),
        "Load at the start": _load(),
    }


def processor_in(information: str) -> str | None:
    """The model's name.

    :param information: what ``/proc/cpuinfo`` holds.
    """
    found = re.search(r"^model name\s*: (.+)$", information, re.MULTILINE)
    return found[1].strip() if found else None


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    told = processor_in(file.read_text("utf-8")) if file.exists() else None
    return told or platform.processor() or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform(terse=True)


def _versions(names: t.Iterable[str]) -> str:
    return ", ".join(filter(None, map(_version, names)))


def _version(name: str) -> str | None:
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return None


def _valgrind() -> str | None:
    program = find_valgrind()
    if program is None:
        return None
    command = [program, "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip().replace("-", " ", 1)


def _load() -> str:
    if not hasattr(os, "getloadavg"):
        return "unknown"
    return " ".join(f"{load:.2f}" for load in os.getloadavg())
