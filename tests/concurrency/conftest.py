from __future__ import annotations

from launches.conftest import site as site
