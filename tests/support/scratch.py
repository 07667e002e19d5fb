"""An installation to try things on: eval "$(python -m tests.support.scratch FOLDER)" makes it and points at it."""

import shlex
import sys
from pathlib import Path

from tests.support.environment import variables


def main(folder: Path) -> None:
    for name, value in variables(folder).items():
        print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
