"""The way into a markbook."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from muster.markbook.progress import last_unit
from muster.markbook.units import plan_of, stages_for
from muster.markbook.views.places import address, class_or_404
from muster.people.access import Permission
from muster.people.gates import SchoolRequest, requires
from muster.people.models import SchoolClass
from muster.people.purposes import Purpose, Shows


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.NAMES)
def mark(request: SchoolRequest) -> HttpResponse:
    """The classes this person may mark or look at; with one class, straight to its markbook."""
    visible = SchoolClass.objects.visible_to(request.viewer, may=Permission.MARKBOOK_VIEW)
    classes = list(
        visible.filter(
            school=request.school, year__first_day__lte=request.today, year__last_day__gte=request.today
        ).order_by("year_group__position", "name")
    )
    if len(classes) == 1:
        return redirect("markbook", request.school.slug, classes[0].pk)
    return TemplateResponse(request, "markbook/mark.html", {"classes": classes})


@require_safe
@requires(Permission.MARKBOOK_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def markbook(request: SchoolRequest, class_id: int) -> HttpResponse:
    """The unit this person marked last in the class, else its first; a way to begin where there is none."""
    school_class = class_or_404(request, class_id, may=Permission.MARKBOOK_VIEW)
    units = plan_of(request.school, stages_for(school_class)).units()
    last = last_unit(school_class, units, account=request.account)
    if last is None:
        return TemplateResponse(request, "markbook/empty.html", {"school_class": school_class})
    return redirect(address(request, school_class, last))
