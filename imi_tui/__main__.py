"""The `imi` command. Closes what the environment opens, then opens the app, or hands over to the commands.

Nothing is imported here that the log-in does not need: a plain `imi` never loads the command-line library.
"""

from __future__ import annotations

import sys

from imi_tui import start


def main() -> None:
    """Entry point: exit code 0 done, 1 refused or failed, 2 wrong usage."""
    start.secure()
    if sys.argv[1:]:
        from imi_tui.cli import imi

        imi.main(prog_name="imi")
    else:
        sys.exit(start.open_app())


if __name__ == "__main__":
    main()
