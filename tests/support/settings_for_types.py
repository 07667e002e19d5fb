"""The settings as the type checker reads them: of an installation made for the purpose and gone with the process."""

import os

from tests.support.environment import make_folder, variables

os.environ.update(variables(make_folder("muster-types-") / "installation"))

from muster.config.settings import *  # noqa: F403
