"""What every test has. The settings are read once per process, so the surroundings are made before anything else."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import time_machine
from django.conf import settings
from pytest_django.plugin import DjangoDbBlocker

from tests.support import network
from tests.support.client import PageClient
from tests.support.environment import Surroundings

if TYPE_CHECKING:
    from tests.support.kept import KeptWorld
    from tests.world import World

pytest_plugins = ["tests.support.browser"]
SURROUNDINGS = pytest.StashKey[Surroundings]()
BEGUN = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlcipher", "postgresql"],
        default=os.environ.get("MUSTER_TEST_DATABASE", "sqlcipher"),
        help="which database to run on; bin/test runs both",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.stash[BEGUN] = time.monotonic()
    database = str(config.getoption("--database"))
    surroundings = config.stash[SURROUNDINGS] = Surroundings(database)
    surroundings.prepare()
    os.environ["MUSTER_TEST_DATABASE"] = database
    # Read the settings now; pytest-django sets Django up only where somebody has.
    assert settings.DATABASES
    settings.PASSWORD_HASHERS = ["tests.support.hashers.QuickArgon2"]
    network.block()
    # The same examples every time: a run that fails is a change's fault. `--hypothesis-profile default` seeks new ones.
    too_slow = hypothesis.HealthCheck.too_slow  # A stopwatch, as the deadline of an example is.
    hypothesis.settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[too_slow])
    hypothesis.settings.load_profile("same")
    # A shell starts what it runs in the background deaf to Ctrl-C, and bin/test ends us with SIGTERM: hear both, so
    # that servers and folders go.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SURROUNDINGS in config.stash:
        config.stash[SURROUNDINGS].clear()


def pytest_report_header(config: pytest.Config) -> str:
    surroundings = config.stash[SURROUNDINGS]
    return f"database: {surroundings.database}{f', but {surroundings.without}' if surroundings.without else ''}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Journeys are those under tests/journeys. What another run has covered already is left out of this one."""
    surroundings = config.stash[SURROUNDINGS]
    journeys, house = Path(__file__).parent / "journeys", Path(__file__).parent / "house"
    kept, left = [], []
    for item in items:
        if item.path.is_relative_to(journeys):
            item.add_marker("journey")
        if item.path.is_relative_to(house):
            item.add_marker("house")
        once = item.get_closest_marker("pure") or (
            item.get_closest_marker("journey") and not item.get_closest_marker("both")
        )
        if once and surroundings.database == "postgresql":
            left.append(item)
            continue
        if surroundings.without and not item.get_closest_marker("pure"):
            item.add_marker(pytest.mark.skip(reason=surroundings.without))
        kept.append(item)
    # Journeys come last: a browser's event loop would be in the way of everything else.
    kept.sort(key=lambda item: item.get_closest_marker("journey") is not None)
    items[:] = kept
    if left:
        config.hook.pytest_deselected(items=left)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Leave bin/test a count, so that it can close with one summary of all runs."""
    folder = os.environ.get("MUSTER_TEST_REPORTS")
    if not folder or hasattr(config, "workerinput"):
        return
    stats: dict[str, list[Any]] = terminalreporter.stats
    reasons: Counter[str] = Counter()
    for report in stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    counts = {name: len(stats.get(name, [])) for name in ("passed", "failed", "error", "skipped", "xfailed", "xpassed")}
    failures = [report.nodeid for name in ("failed", "error") for report in stats.get(name, [])]
    said = {"database": config.stash[SURROUNDINGS].database, "counts": counts, "skipped": reasons, "failures": failures}
    (Path(folder) / f"{os.getpid()}.json").write_text(json.dumps(said))


@pytest.fixture
def client() -> PageClient:
    """The page-checking client, under pytest-django's usual name."""
    return PageClient()


@pytest.fixture
def page_client() -> PageClient:
    """Opens pages over TLS and objects to every bad one."""
    return PageClient()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which database this run is on: `sqlcipher` or `postgresql`."""
    return request.config.stash[SURROUNDINGS].database


@pytest.fixture(autouse=True)
def what_a_test_reads() -> Iterator[None]:
    """A test looks at rows itself, for a purpose all of them are held for. Requests say their own: see `PageClient`."""
    from muster.people.purposes import Purpose, Shows
    from muster.privacy import fuse

    with fuse.using(Purpose.TEACH, Shows.RECORD):
        yield


@pytest.fixture(scope="session")
def kept_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> "KeptWorld":
    """The world, built once and kept as rows."""
    from tests.support.kept import KeptWorld
    from tests.world import NOW

    with django_db_blocker.unblock(), time_machine.travel(NOW):
        return KeptWorld.build()


@pytest.fixture
def world(kept_world: "KeptWorld", db: None) -> "Iterator[World]":
    """The invented trust of two schools, on a Wednesday morning in its spring term."""
    from tests.world import NOW

    with time_machine.travel(NOW):
        yield kept_world.put_back()
    kept_world.refuse_destroyed_keys()


@pytest.fixture
def own_key_store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A key store for one test, such as one that destroys a key; ask for it before anything is sealed."""
    from muster.privacy import history, sealing

    settings.KEYSTORE = tmp_path / "keystore" / "keystore.sqlite3"
    sealing.forget()
    history.forget()
    yield settings.KEYSTORE
    sealing.forget()
    history.forget()


@pytest.fixture(scope="session", autouse=True)
def emptied_after_transactions() -> None:
    """Tables that only grow let a test database be emptied all the same."""
    from tests.privacy.lifted import let_flush_pass

    let_flush_pass()
