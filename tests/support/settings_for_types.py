"""The settings as the type checker reads them: of an installation of its own, beside its cache."""

import os

from tests.support.environment import ROOT, variables

os.environ.update(variables(ROOT / ".mypy_cache" / "installation"))

from muster.config.settings import *  # noqa: F403
