from __future__ import annotations

import io
import pickle

import click
import pytest
from click.testing import CliRunner

from flask_prodguard import ConfigError
from flask_prodguard import ProdGuardError
from flask_prodguard import SetupError
from flask_prodguard import UnsafeLaunchError
from flask_prodguard.config.keys import Problem
from flask_prodguard.config.settings import GuardConfig
from flask_prodguard.environment.evidence import Environment
from flask_prodguard.judging.launch import Launch
from flask_prodguard.judging.launch import Via
from flask_prodguard.judging.verdict import judge

VERDICT = judge(Launch("shop", Via.APP_RUN), Environment("production"), GuardConfig())
PROBLEM = Problem("KEY", "'x'", "somewhere", "Accepted is y.")


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (UnsafeLaunchError("refused", VERDICT), RuntimeError),
        (ConfigError((PROBLEM,)), ValueError),
        (SetupError("no app"), TypeError),
    ],
)
def test_every_error_has_one_base_and_a_builtin_one(
    error: Exception, base: type[Exception]
) -> None:
    assert isinstance(error, ProdGuardError)
    assert isinstance(error, base)


def test_an_unsafe_launch_survives_pickling() -> None:
    remedy = {"kind": "command", "command": "gunicorn shop:app"}
    copied = pickle.loads(pickle.dumps(UnsafeLaunchError("refused", VERDICT, remedy)))

    assert str(copied) == "refused"
    assert copied.verdict == VERDICT
    assert copied.remedy == remedy
    assert UnsafeLaunchError("refused", VERDICT).remedy is None


@pytest.mark.parametrize(
    "error", [UnsafeLaunchError("refused\nhow", VERDICT), ConfigError((PROBLEM,))]
)
def test_a_click_command_prints_it_without_a_traceback(error: Exception) -> None:
    @click.command
    def command() -> None:
        raise error

    result = CliRunner().invoke(command)

    assert result.exit_code == 1
    assert result.output == f"{error}\n"


def test_it_is_printed_to_standard_error_or_the_given_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = UnsafeLaunchError("refused", VERDICT)
    stream = io.StringIO()

    error.show()
    error.show(stream)

    assert capsys.readouterr() == ("", "refused\n")
    assert stream.getvalue() == "refused\n"
