"""What markbook tells of a record before it is joined with another."""

from django.utils.translation import ngettext

from muster.markbook.models import Judgement, Note
from muster.people import doors, merging
from muster.people.models import Pupil
from muster.people.purposes import Purpose


@doors.reads(Purpose.TEACH)
def marks_and_notes(pupil: Pupil) -> str:
    """How many marks and notes the record has; nothing where it has none. What they say is not shown."""
    marks = Judgement.objects.filter(pupil=pupil).count()
    notes = Note.objects.filter(pupil=pupil).count()
    counted = (
        ngettext("%(count)d mark", "%(count)d marks", marks) % {"count": marks} if marks else "",
        ngettext("%(count)d note", "%(count)d notes", notes) % {"count": notes} if notes else "",
    )
    return ", ".join(each for each in counted if each)


merging.offer(marks_and_notes)
