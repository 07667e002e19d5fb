"""Privacy: keys, encryption, history, who looked, and the register of what is held."""

from django.apps import AppConfig


class Privacy(AppConfig):
    """The app that answers the doors of people."""

    name = "muster.privacy"
    label = "privacy"

    def ready(self) -> None:
        """Fill the doors and declare what is held."""
        from muster.people.doors import doors
        from muster.privacy import (
            checks,
            fuse,
            history,
            holdings_framework,
            holdings_people,
            looks,
            offers,  # noqa: F401  offering is what importing it does
            reading,
            sealing,
            soundness,
        )

        doors.record = history.record
        doors.looked = looks.looked
        doors.purpose = fuse
        doors.sealer = sealing
        doors.changed_last = reading.changed_last
        checks.register_checks()
        holdings_framework.declare()
        holdings_people.declare()
        soundness.capture_cipher_errors()
