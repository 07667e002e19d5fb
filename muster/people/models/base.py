"""What every row of a school has, and the fuse in the managers of everything about a pupil."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Count, Exists
from django.db.models.expressions import Col
from django.db.models.sql import Query

from muster.people.doors import purpose

if TYPE_CHECKING:
    from muster.people.models.schools import School

M = TypeVar("M", bound=models.Model, covariant=True)


class OfSchoolQuerySet(models.QuerySet[M]):
    """Rows of schools, behind the fuse: what says something about a pupil is read for a declared purpose alone.

    The fuse refuses, it never filters: a view declares its purpose in `@requires`, a job in `purpose().using`. It is
    asked whenever something leaves the database: rows, values, annotations, and numbers too. What a query filters by,
    and a query inside a query, hand nothing out, so `visible_to` needs no purpose to be written down.
    """

    def at(self, school: "School") -> Self:
        """Those of one school."""
        return self.filter(school=school)

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            ask_for(self.query)
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        """Rows one by one, under the same fuse."""
        ask_for(self.query)
        return super().iterator(chunk_size=chunk_size)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Numbers about the rows, under the same fuse: a greatest or least of something is a value of some row."""
        purpose().check(self.model, numbers=True)
        for expression in (*args, *kwargs.values()):
            ask_for_expression(expression.resolve_expression(self.query.chain()))
        return super().aggregate(*args, **kwargs)

    def count(self) -> int:
        """How many, under the same fuse."""
        purpose().check(self.model, numbers=True)
        return super().count()

    def exists(self) -> bool:
        """Whether there is any, under the same fuse."""
        purpose().check(self.model, numbers=True)
        return super().exists()


def ask_for(query: "Query") -> None:
    """Ask the fuse for everything `query` hands out: its rows, or the columns its values and annotations come from."""
    if query.select:
        for column in query.select:
            ask_for_expression(column)
    elif query.default_cols and query.model is not None:
        purpose().check(query.model)
    for annotation in query.annotation_select.values():
        ask_for_expression(annotation)
    for each in query.combined_queries:
        ask_for(each)


def ask_for_expression(expression: Any) -> None:
    """Ask the fuse for the columns an expression is made of; a count, or whether there is any, is a number."""
    if isinstance(expression, Exists):
        return
    numbers = isinstance(expression, Count)
    for part in expression.flatten():
        if isinstance(part, Col):
            purpose().check(part.target.model, numbers=numbers)
        elif isinstance(part, Query):
            ask_for(part)


class OfSchool(models.Model):
    """A row that belongs to one school, copied from its parent inside the action, never read from a form."""

    school = models.ForeignKey("people.School", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *columns: Any, **more: Any) -> Self:
        """A row as it comes from the database, however it was come by: along a link, beside another row, or again."""
        purpose().check(cls)
        return super().from_db(*columns, **more)
