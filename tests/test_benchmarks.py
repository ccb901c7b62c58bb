from __future__ import annotations

import itertools
import json
import platform
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from benchmarks import many_apps
from benchmarks import wsgi_call
from benchmarks.callgrind import instructions_in
from benchmarks.figure import Figure
from benchmarks.figure import not_measured
from benchmarks.machine import describe
from benchmarks.machine import processor_in
from benchmarks.page import render
from benchmarks.page import Section
from benchmarks.pairs import added
from benchmarks.pairs import measure_in_turns
from benchmarks.pairs import Pairs
from benchmarks.pairs import ratio
from benchmarks.pairs import spread_of
from benchmarks.serving import figures as serving_figures
from benchmarks.sites import entries_of
from benchmarks.sites import make_site
from benchmarks.sites import requirements_in
from benchmarks.table import as_markdown
from benchmarks.table import as_text
from benchmarks.table import notes
from benchmarks.table import number
from benchmarks.throughput import figures as throughput_figures

ROOT = Path(__file__).parent.parent
FIGURES = (
    Figure("import", 0.4567, "ms", at_most=3.0, spread=(0.4, 0.5), note="in turns"),
    Figure("judge", 50.1, "µs", at_most=50.0),
    Figure("ratio", 0.999, at_least=0.99),
    Figure("memory", 3256.0, "bytes"),
    not_measured("instructions", "valgrind is not installed"),
)


def test_a_figure_keeps_its_limits_or_has_none() -> None:
    assert [each.is_met for each in FIGURES] == [True, False, True, None, None]


def test_the_table_is_aligned_for_the_terminal() -> None:
    assert as_text(FIGURES).splitlines() == [
        "What          Median        Middle half     Limit            Met",
        "import        0.457 ms      0.400 to 0.500  at most 3.00 ms  yes",
        "judge         50.1 µs                       at most 50.0 µs  no",
        "ratio         0.999                         at least 0.990   yes",
        "memory        3,256 bytes",
        "instructions  not measured",
    ]


def test_the_table_is_markdown_for_the_documentation() -> None:
    assert as_markdown(FIGURES[1:2]).splitlines() == [
        "| What | Median | Middle half | Limit | Met |",
        "| --- | --- | --- | --- | --- |",
        "| judge | 50.1 µs |  | at most 50.0 µs | no |",
    ]


def test_how_a_figure_was_had_and_why_one_is_missing_stands_below_the_table() -> None:
    assert notes(FIGURES) == (
        "- import: in turns.\n- instructions: valgrind is not installed."
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(12345.6, "12,346"), (99.94, "99.9"), (9.876, "9.88"), (-0.0124, "-0.012")],
)
def test_three_digits_of_a_number_count(value: float, text: str) -> None:
    assert number(value) == text


def test_the_page_has_the_machine_and_a_section_for_each_program() -> None:
    section = Section("benchmarks.many_apps", "What many apps cost.", FIGURES)

    page = render({"Processor": "a fast one, 2 cores"}, [section])

    assert page.startswith("# The figures\n\n<!-- Written by `nox -s benchmarks`. Not")
    assert "| Processor | a fast one, 2 cores |\n" in page
    assert (
        "## Many apps\n\nWhat many apps cost. Again: `python -m benchmarks.many_apps`\n"
    ) in page
    assert "| judge | 50.1 µs |  | at most 50.0 µs | no |\n" in page
    assert page.endswith("- instructions: valgrind is not installed.\n")


def test_in_six_rounds_three_are_measured_in_every_order() -> None:
    order: list[str] = []

    def measured(name: str, value: float) -> t.Callable[[], float]:
        def measure() -> float:
            order.append(name)
            return value

        return measure

    pairs = measure_in_turns(
        measured("without", 2.0),
        measured("with", 3.0),
        measured("control", 2.5),
        added,
        6,
    )

    rounds = {tuple(order[start : start + 3]) for start in range(0, 18, 3)}
    assert rounds == {*itertools.permutations(["without", "with", "control"])}
    assert pairs == Pairs([2.0] * 6, [1.0] * 6, [0.5] * 6)


def test_the_same_thing_is_its_own_control() -> None:
    values = iter([10.0, 12.0, 11.0])

    def measure() -> float:
        return next(values)

    pairs = measure_in_turns(measure, measure, measure, ratio, 1)

    assert pairs == Pairs([10.0], [1.2], [1.1])
    assert pairs.joined(pairs).control == [1.1, 1.1]


