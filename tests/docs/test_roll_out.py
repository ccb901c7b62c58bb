"""The page about a roll-out: its sample, its query, and what arrives elsewhere."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from .blocks import Block
from .blocks import blocks_of
from .blocks import DOCS
from .test_blocks import environment
from .test_blocks import write_files

sys.path.insert(0, str(DOCS))

pytestmark = pytest.mark.process

sample_logs = importlib.import_module("sample_logs")
PAGE = DOCS / "roll-out.md"
# Werkzeug's server is given a moment of its own, and ends.
START = """
import json
import sys

import werkzeug.serving


def run_simple(*_, **__):
    pass


werkzeug.serving.run_simple = run_simple
{before}
from shop import app

if __name__ == "__main__":
    try:
        app.run(port=8000)
    except Exception as error:
        {refused}
    {after}
"""


def needs(*names: str) -> None:
    for name in names:
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed: see tests/docs/requirements.txt")


def started(
    folder: Path, action: str, before: str, after: str, refused: str = "pass"
) -> t.Any:
    """What is printed, as JSON, by a shop that is started on Heroku.

    :param before: the code that comes first.
    :param after: the code that comes last, which prints.
    :param refused: what is done with the refusal.
    """
    write_files(folder, PAGE)
    program = START.format(before=before, after=after, refused=refused)
    (folder / "program.py").write_text(program, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env={
            **environment(folder),
            "DYNO": "web.1",
            "FLASK_PRODGUARD_ACTION": action,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def sample() -> str:
    if os.name == "nt":
        pytest.skip("a process is ended in another way there")
    needs("gunicorn", "waitress", "pythonjsonlogger")
    text: str = sample_logs.sample()
    return text


def block(
    language: str, file: str | None = None, note: tuple[str, str] | None = None
) -> Block:
    return next(
        each
        for each in blocks_of(PAGE)
        if each.language == language
        and each.file == file
        and (note is None or note in each.notes)
    )


def test_the_sample_is_what_services_write(sample: str) -> None:
    assert sample_logs.SAMPLE.read_text(encoding="utf-8") == sample


def test_the_record_on_the_page_is_one_of_them(sample: str) -> None:
    shown = json.loads(block("json", "record.json").text)

    record = next(
        json.loads(line)
        for line in sample.splitlines()
        if line.startswith("{") and json.loads(line)["service"] == shown["service"]
    )

    assert is_within(shown, record)


def is_within(shown: t.Any, whole: t.Any) -> bool:
    """Whether a value is another one of which something was left out."""
    if isinstance(shown, dict):
        return all(is_within(each, whole[name]) for name, each in shown.items())
    if isinstance(shown, list):
        return all(map(is_within, shown, whole[: len(shown)]))
    if isinstance(shown, str) and shown.endswith("…"):
        return str(whole).startswith(shown[:-1])
    return bool(shown == whole)


@pytest.fixture
def query() -> Block:
    return next(
        each
        for each in blocks_of(PAGE)
        if each.language == "sh" and each.text.startswith("jq")
    )


def test_the_query_lists_who_would_be_refused(query: Block, tmp_path: Path) -> None:
    if shutil.which("jq") is None or os.name == "nt":
        pytest.skip("jq is not installed")
    write_files(tmp_path, PAGE)

    result = subprocess.run(
        ["bash", "-c", query.text],
        cwd=tmp_path,
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout == block("text", note=("output", "jq")).text
    services = [line.split("\t")[0] for line in result.stdout.splitlines()]
    assert services == ["billing", "mail", "shop"]


def test_the_query_leaves_out_what_would_not_be_refused(query: Block) -> None:
    needs("jq")
    jq = importlib.import_module("jq")
    program = jq.compile(query.text.split("'")[1])
    lines = sample_logs.SAMPLE.read_text(encoding="utf-8").splitlines()
    record = json.loads(next(line for line in lines if line.startswith("{")))

    def listed(outcome: str, severity: str, remedy: t.Any = None) -> list[str]:
        found = [{"code": "PG201", "severity": severity}]
        verdict = {"outcome": outcome, "findings": found}
        changed = {**record, "prodguard_verdict": verdict, "prodguard_remedy": remedy}
        return [*program.input_value(json.dumps(changed))]

    assert listed("report", "error") == []
    assert listed("warn", "refuse") == []
    # The debugger below a production server.
    assert listed("report", "refuse") == [
        "shop\tPG101 PG102\t-:-\tswitch the debugger off\t-"
    ]
    assert [*program.input_value(" * Serving Flask app 'shop'")] == []
    assert [*program.input_value('"a text"')] == []


def test_the_other_query_names_fields_of_the_record(sample: str) -> None:
    record = json.loads(next(iter(sample.splitlines())))
    text = block("text", "insights.txt").text

    # As CloudWatch names what is nested: a.b and a.0 for the items of a list.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
    names = text.split("`")[1::2]

    assert len(names) == 6
    for name in names:
        value: t.Any = record
        for part in name.split("."):
            value = value[int(part) if part.isdigit() else part]
        assert isinstance(value, str)


def test_what_scan_writes_is_what_the_record_says(tmp_path: Path) -> None:
    needs("yaml")
    write_files(tmp_path, PAGE)
    remedy = json.loads(block("json", "record.json").text)["prodguard_remedy"]
    procfile = tmp_path / "Procfile"
    assert procfile.read_text().splitlines() == [remedy["before"]]

    subprocess.run(
        [sys.executable, "-m", "flask_prodguard", "scan", "--fix"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        timeout=60,
        check=True,
    )

    assert procfile.read_text().splitlines() == [remedy["after"]]


SENTRY = """
import sentry_sdk
from sentry import tag_launch
from sentry_sdk.transport import Transport

