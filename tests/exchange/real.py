"""Real files to try Muster on, kept beside the checkout and never in it. Tests that need one skip loudly without it."""

from pathlib import Path

import pytest

from tests.house.reading import ROOT

DATA = ROOT.parent / "shared" / "data"
CLASS_LISTS = DATA / "classlists"
NATIONAL_CURRICULUM = DATA / "objectives" / "national_curriculum_england_from_oak.csv"
OBJECTIVES = DATA / "objectives"
NAUGHTY = DATA / "text" / "blns.txt"


def needs(path: Path) -> pytest.MarkDecorator:
    """Skip, with the reason in the summary, where `path` is not there."""
    return pytest.mark.skipif(not path.exists(), reason=f"needs the real file {path.name}, which is not here")
