"""The limits of limits.toml, found by the name of a figure."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limit:
    """What a figure must keep to, and the sentence that says so."""

    figure: str
    on: tuple[str, ...]
    says: str
    at_most: float | None = None
    at_least: float | None = None

    def kept_by(self, value: float) -> bool:
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)

    @property
    def number(self) -> float | None:
        return self.at_most if self.at_most is not None else self.at_least

    def __str__(self) -> str:
        if self.number is None:
            return ""
        return f"{'≤' if self.at_most is not None else '≥'} {self.number:g}"


def read() -> list[Limit]:
    said = tomllib.loads(Path(__file__).with_name("limits.toml").read_text())
    return [Limit(figure=name, **{**one, "on": tuple(one["on"])}) for name, one in said.items()]


def limit_of(name: str, limits: list[Limit]) -> Limit | None:
    """The most exact limit for `name`: its own, else that of the name it goes on from."""
    fitting = [one for one in limits if name == one.figure or name.startswith(one.figure + ".")]
    return max(fitting, key=lambda one: len(one.figure), default=None)
