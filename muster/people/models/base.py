"""What every row of a school has, and the fuse in the managers of everything about a pupil."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

from muster.people.doors import purpose

if TYPE_CHECKING:
    from muster.people.models.schools import School

M = TypeVar("M", bound=models.Model, covariant=True)


class OfSchoolQuerySet(models.QuerySet[M]):
    """Rows of schools."""

    def at(self, school: "School") -> Self:
        """Those of one school."""
        return self.filter(school=school)


class RecordQuerySet(OfSchoolQuerySet[M]):
    """Rows that say more about a pupil than name and class: reading them needs a declared purpose.

    The fuse refuses, it never filters: a view declares its purpose in `@requires`, a job in `purpose().using`.
    """

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            purpose().check(self.model)
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        """Rows one by one, under the same fuse."""
        purpose().check(self.model)
        return super().iterator(chunk_size=chunk_size)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Numbers about the rows, under the same fuse."""
        purpose().check(self.model)
        return super().aggregate(*args, **kwargs)

    def count(self) -> int:
        """How many, under the same fuse."""
        purpose().check(self.model)
        return super().count()

    def exists(self) -> bool:
        """Whether there is any, under the same fuse."""
        purpose().check(self.model)
        return super().exists()


class OfSchool(models.Model):
    """A row that belongs to one school, copied from its parent inside the action, never read from a form."""

    school = models.ForeignKey("people.School", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
