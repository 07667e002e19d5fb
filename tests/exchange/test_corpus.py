"""Every real file beside the checkout is read as what it is, or refused in a sentence."""

from pathlib import Path

import pytest

from muster.exchange.case.read import read_package
from muster.exchange.packages import files_of, files_under
from muster.exchange.tables import read_table
from muster.pages.rules.kinds import Kind, Unreadable, kind_of
from tests.exchange.real import DATA, needs

pytestmark = pytest.mark.pure
FILES = sorted(path for path in DATA.rglob("*") if path.is_file()) if DATA.exists() else []
ROWS = {
    "objectives/national_curriculum_england_from_oak.csv": 1365,
    "scores/student-mat.csv": 395,
    "scores/student-por.csv": 649,
    "rosters/sds_uk_25_users/Student.csv": 22,
    "rosters/sds_uk_25_users/StudentEnrollment.csv": 154,
}


@needs(DATA)
@pytest.mark.parametrize("path", FILES or [DATA], ids=lambda path: str(path.relative_to(DATA)))
def test_a_real_file_is_read_or_refused_in_a_sentence(path: Path) -> None:
    data = path.read_bytes()
    if path.suffix == ".gz":
        with pytest.raises(Unreadable, match="Unpack it"):
            kind_of(data)
        return
    kind = kind_of(data)
    name = str(path.relative_to(DATA))
    if path.suffix == ".csv" and len(data.strip().splitlines()) == 1:
        with pytest.raises(Unreadable, match="one row only"):
            read_table(data, most_rows=9)
    elif path.suffix == ".csv":
        table = read_table(data, most_rows=100_000)
        assert len(table.headings) > 1
        assert len(table.rows) == ROWS.get(name, len(table.rows))
        assert not [row for row in table.rows if row.fault]
        assert files_of(path.name, data) == {path.name: data}
    elif path.suffix == ".xlsx":
        assert kind is Kind.WORKBOOK
        assert read_table(data, most_rows=100).other_sheets
    elif kind is Kind.JSON and "SmartLevel" in name:
        assert len(read_package(data).wanted) == 12


@needs(DATA)
def test_a_folder_of_rosters_is_its_files() -> None:
    for folder in (DATA / "rosters").iterdir():
        assert set(files_under(folder)) == {path.name for path in folder.iterdir()}
