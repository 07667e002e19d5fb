"""Python imports a module of this name when it starts: this one records, in every process of the server."""

from tests.privacy.power import recorder

recorder.begin()
