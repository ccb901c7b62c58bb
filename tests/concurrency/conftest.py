from __future__ import annotations

from launches.conftest import pytest_pyfunc_call as pytest_pyfunc_call
from launches.conftest import site as site
