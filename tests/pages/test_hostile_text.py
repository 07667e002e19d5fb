"""Text made to take all the memory there is: refused in a sentence, or read, within what a small machine has."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.pure

MEMORY = 560 * 2**20
"""Address space of the process, its own modules and the file twice over among it."""
CASES = {
    "short lines": "b'a\\n' * (MOST // 2)",
    "line ends around a word": "b'x\\n' + b'\\n' * (MOST - 4) + b'y'",
    "separators alone": "b'Forename,Surname\\nA,B\\n' + b',' * (MOST - 40) + b'z'",
    "a row of millions of cells": "b'Forename,Surname' + b',a' * (MOST // 2 - 20) + b'\\nA,B\\n'",
    "quotation marks": "b'\"' * MOST",
    "letters no text has": "b'\\x01' * MOST",
    "half a million rows": "b'Forename,Surname\\n' + b'Ada,Lark\\n' * 500_000",
    "a million blank rows": "b'Forename,Surname,DOB\\nAda,Lark,2018-01-01\\n' + b',,\\r\\n' * 1_048_000",
    "ten thousand columns of one name": "b'Forename,Surname' + b',a' * 10_000 + b'\\nAda,Lark' + b',1' * 10_000 + b'\\n'",
}
PROGRAM = f"""
import json, resource, sys
from muster.exchange.rules.table import Unreadable
from muster.exchange.tables import read_table
from muster.pages.rules.kinds import MOST_BYTES
MOST = MOST_BYTES - 100
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
try:
    said = f"{{len(read_table(eval(sys.argv[1]), most_rows=20_000).rows)}} rows"
except Unreadable as refusal:
    said = str(refusal)
print(json.dumps(said))
"""
TOO_MANY = "This text has more rows or cells than any list"
SAID = {
    "short lines": TOO_MANY,
    "line ends around a word": TOO_MANY,
    "separators alone": TOO_MANY,
    "a row of millions of cells": TOO_MANY,
    "quotation marks": "Row 1 cannot be read.",
    "letters no text has": "This is not a list Muster can read.",
    "half a million rows": "This file has 500,000 rows; 20,000 is the most at one time.",
    "a million blank rows": "1 rows",
    "ten thousand columns of one name": "1 rows",
}


@pytest.mark.parametrize("case", CASES)
def test_no_text_takes_more_than_a_small_machine_has(case: str) -> None:
    """The child has as much memory as it needs for the largest list, and so many seconds that only a fault takes them."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, CASES[case]], capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 0, ran.stderr[-600:]
    assert json.loads(ran.stdout).startswith(SAID[case])
