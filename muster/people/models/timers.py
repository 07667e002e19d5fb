"""When the background process last did each of its regular jobs."""

from django.db import models


class Timer(models.Model):
    """One regular job: when it is next due, and how the last run went."""

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    objects = models.Manager["Timer"]()

    def __str__(self) -> str:
        return self.name
