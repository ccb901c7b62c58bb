from __future__ import annotations

from hypothesis import settings

# A few examples each time, others every time. ``--hypothesis-profile=ci`` tries five
# times as many, the same ones each time; Hypothesis itself chooses it where CI is set.
settings.register_profile("brief", max_examples=20)
if settings.default is settings.get_profile("default"):
    settings.load_profile("brief")
