"""History: one hash chain for each school and one for the installation, and the sets of pupils its entries speak of."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class HistoryEntry(models.Model):
    """One change or one look. Rows are only ever added; the database refuses everything else.

    `chain` is the school's id, or 0 for the installation. It is not a foreign key: history outlives everything it speaks
    of. `tag` finds the entries of one pupil or set for whoever holds the month's secret; `body` is sealed. `hash` covers
    the chain, the previous hash, seq, kind, at, tag and the sealed body, so that erasing a key never breaks the chain.
    """

    class Kind(models.TextChoices):
        """What the entry tells of."""

        CHANGE = "change", "Change"
        LOOK = "look", "Look"

    chain = models.BigIntegerField()
    seq = models.BigIntegerField()
    previous = models.BinaryField()
    hash = models.BinaryField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    at = models.DateTimeField()
    month = models.IntegerField()
    tag = models.BinaryField()
    body = models.BinaryField()

    objects = models.Manager["HistoryEntry"]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "seq"], name="one_entry_a_place_in_the_chain"),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="chains_begin_at_one"),
            models.CheckConstraint(condition=models.Q(kind__in=["change", "look"]), name="history_kind_is_known"),
        ]
        verbose_name_plural = "history entries"

    def __str__(self) -> str:
        return f"{self.chain}/{self.seq} {self.kind}"


class SubjectSet(models.Model):
    """The pupils of one school that an entry speaks of, kept once however many entries do.

    `digest` is a keyed hash of the school and the members, so the same pupils always make the same set.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    chain = models.BigIntegerField()
    members = models.JSONField()
    """Ids of pupils, in ascending order."""

    objects = models.Manager["SubjectSet"]()

    def __str__(self) -> str:
        return f"{len(self.members)} pupils"
