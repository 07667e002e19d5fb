"""The other commands, as somebody types them: letting people in, files, backups, upgrades, and proving history."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.config.installation import Installation
from tests.support.environment import ROOT

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def one(sound: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that these tests share."""
    return sound.copy_to(tmp_path_factory.mktemp("commands") / "installation")


@pytest.fixture
def here(one: Installation, tmp_path: Path) -> Installation:
    """A copy to change."""
    return one.copy_to(tmp_path / "here")


def test_the_first_administrator_is_let_in_once(here: Installation) -> None:
    asked = [
        "user",
        "it@ashgrove.example",
        "--first-administrator",
        "--name",
        "Wen Chao",
        "--school",
        "ashgrove",
        "--json",
    ]
    told = json.loads(here.muster(*asked).stdout)
    assert told["school"] == "ashgrove"
    assert re.match(r"https://muster\.ashgrove\.example:8443/\S+", told["link"])
    with here.database() as connection:
        assert connection.execute("SELECT count(*) FROM people_school").fetchone() == (1,)
        connection.execute("UPDATE people_account SET password = 'argon2$argon2id$v=19$m=1$x$y'")
    assert "--recover" in here.muster(*asked, fails=True).stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["nobody@ashgrove.example", "--recover"], "Nobody signs in as", id="nobody"),
        pytest.param(["not an address", "--recover"], "not an e-mail address", id="no address"),
        pytest.param(["head@ashgrove.example"], "Say which", id="neither"),
        pytest.param(["x@ashgrove.example", "--first-administrator"], "--name", id="no name"),
    ],
)
def test_letting_in_says_what_is_missing(one: Installation, arguments: list[str], says: str) -> None:
    done = one.muster("user", *arguments, fails=True)
    assert says in done.stderr
    assert not done.stdout


def test_somebody_locked_out_gets_a_link(one: Installation) -> None:
    assert "https://" in one.muster("user", "HEAD@ashgrove.example", "--recover").stdout
    assert "https://" in one.muster("user", "head@ashgrove.example", "--recover", "--lost-second-factor").stdout


def test_keys_are_made_once(one: Installation) -> None:
    assert "Keys are made once" in one.muster("keys", fails=True).stderr


# -- backups ---------------------------------------------------------------------------------------


def test_a_backup_is_put_back_into_an_empty_folder(here: Installation, tmp_path: Path) -> None:
    told = json.loads(here.muster("backup", "--json").stdout)
    assert Path(told["data"]).is_dir()
    assert Path(told["key_store"]).is_dir()
    assert "already holds" in here.muster("restore", told["data"], fails=True).stderr
    again = here.having(MUSTER_DATA=str(tmp_path / "again"))
    back = json.loads(again.muster("restore", str(here.folder / "backups"), "--json").stdout)
    assert back["made_at"] == told["made_at"]
    assert back["entries"] >= 2
    assert (tmp_path / "again" / "muster.sqlite3").exists()
    assert json.loads(again.muster("verify", "--json").stdout)["sound"]


def test_a_damaged_backup_is_refused_in_a_sentence(here: Installation, tmp_path: Path) -> None:
    (file,) = (here.folder / "backups/data").glob("*/muster.sqlite3")
    file.write_bytes(file.read_bytes()[:9000])
    done = here.having(MUSTER_DATA=str(tmp_path / "again")).muster("restore", str(file.parent), fails=True)
    assert "cut off" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "again" / "muster.sqlite3").exists()


def test_a_changed_entry_fails_verification(here: Installation) -> None:
    assert here.muster("verify").stdout.startswith("History is whole")
    with here.database() as connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'privacy_historyentry'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE privacy_historyentry SET kind = 'look' WHERE seq = 1")
        for _, statement in guards:
            connection.execute(statement)
    done = here.muster("verify", fails=True)
    assert "entry 1 was changed" in done.stdout


# -- upgrades --------------------------------------------------------------------------------------


def test_an_upgrade_with_nothing_to_do_says_so(one: Installation) -> None:
    assert "Nothing to do" in one.muster("upgrade").stdout


