"""What is known of a start command, whichever files led to it."""

from __future__ import annotations

import typing as t

from .conftest import DOCKERFILE

if t.TYPE_CHECKING:
    from .conftest import Starts


def test_what_led_there_is_named(starts: Starts) -> None:
    (start,) = starts(
        {
            "railway.json": '{"build": {"dockerfilePath": "Dockerfile"}}',
            "Dockerfile": DOCKERFILE + "CMD ./a.sh\n",
            "a.sh": "./b.sh\n",
            "b.sh": "flask run\n",
        }
    )
    assert start.via == ("railway.json", "Dockerfile", "a.sh")
    assert (start.file, start.line) == ("b.sh", 1)


def test_what_is_written_is_named_as_a_line(starts: Starts) -> None:
    found = starts(
        {
            "Dockerfile": DOCKERFILE
            + 'ENTRYPOINT ["tini", "--"]\nCMD ["flask", "run"]\n',
            "k.yaml": "kind: Pod\nspec:\n  containers:\n  - command: [a b, c]\n",
            "run.sh": "flask \\\n  run\n",
            "Procfile": "web: ./run.sh\n",
        }
    )
    assert [start.command for start in found] == [
        "tini -- flask run",
        "'a b' c",
        "flask run",
    ]
