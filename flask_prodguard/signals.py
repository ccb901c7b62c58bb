"""The signal that tells a program what was judged."""

from __future__ import annotations

from blinker import NamedSignal
from blinker import Namespace

_signals = Namespace()

#: Sent once for each start of a server that reaches a guarded app, whatever was
#: decided. The sender is the :class:`~flask.Flask` app and the keyword argument
#: ``verdict`` is the :class:`~flask_prodguard.Verdict`.
#:
#: .. versionadded:: 0.1
launch_judged: NamedSignal = _signals.signal("launch-judged")