def test_values_are_summed_up_by_their_median_and_quartiles() -> None:
    spread = spread_of([5.0, 1.0, 3.0, 2.0, 4.0]).scaled(10.0)

    assert (spread.median, spread.quartiles) == (30.0, (20.0, 40.0))
    assert spread_of([7.0]).quartiles == (7.0, 7.0)


@pytest.mark.parametrize("line", ["summary: 687896036", "totals: 687896036"])
def test_the_count_of_callgrind_is_read(line: str) -> None:
    profile = f"# callgrind format\nevents: Ir\nfn=(1) main\n16 3\n{line}\n"

    assert instructions_in(profile) == 687_896_036


def test_what_is_not_a_profile_is_an_error() -> None:
    with pytest.raises(ValueError, match="no profile"):
        instructions_in("fn=(1) main\n16 3\n")


def test_instructions_are_within_noise_if_another_layout_changes_as_much() -> None:
    plain = [1000.0, 1010.0, 990.0]

    within = wsgi_call.figures(plain, [1001.0, 1011.0, 991.0])
    beyond = wsgi_call.figures(plain, [1100.0, 1110.0, 1090.0])

    assert [within[0].is_met, beyond[0].is_met] == [True, False]
    assert within[0].value == pytest.approx(0.1, abs=0.01)


def test_throughput_is_within_noise_if_the_control_spreads_as_far() -> None:
    control = [0.97, 0.98, 1.0, 1.02, 1.03]

    as_fast = throughput_figures(Pairs([500.0], [0.99], control), "once")
    slower = throughput_figures(Pairs([500.0], [0.97], control), "once")

    assert [next(as_fast).is_met, next(slower).is_met] == [True, False]


def test_waitress_has_to_be_nearly_twice_as_fast_as_the_development_server() -> None:
    twice = serving_figures(Pairs([900.0], [2.0], [1.0]), "once")
    hardly = serving_figures(Pairs([900.0], [1.7], [1.0]), "once")

    assert [each.is_met for each in twice] == [True, None]
    assert [each.is_met for each in hardly] == [False, None]


@pytest.mark.process
def test_a_guarded_app_calls_no_function_more_once_it_was_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Where valgrind is missing, it says so.
    monkeypatch.setenv("PATH", "")

    called, instructions = wsgi_call.measure(True)

    assert (called.value, called.is_met) == (0, True)
    assert instructions == not_measured(
        "instructions of a WSGI call: added by the guard", "valgrind is not installed"
    )


@pytest.mark.process
def test_the_machine_is_described_without_its_name_or_a_folder() -> None:
    described = " ".join(describe().values())

    assert "Flask " in described
    assert platform.node() not in described.split()
    assert str(Path.home()) not in described
    assert processor_in("processor\t: 0\nmodel name\t: A B @ 2 GHz\n") == "A B @ 2 GHz"


def test_what_needs_an_extra_is_not_needed() -> None:
    lines = [
        "click>=8.1.3",
        "python-dotenv; extra == 'dotenv'",
        "importlib-metadata ; x",
    ]

    assert requirements_in(lines) == ["click", "importlib-metadata"]


def test_a_site_holds_a_command_the_guard_and_its_chosen_entry_points(
    tmp_path: Path,
) -> None:
    environ = make_site(tmp_path, ["flask"], ["flask.commands"])

    names = {each.name for each in tmp_path.iterdir()}
    points = tmp_path / "flask_prodguard-0.dist-info" / "entry_points.txt"
    assert {"flask", "werkzeug", "click", "flask_prodguard"} <= names
    assert "_pytest" not in names
    assert {each.name for each in entries_of(["pytest"])} >= {"_pytest", "pluggy"}
    assert points.read_text() == (
        "[flask.commands]\nprodguard = flask_prodguard.cli:prodguard\n"
    )
    assert environ["PYTHONPATH"] == str(tmp_path)


@pytest.mark.process
@pytest.mark.parametrize("measured", ["speed", "memory"])
def test_many_apps_are_guarded_and_served_in_one_process(measured: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.worker_many_apps", measured, "20"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    results = json.loads(done.stdout)

    assert all(value > 0 for value in results.values())
    if measured == "speed":
        figures = [many_apps.figure_of(each, [results]) for each in many_apps.SPEED]
        assert all(figure.value for figure in figures)
