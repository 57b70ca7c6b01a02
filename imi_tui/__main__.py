"""The `imi` command. Closes what the environment opens, then opens the app, or hands over to the commands.

Nothing is imported here that the log-in does not need: a plain `imi` never loads the command-line library.
"""

from __future__ import annotations

import os
import sys

from imi_tui import start


def main() -> None:
    """Entry point: exit code 0 done, 1 refused or failed, 2 wrong usage."""
    start.secure()
    start.catch_the_rest()
    start.refuse_commands()
    match sys.argv[1:]:
        case []:
            sys.exit(_app())
        case ["--config", path]:
            # As the ForceCommand of a deployment whose settings file has another name: no slower than without.
            os.environ["IMI_CONFIG"] = path
            sys.exit(_app())
        case _:
            from imi_tui.cli import imi

            imi.main(prog_name="imi")


def _app() -> int:
    try:
        return start.open_app()
    except KeyboardInterrupt:  # before the app had the keyboard
        return 130


if __name__ == "__main__":
    main()