EVENTS = []


class Keep(Transport):
    def capture_envelope(self, envelope):
        EVENTS.extend(each.payload.json for each in envelope if each.type == "event")


sentry_sdk.init("http://key@localhost/1", transport=Keep, before_send=tag_launch)
"""
SHOWN = ["tags", "fingerprint"]
TAGS = {
    "prodguard.app": "shop",
    "prodguard.PG101": "found",
    "prodguard.remedy": "code",
    "prodguard.server": "waitress",
}


@pytest.mark.parametrize(("action", "events"), [("log", 1), ("raise", 2)])
def test_the_tags_arrive_in_sentry(action: str, events: int, tmp_path: Path) -> None:
    needs("sentry_sdk", "waitress")
    after = (
        "sentry_sdk.flush()\n"
        "    sentry_sdk.capture_message('not of the guard')\n"
        "    sentry_sdk.flush()\n"
        "    print(json.dumps(EVENTS))"
    )

    *found, other = started(
        tmp_path, action, SENTRY, after, "sentry_sdk.capture_exception(error)"
    )

    assert len(found) == events
    for event in found:
        assert {name: event["tags"].get(name) for name in TAGS} == TAGS
        assert event["fingerprint"] == ["prodguard", "shop", "PG101"]
    assert found[0]["extra"]["prodguard_remedy"]["server"] == "waitress"
    # What is tagged is the event, not all that comes after it.
    assert not other.get("tags")
    assert "fingerprint" not in other


TELEMETRY = """
import logging
import warnings

from opentelemetry import metrics
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs import LoggingHandler
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk._logs import export
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

reader = InMemoryMetricReader()
metrics.set_meter_provider(MeterProvider([reader]))
# It had another name before release 1.39.
kept = getattr(export, "InMemoryLogRecordExporter", None) or export.InMemoryLogExporter
kept = kept()
provider = LoggerProvider()
provider.add_log_record_processor(SimpleLogRecordProcessor(kept))
logging.getLogger().addHandler(LoggingHandler(logger_provider=provider))

import telemetry
"""


@pytest.mark.parametrize(
    ("action", "outcome"), [("log", "report"), ("raise", "refuse")]
)
def test_opentelemetry_gets_a_count_and_the_record(
    action: str, outcome: str, tmp_path: Path
) -> None:
    needs("opentelemetry")
    after = (
        "data = reader.get_metrics_data().resource_metrics[0]\n"
        "    of = data.scope_metrics[0].metrics[0]\n"
        "    points = [[each.value, dict(each.attributes)] for each in"
        " of.data.data_points]\n"
        "    record = kept.get_finished_logs()[0].log_record\n"
        "    flat = {name: record.attributes[f'prodguard_{name}']"
        " for name in ('app', 'codes', 'via')}\n"
        "    print(json.dumps([of.name, points, flat]))"
    )

    name, points, record = started(tmp_path, action, TELEMETRY, after)

    attributes = {
        "prodguard.app": "shop",
        "prodguard.outcome": outcome,
        "prodguard.code": "PG101",
    }
    assert (name, points) == ("prodguard.launches", [[1, attributes]])
    assert record == {"app": "shop", "codes": ["PG101"], "via": "app.run()"}


@pytest.mark.parametrize(
    ("action", "outcome"), [("log", "report"), ("raise", "refuse")]
)
def test_a_receiver_counts(action: str, outcome: str, tmp_path: Path) -> None:
    needs("prometheus_client")
    after = (
        "from prometheus_client import generate_latest\n"
        "    print(json.dumps(generate_latest().decode()))"
    )

    text = started(tmp_path, action, "import counting", after)

    labels = f'app="shop",code="PG101",outcome="{outcome}"'
    assert f"prodguard_launches_total{{{labels}}} 1.0" in text.splitlines()


def test_a_command_writes_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_logs, "SAMPLE", tmp_path / "logs.jsonl")
    monkeypatch.setattr(sample_logs, "SERVICES", ())

    sample_logs.main()

    assert (tmp_path / "logs.jsonl").read_text() == ""
