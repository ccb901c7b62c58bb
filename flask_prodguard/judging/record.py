"""A verdict as JSON-compatible values."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..environment.evidence import Environment
    from .launch import ImportPath
    from .launch import Launch
    from .verdict import Finding
    from .verdict import Verdict

Values: t.TypeAlias = dict[str, t.Any]

# What a launch holds besides its address and import path, as JSON-compatible values.
PLAIN_FACTS = ("app", "debug", "debug_by", "debugger", "evalex", "reloader", "testing")


def as_dict(verdict: Verdict) -> Values:
    """The whole verdict as JSON-compatible values, and with it what programs need most,
    such as the titles of the rules.

    .. versionadded:: 0.1
    """
    return {
        "outcome": verdict.outcome.name.lower(),
        "codes": list(verdict.codes),
        "findings": [_finding_as_dict(finding) for finding in verdict.findings],
        "obstacles": [obstacle._asdict() for obstacle in verdict.obstacles],
        "launch": _launch_as_dict(verdict.launch),
        "environment": _environment_as_dict(verdict.environment),
    }


def _finding_as_dict(finding: Finding) -> Values:
    return {
        "code": finding.code,
        "title": finding.rule.title,
        "seen": finding.seen,
        "severity": finding.severity.value,
        "fix": finding.fix,
    }


def _launch_as_dict(launch: Launch) -> Values:
    path, address = launch.import_path, launch.address
    return {
        **{name: getattr(launch, name) for name in PLAIN_FACTS},
        "via": launch.via.value,
        "host": address.host,
        "port": address.port,
        "exposure": address.exposure.value,
        "bound": address.bound,
        "socketio": launch.socketio,
        "import_path": str(path) if path else None,
        "import": _import_path_as_dict(path),
    }


def _import_path_as_dict(path: ImportPath | None) -> Values | None:
    if path is None:
        return None
    return {
        "module": path.module,
        "attribute": path.attribute,
        "factory": path.factory,
        "directory": path.directory,
        "notes": list(path.notes),
        "flask_app": _import_path_as_dict(path.flask_app),
    }


def _environment_as_dict(environment: Environment) -> Values:
    level = environment.level
    return {
        "name": environment.name,
        "level": level.name.lower() if level else None,
        "platform": environment.platform,
        "place": environment.place,
        "container": environment.container,
        "evidence": [
            {"level": item.level.name.lower(), "says": item.says, "seen": item.seen}
            for item in environment.evidence
        ],
    }
