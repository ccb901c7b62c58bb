"""A verdict as values that JSON knows, and back."""

from __future__ import annotations

import typing as t

from .address import Address
from .address import Exposure
from .environment import Environment
from .environment import Evidence
from .environment import Level
from .launch import ImportPath
from .launch import Launch
from .launch import Via
from .rules import Severity
from .verdict import Finding
from .verdict import Outcome
from .verdict import Verdict

Values: t.TypeAlias = dict[str, t.Any]

# What a launch holds besides its address and import path, each a value of JSON's own.
PLAIN_FACTS = ("app", "debug", "debug_by", "debugger", "evalex", "reloader", "testing")


def as_dict(verdict: Verdict) -> Values:
    """The verdict as values that JSON knows: all of it, and beside it what programs
    ask for most, such as the titles of the rules.

    :param verdict: the judgement.

    .. versionadded:: 0.1
    """
    return {
        "outcome": verdict.outcome.name.lower(),
        "codes": list(verdict.codes),
        "findings": [_finding_as_dict(finding) for finding in verdict.findings],
        "launch": _launch_as_dict(verdict.launch),
        "environment": _environment_as_dict(verdict.environment),
    }


def from_dict(values: Values) -> Verdict:
    """The verdict again, equal to the one that was written.

    :param values: what :func:`as_dict` has returned, whether or not it has passed
        through JSON.
    :raises KeyError: something is missing, or a name is not known.
    :raises ValueError: a value is not known.

    .. versionadded:: 0.1
    """
    return Verdict(
        _launch_from(values["launch"]),
        _environment_from(values["environment"]),
        Outcome[values["outcome"].upper()],
        tuple(_finding_from(each) for each in values["findings"]),
    )


def _finding_as_dict(finding: Finding) -> Values:
    return {
        "code": finding.code,
        "title": finding.rule.title,
        "seen": finding.seen,
        "severity": finding.severity.value,
        "fix": finding.fix,
    }


def _finding_from(values: Values) -> Finding:
    severity = Severity(values["severity"])
    return Finding(values["code"], values["seen"], severity, values["fix"])


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


def _launch_from(values: Values) -> Launch:
    exposure = Exposure(values["exposure"])
    return Launch(
        **{name: values[name] for name in PLAIN_FACTS},
        via=Via(values["via"]),
        address=Address(values["host"], values["port"], exposure, values["bound"]),
        socketio=values["socketio"],
        import_path=_import_path_from(values["import"]),
    )


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


def _import_path_from(values: Values | None) -> ImportPath | None:
    if values is None:
        return None
    notes, flask_app = tuple(values["notes"]), _import_path_from(values["flask_app"])
    return ImportPath(**{**values, "notes": notes, "flask_app": flask_app})


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


def _environment_from(values: Values) -> Environment:
    return Environment(
        name=values["name"],
        level=_level(values["level"]),
        evidence=tuple(_evidence_from(each) for each in values["evidence"]),
        platform=values["platform"],
        place=values["place"],
        container=values["container"],
    )


def _evidence_from(values: Values) -> Evidence:
    return Evidence(Level[values["level"].upper()], values["says"], values["seen"])


def _level(name: str | None) -> Level | None:
    return Level[name.upper()] if name else None