def test_an_upgrade_that_fails_puts_everything_back(here: Installation) -> None:
    with here.database() as connection:
        # The last change to the tables seems not to have been made, so it is made again, and cannot be.
        connection.execute("DELETE FROM django_migrations WHERE app = 'markbook'")
        before = connection.execute("SELECT count(*) FROM people_account").fetchone()
    done = here.muster("upgrade", fails=True)
    assert "put back as it was" in done.stderr
    with here.database() as connection:
        assert connection.execute("SELECT count(*) FROM people_account").fetchone() == before
        assert not connection.execute("SELECT 1 FROM django_migrations WHERE app = 'markbook'").fetchall()


def test_upgrading_needs_keys(tmp_path: Path) -> None:
    (tmp_path / "here" / "data").mkdir(parents=True)
    done = Installation(tmp_path / "here").muster("upgrade", fails=True)
    assert "no key" in done.stderr
    assert not list((tmp_path / "here" / "data").iterdir())


# -- files -----------------------------------------------------------------------------------------

LIST = "Surname,Forename,Date of birth,Class\nAli,Amina,04/03/2018,3 Hazel\nO'Malley,Siobhán,11/09/2017,3 Hazel\n"


def test_a_class_list_is_planned_then_brought_in(here: Installation) -> None:
    file = here.folder / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    asked = ["import", str(file), "--as", "classlist", "--school", "ashgrove", "--json"]
    plan = json.loads(here.muster(*asked, "--dry-run").stdout)
    with here.database() as connection:
        assert connection.execute("SELECT count(*) FROM people_pupil").fetchone() == (0,)
    done = json.loads(here.muster(*asked).stdout)
    assert plan["effects"] == done["effects"]
    assert done["effects"]["add"] == 2
    with here.database() as connection:
        assert connection.execute("SELECT count(*) FROM people_pupil").fetchone() == (2,)
        held = (here.data / "muster.sqlite3").read_bytes()
    assert b"Malley" not in held


def test_files_answer_with_their_exit_codes(one: Installation) -> None:
    refused = one.folder / "refused.csv"
    refused.write_text(LIST + ",,,3 Hazel\n", encoding="utf-8")
    assert one.muster("import", str(refused), "--as", "classlist", "--dry-run", fails=True).returncode == 1
    assert one.muster("import", "nowhere.csv", "--as", "classlist", fails=True).returncode == 2
    assert one.muster("import", str(refused), "--as", "photographs", fails=True).returncode == 2
    assert one.muster("import", str(refused), "--as", "classlist", "--school", "x", fails=True).returncode == 2


def test_a_dry_run_needs_no_installation_and_an_import_without_one_reads_nothing(tmp_path: Path) -> None:
    nowhere = Installation(tmp_path / "nowhere")
    nowhere.folder.mkdir()
    file = tmp_path / "class.csv"
    file.write_text(LIST, encoding="utf-8")
    told = json.loads(nowhere.muster("import", str(file), "--dry-run", "--json").stdout)
    assert told["counts"]["pupils"] == len(LIST.splitlines()) - 1
    done = nowhere.muster("import", str(file), fails=True)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert not nowhere.data.exists()


# -- settings --------------------------------------------------------------------------------------


def test_commands_read_the_file_of_settings(one: Installation, tmp_path: Path) -> None:
    file = tmp_path / "muster.env"
    file.write_text(
        "# as systemd reads it\n"
        + "".join(
            f'{name}="{value}"\n'
            for name, value in one.environment.items()
            if name.startswith("MUSTER_") and name != "MUSTER_ENVIRONMENT"
        )
    )
    kept = {name: value for name, value in one.environment.items() if not name.startswith("MUSTER_")}
    done = subprocess.run(
        [ROOT / ".venv/bin/muster", "doctor"],
        env={**kept, "MUSTER_ENVIRONMENT": str(file)}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    file.write_text("MUSTER HOST\n")
    done = subprocess.run(
        [ROOT / ".venv/bin/muster", "doctor"],
        env={**kept, "MUSTER_ENVIRONMENT": str(file)}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "Line 1" in done.stderr) == (2, True)
