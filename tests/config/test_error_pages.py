"""The number on an error page finds its line in the log."""

import json
import logging

import pytest

from muster.config.logs import Line
from tests.support.client import PageClient
from tests.world import World


def test_the_number_of_an_error_page_is_in_its_line(
    client: PageClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(world.okafor)
    with caplog.at_level(logging.WARNING, logger="muster.errors"):
        page = client.get("/ashgrove/nothing-of-this-name/").content.decode()
    (record,) = [each for each in caplog.records if each.name == "muster.errors"]
    told = json.loads(Line().format(record))
    assert told["number"]
    assert told["number"] in page
    assert told["status"] == 404
