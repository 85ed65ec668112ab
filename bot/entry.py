"""The entry point: nothing else is loaded yet, and Ctrl-C ends it without a traceback."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command line."""
    # The parent process may have had it ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Loading the rest takes most of a second, and nothing has to be closed yet.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bot.cli import main as run

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()
