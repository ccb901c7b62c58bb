"""Judges every start command of a repository before it is deployed. Nothing of it is
imported or run.
"""

from __future__ import annotations

import dataclasses
import enum
import itertools
import typing as t
from dataclasses import dataclass

from ..config.settings import GuardConfig
from ..config.settings import read_config
from ..config.settings import Setting
from ..deployment.builders import BUILDER_OF
from ..deployment.builders import BUILDERS
from ..deployment.builders import built_start
from ..deployment.programs import program_of
from ..deployment.project import Project
from ..deployment.python.serving import Program
from ..deployment.python.serving import WERKZEUG
from ..deployment.start_command import Purpose
from ..deployment.starts import starts_of
from ..environment.evidence import Environment
from ..environment.evidence import Evidence
from ..environment.evidence import Level
from ..environment.evidence import PRODUCTION
from ..environment.evidence import read_environment
from ..environment.platforms import PLATFORMS
from ..judging.address import UNKNOWN_ADDRESS
from ..judging.verdict import judge
from ..remedy.for_start import remedy_for_start
from ..remedy.places import PLACES
from .possible_launches import possible_launches

if t.TYPE_CHECKING:
    from pathlib import Path

    from ..deployment.python.serving import Serving
    from ..deployment.start_command import Skipped
    from ..deployment.start_command import StartCommand
    from ..environment.marks import Platform
    from ..judging.verdict import Finding
    from ..judging.verdict import Verdict
    from ..remedy.remedy import Remedy

FAILED = "it could not be followed, which is a mistake of flask-prodguard"
# Places that aren't evidence for any platform.
ANYBODYS = frozenset({"docker", "shell", "start-command", "systemd", "windows"})


class Outcome(enum.Enum):
    """What would happen to a start."""

    REFUSE = "refuse"
    ALLOW = "allow"
    UNDECIDED = "undecided"


