"""Queries that are made into SQL once, and then only asked: what most of a page's own time would otherwise go on.

Django builds every query anew: it copies it a dozen times, joins, and writes the SQL, which takes longer than the
database does. Where only the values differ from one time to the next, `Prepared` keeps the SQL, and how each
column is read. All the rest is Django's and our own as ever: the rows are made by the same queryset, behind the same fuse.
"""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connections, models
from django.db.models.sql.compiler import SQLCompiler

Rows = TypeVar("Rows")
Twin = TypeVar("Twin")
MOST_SHAPES = 200
"""Shapes of one query that are kept. Lists of another length are another shape."""
LONGEST = 300
"""The longest list a shape is kept for: what a whole school is asked for is asked seldom, and its SQL is long."""


class CannotPrepare(TypeError):
    """The query is not the same for all values: one of those given is nowhere in its SQL, or of a kind not known."""


class Prepared(Generic[Rows]):
    """A query of which only the values differ: numbers, days, instants, uuids, text, and lists of them.

    `build` makes the queryset out of values given by name, and must not look at them: which conditions there are may
    not depend on what they say. It is called once for every length of the lists. An empty list, for which Django asks
    nothing at all, is left to Django; and so is a very long one.
    """

    def __init__(self, build: "Callable[..., models.QuerySet[Any, Rows]]") -> None:
        self.build = build
        self.shapes: dict[tuple[Any, ...], _Shape] = {}

    def __call__(self, **values: Any) -> list[Rows]:
        """The rows for these values."""
        given = {name: list(value) if _is_many(value) else value for name, value in values.items()}
        if any(isinstance(value, list) and not 0 < len(value) <= LONGEST for value in given.values()):
            return list(self.build(**given))
        key = tuple((name, len(value) if isinstance(value, list) else type(value)) for name, value in given.items())
        shape = self.shapes.get(key)
        if shape is None:
            if len(self.shapes) >= MOST_SHAPES:
                self.shapes.clear()
            shape = self.shapes[key] = _Shape(self.build, given)
        return list(shape.asked(given))


class _Shape:
    """The SQL of one query for lists of certain lengths. Made with marks in place of the values, which are found again
    among what Django would send.
    """

    def __init__(self, build: "Callable[..., models.QuerySet[Any, Any]]", values: dict[str, Any]) -> None:
        marks: dict[str, Any] = {}
        count = 0
        for name, value in values.items():
            many = value if isinstance(value, list) else [value]
            made = [_mark(one, count + place) for place, one in enumerate(many)]
            count += len(many)
            marks[name] = made if isinstance(value, list) else made[0]
        self.rows = build(**marks)
        self.compiler: SQLCompiler = self.rows.query.get_compiler(self.rows.db)
        self.sql, sent = self.compiler.as_sql()
        self.converters = self.compiler.get_converters([column for column, *_named in self.compiler.select or ()])
        flat = [(name, place, mark) for name, each in marks.items() for place, mark in enumerate(_listed(each))]
        places = {_sent(mark, self.rows.db): (name, place) for name, place, mark in flat}
        self.sent = [(one, places.get(one)) for one in sent]
        if len({found for _one, found in self.sent if found}) < len(places):
            raise CannotPrepare("A value is not in the query, or Django sends it otherwise.")

    def asked(self, values: dict[str, Any]) -> Any:
        """The queryset with these values, to be read and nothing else."""
        using = self.rows.db
        listed = {name: _listed(value) for name, value in values.items()}
        # Numbers may go out as a kind of number that the database's driver knows.
        params = tuple(
            one
            if found is None
            else type(one)(_sent(listed[found[0]][found[1]], using))
            if isinstance(one, int)
            else _sent(listed[found[0]][found[1]], using)
            for one, found in self.sent
        )
        compiler = _twin(
            self.compiler,
            connection=connections[using],
            as_sql=lambda *_args, **_more: (self.sql, params),
            get_converters=lambda _columns: self.converters,
        )
        return _twin(self.rows, _query=_Bound(self.rows.query, compiler))


def _twin(of: Twin, **but: Any) -> Twin:
    """Another one with the same attributes, apart from these. Not by `copy`, which would have a queryset fetch its rows."""
    made = object.__new__(type(of))
    made.__dict__.update(of.__dict__, **but)
    return made


class _Bound:
    """A query whose SQL is there already."""

    def __init__(self, query: Any, compiler: SQLCompiler) -> None:
        self._query, self._compiler = query, compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

    def get_compiler(self, *_args: Any, **_more: Any) -> SQLCompiler:
        """The compiler that has it."""
        return self._compiler


def _is_many(value: Any) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _mark(value: Any, place: int) -> Any:
    """Something of the same kind as `value` that no query holds by itself."""
    if isinstance(value, datetime):
        return datetime(7777, 1, 1, tzinfo=UTC) + timedelta(seconds=place)
    if isinstance(value, date):
        return date(7777, 1, 1) + timedelta(days=place)
    if isinstance(value, UUID):
        return UUID(int=(0x7777 << 112) + place)
    if isinstance(value, str):
        return f"muster marks value {place}"
    if isinstance(value, int) and not isinstance(value, bool):
        return 2_077_770_000 + place
    raise CannotPrepare(f"{type(value).__name__} is no value a prepared query takes.")


def _sent(value: Any, using: str) -> Any:
    """`value` as Django hands it to the driver."""
    if isinstance(value, int | str):
        return value
    operations = connections[using].ops
    if isinstance(value, datetime):
        return operations.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return operations.adapt_datefield_value(value)
    if isinstance(value, UUID):
        return value if connections[using].features.has_native_uuid_field else value.hex
    return value
