"""Panels of Today and of the pupil page: both pages belong to people, and higher apps offer what they know.

An app offers in `ready()`, and the page asks:

    panels.today.offer(carry_on)            # carry_on(request) -> Panel | None
    panels.pupil.offer(learning_strip)      # learning_strip(request, pupil) -> Panel | None

    panels.today.shown(request)             # -> in a view; drawn by pages/components/panels.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

Offer = TypeVar("Offer", bound="Callable[..., Panel | None]")


@dataclass(frozen=True)
class Panel:
    """What an app offers: one card. `order` sorts upwards; below 100 is for what needs somebody now."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True)
class Shown:
    """A panel on its page: `title`, and `html`, the inside of its card. `needs` somebody now, or only tells."""

    title: str
    html: SafeString
    needs: bool = True


class Panels:
    """The offers for one page. Each is asked on every request and answers a panel, or None for nothing to show."""

    def __init__(self) -> None:
        self._offers: list[Callable[..., Panel | None]] = []

    def offer(self, offer: Offer) -> Offer:
        """Add an offer, once however often it is added. Also reads as a decorator."""
        if offer not in self._offers:
            self._offers.append(offer)
        return offer

    def shown(self, request: HttpRequest, *about: object) -> list[Shown]:
        """The panels to show to this request, in order. `about` is what the page is about: nothing, or the pupil."""
        panels = [panel for offer in self._offers if (panel := offer(request, *about)) is not None]
        panels.sort(key=lambda panel: (panel.order, panel.title))
        return [
            Shown(panel.title, render_to_string(panel.template, dict(panel.context), request), panel.order < 100)
            for panel in panels
        ]


today = Panels()
pupil = Panels()