class Answer(t.NamedTuple):
    """What would happen to a start, and why."""

    outcome: Outcome
    reason: str
    findings: tuple[Finding, ...] = ()
    verdict: Verdict | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the rules that it breaks."""
        return tuple(dict.fromkeys(finding.code for finding in self.findings))


@dataclass(frozen=True)
class Judged:
    """A start command, what it runs, and what would happen to it."""

    start: StartCommand
    program: Program
    answer: Answer
    remedy: Remedy | None = None

    @property
    def server(self) -> str | None:
        """The server, if it is certain which one serves."""
        servers = {serving.server for serving in self.program.servings}
        return servers.pop() if len(servers) == 1 else None

    @property
    def program_file(self) -> str | None:
        """The file that is run, if it may serve a Flask app."""
        may_serve = self.program.servings or self.program.unknown
        return self.program.file if may_serve else None

    @property
    def is_refused_in_production(self) -> bool:
        """Whether a deployment would be refused."""
        is_for_production = self.start.purpose is Purpose.PRODUCTION
        return self.answer.outcome is Outcome.REFUSE and is_for_production


@dataclass(frozen=True)
class ScanReport:
    """What would happen to the starts of a repository."""

    root: Path
    starts: tuple[Judged, ...]
    skipped: tuple[Skipped, ...]

    @property
    def refused(self) -> tuple[Judged, ...]:
        """The starts that would be refused."""
        return tuple(each for each in self.starts if each.is_refused_in_production)

    @property
    def exit_status(self) -> int:
        """0 if no start for production would be refused, else 1."""
        return int(bool(self.refused))


def scan(
    root: Path,
    platform: str | None = None,
    ignore: tuple[str, ...] = (),
    on_folder: t.Callable[[str], None] = lambda _: None,
) -> ScanReport:
    """Judge every start command of a repository.

    :param platform: where it is deployed, if its files don't say so.
    :param ignore: the codes of rules that are not reported.
    :param on_folder: called for each folder that is entered.
    """
    project = Project(root, on_folder)
    starts = starts_of(project)
    if platform and not any(s.purpose is Purpose.PRODUCTION for s in starts):
        builder = BUILDER_OF.get(platform, platform)
        built = built_start(project, builder) if builder in BUILDERS else None
        starts += [built] if built else []
    # Nothing runs on a builder.
    place = platform if platform in PLACES else None
    judged = [judge_start(project, start, place, ignore) for start in starts]
    return ScanReport(root, tuple(_one_each(judged)), (*project.skipped.values(),))


def _one_each(judged: list[Judged]) -> t.Iterator[Judged]:
    # If one line has several commands, only those count that may serve.
    for _, group in itertools.groupby(
        judged, lambda each: (each.start.file, each.start.line)
    ):
        together = [*group]
        serving = [each for each in together if _may_serve(each)]
        yield from serving or together[-1:]


def _may_serve(judged: Judged) -> bool:
    return bool(judged.program.servings or judged.program.unknown)


def judge_start(
    project: Project,
    start: StartCommand,
    platform: str | None = None,
    ignore: tuple[str, ...] = (),
) -> Judged:
    """Say what would happen to a start.

    :param platform: where it is deployed, if its files don't say so.
    :param ignore: the codes of rules that are not reported.
    """
    start = dataclasses.replace(start, platform=start.platform or platform)
    try:
        program = program_of(project, start)
    except Exception as error:
        # One odd program must not keep all others from being judged.
        why = f"{FAILED}: {type(error).__name__}"
        return Judged(start, Program(unknown=why), Answer(Outcome.UNDECIDED, why), None)
    config = _config(program, start, ignore)
    if start.purpose is Purpose.DEVELOPMENT:
        answer = _for_development(program, start)
    else:
        answer = _decided(program, start, config)
    remedy = None
    if answer.outcome is Outcome.REFUSE and answer.verdict is not None:
        remedy = remedy_for_start(project, start, program, answer.verdict)
    return Judged(start, program, answer, remedy)


def _config(
    program: Program, start: StartCommand, ignore: tuple[str, ...]
) -> GuardConfig:
    config, _ = read_config({}, {**start.variables, **dict(program.environ)})
    codes = (*config.ignore.value, *ignore)
    return dataclasses.replace(config, ignore=Setting(codes, "--ignore"))


def _for_development(program: Program, start: StartCommand) -> Answer:
    # The person who starts it sees a refusal, and can allow the start.
    servers = {serving.server for serving in program.servings}
    what = f"{servers.pop()} serves" if len(servers) == 1 else "it starts"
    reason = program.instead or f"{what} for development: {start.purpose_by}"
    return Answer(Outcome.ALLOW, reason)


def _decided(program: Program, start: StartCommand, config: GuardConfig) -> Answer:
    answers = [_serving(each, program, start, config) for each in program.servings]
    if not answers:
        outcome = Outcome.UNDECIDED if program.unknown else Outcome.ALLOW
        return Answer(outcome, program.unknown or program.instead)
    outcomes = {answer.outcome for answer in answers}
    if outcomes == {Outcome.ALLOW}:
        return answers[0]
    doubt = _doubt(program, start, answers)
    return Answer(Outcome.UNDECIDED, doubt) if doubt else _certain(program, answers)


def _certain(program: Program, answers: list[Answer]) -> Answer:
    """What is refused, whatever a condition comes to."""
    for serving, answer in zip(program.servings, answers, strict=True):
        if serving.condition is None:
            return answer
    common = set.intersection(*(set(answer.codes) for answer in answers))
    least = min(answers, key=lambda answer: len(answer.codes))
    findings = tuple(each for each in least.findings if each.code in common)
    if not findings or least.verdict is None:
        return least
    return _refused(program.servings[answers.index(least)], least.verdict, findings)


def _refused(
    serving: Serving, verdict: Verdict, findings: tuple[Finding, ...]
) -> Answer:
    place = f"{serving.at}: " if serving.at else ""
    reason = f"{place}{'; '.join(finding.seen for finding in findings)}"
    return Answer(Outcome.REFUSE, reason, findings, verdict)


def _doubt(program: Program, start: StartCommand, answers: list[Answer]) -> str | None:
    """Why it can't be known that a start is refused, if it can't."""
    outcomes = {answer.outcome for answer in answers}
    servers = dict.fromkeys(serving.server for serving in program.servings)
    condition = _condition(program)
    if condition is not None and len(servers) > 1:
        return condition
    if Outcome.UNDECIDED in outcomes:
        return next(a.reason for a in answers if a.outcome is Outcome.UNDECIDED)
    if condition is not None:
        return condition
    if outcomes != {Outcome.REFUSE}:
        return f"it serves in more than one way: {', '.join(servers)}"
    at = f"{start.doubt_at}: " if start.doubt_at else ""
    return f"{at}{start.doubt}" if start.doubt else None


def _condition(program: Program) -> str | None:
    conditions = [serving.condition for serving in program.servings]
    found = next((each for each in conditions if each is not None), None)
    if found is None:
        return None
    # If each branch serves in the same way, nothing is left to decide.
    servers = {serving.server for serving in program.servings}
    branches = [each for each in conditions if each == found]
    is_covered = servers == {WERKZEUG} and (None in conditions or len(branches) > 1)
    return None if is_covered else str(found)


def _serving(
    serving: Serving, program: Program, start: StartCommand, config: GuardConfig
) -> Answer:
    if serving.server != WERKZEUG:
        return Answer(Outcome.ALLOW, f"{serving.server} serves")
    answers = []
    for environment in _environments(program, start, config):
        for launch, why in possible_launches(serving):
            verdict = judge(launch, environment, config)
            answers.append((_judged(serving, verdict), why, environment))
    outcomes = {answer.outcome for answer, _, _ in answers}
    first = answers[0][0]
    if serving.unsure is not None and Outcome.REFUSE in outcomes:
        # Its host is unknown as well, which says less.
        return Answer(Outcome.UNDECIDED, str(serving.unsure))
    if len(outcomes) == 1:
        if first.outcome is Outcome.ALLOW:
            return first._replace(reason=_why_allowed(first, config))
        return first
    whys = [why for _, why, _ in answers if why]
    if whys:
        return Answer(Outcome.UNDECIDED, whys[0])
    worst = next(a for a, _, _ in answers if a.outcome is Outcome.REFUSE)
    codes = ", ".join(worst.codes)
    return Answer(
        Outcome.UNDECIDED,
        f"nothing says where it runs: a hosting platform is production, where it is"
        f" refused ({codes})",
    )


def _judged(serving: Serving, verdict: Verdict) -> Answer:
    if verdict.is_refused:
        return _refused(serving, verdict, verdict.findings)
    return Answer(Outcome.ALLOW, "", verdict.findings, verdict)


def _why_allowed(answer: Answer, config: GuardConfig) -> str:
    if not config.enabled.value:
        return "the guard is turned off for it"
    if answer.findings:
        return "it is only reported: PRODGUARD_ACTION is log"
    address = answer.verdict.launch.address if answer.verdict else UNKNOWN_ADDRESS
    why = "which other machines can't reach"
    if address.is_beyond_this_machine():
        why = "which the guard's configuration allows"
    return f"Werkzeug's server on {address}, {why}"


def _environments(
    program: Program, start: StartCommand, config: GuardConfig
) -> list[Environment]:
    """Where it may run: the platform that the files name, or any."""
    variables = {**start.variables, **dict(program.environ)}
    platform = platform_of(start.platform)
    if platform is not None:
        marks = platform.rules[0] if platform.rules else ()
        variables.update({mark.variable: mark.example for mark in marks})
        folders = platform.folders
        return [read_environment(variables, config, lambda path: path in folders)]
    known = read_environment(variables, config, lambda _: False)
    if known.is_production or known.level is Level.EXPLICIT:
        return [known]
    seen = "it runs on a hosting platform"
    hosted = Evidence(Level.STRONG_PLATFORM, PRODUCTION, seen)
    return [known, Environment(PRODUCTION, Level.STRONG_PLATFORM, (hosted,))]


def platform_of(place: str | None) -> Platform | None:
    """The platform that keeps its start command in a place, if one alone does.

    :param place: a key of ``PLACES``.
    """
    if place is None or place in ANYBODYS:
        return None
    return next((each for each in PLATFORMS if each.place == place), None)
