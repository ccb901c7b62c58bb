"""Lambda's adapters call the app directly: the guard is silent in production."""

from __future__ import annotations

import json
import typing as t
from importlib.metadata import version

import pytest
from launches.conftest import Site
from launches.process import PYTHON

from .conftest import Tried
from .environments import PRODUCTION
from .expected import assert_no_debugger
from .expected import assert_nothing_said
from .expected import codes_reported
from .server import require_module
from .shop import NO_TRACES
from .shop import SHOP

AWS = {
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
    "AWS_LAMBDA_FUNCTION_NAME": "shop",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
    "LAMBDA_TASK_ROOT": "/var/task",
}
FLAGS = "production flags"
ENVIRONMENTS = {"Lambda": AWS, FLAGS: {**AWS, **PRODUCTION[FLAGS]}}
ADAPTERS = {
    "apig-wsgi": "from apig_wsgi import make_lambda_handler as make\n"
    "handler = make(served)\n",
    "serverless-wsgi": "import functools\n"
    "from serverless_wsgi import handle_request\n"
    "handler = functools.partial(handle_request, served)\n",
}
INVOKE = """
import json

EVENT = {
    "version": "1.0",
    "resource": "/{proxy+}",
    "httpMethod": "GET",
    "headers": {"Host": "shop.example.com", "X-Forwarded-Proto": "https"},
    "multiValueHeaders": {"Host": ["shop.example.com"]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "body": None,
    "isBase64Encoded": False,
}


def invoke(path):
    context = {"stage": "live", "path": path, "identity": {"sourceIp": "192.0.2.1"}}
    try:
        return handler({**EVENT, "path": path, "requestContext": context}, None)
    except ZeroDivisionError as error:
        return {"statusCode": 500, "body": str(error)}


for path in "/", "/state", "/fail", "/console", "/":
    print("answer:", json.dumps(invoke(path)), flush=True)
"""


class Invoked(t.NamedTuple):
    """What a function has answered and printed."""

    answers: list[dict[str, t.Any]]
    output: str


def invoke(site: Site, tried: Tried, adapter: str, **environ: str) -> Invoked:
    """Call the handler with a few events.

    :param site: the folder.
    :param tried: what is tried.
    :param adapter: the adapter's name in its registry.
    :param environ: what the process has.
    """
    require_module(adapter.replace("-", "_"))
    tried.update(component=adapter, version=version(adapter))
    site.write("shop.py", SHOP)
    site.write("invoke.py", f"from shop import served\n{ADAPTERS[adapter]}{INVOKE}")
    process = site.attempt(PYTHON, "invoke.py", **environ)
    assert process.wait_exit() == 0, process.output
    lines = process.output.splitlines()
    answers = [line.partition(": ")[2] for line in lines if "answer: " in line]
    return Invoked([json.loads(answer) for answer in answers], process.output)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_function_is_served_silently(
    site: Site, tried: Tried, adapter: str, environment: str
) -> None:
    invoked = invoke(site, tried, adapter, **ENVIRONMENTS[environment])
    first, state, failed, console, last = invoked.answers
    assert first["body"] == last["body"] == "served"
    assert json.loads(state["body"])["traces"] == NO_TRACES
    assert (failed["statusCode"], console["statusCode"]) == (500, 404)
    assert_nothing_said(invoked)


@pytest.mark.parametrize("place", ["around", "inside"])
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_function_has_no_debugger(
    site: Site, tried: Tried, adapter: str, place: str
) -> None:
    invoked = invoke(site, tried, adapter, **AWS, SHOP_DEBUGGER=place)
    first, _, failed, console, last = invoked.answers
    assert first["body"] == last["body"] == "served"
    assert_no_debugger(failed["body"])
    assert console["statusCode"] == 404
    assert codes_reported(invoked) == ["PG201"], invoked.output
