"""The jump box: two or three letters reach any pupil, class or page this person may open."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from muster.people.access import Permission
from muster.people.doors import sealer
from muster.people.gates import SchoolRequest, requires
from muster.people.models import ClassMembership, Pupil, SchoolClass
from muster.people.models.classes import on_day
from muster.people.models.pupils import folded
from muster.people.purposes import Purpose, Shows
from muster.people.views.sought import MOST as MOST_LETTERS
from muster.people.views.sought import search_is_posted, sought
from muster.people.views.today import more_tasks

MOST = 12


@dataclass(frozen=True)
class Found:
    """One answer."""

    label: str
    hint: str
    href: str


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TODAY_VIEW, purpose=Purpose.TEACH, shows=Shows.NAMES)
def jump(request: SchoolRequest) -> HttpResponseBase:
    """Answers for what is posted as `q`: a list for a script, a page for everybody else. Names in it are no look."""
    if request.method == "POST" and "application/json" in request.headers.get("Accept", ""):
        found = answers_for(request, request.POST.get("q", "")[:MOST_LETTERS])
        answers = [{"label": each.label, "hint": each.hint, "href": each.href} for each in found[:MOST]]
        return JsonResponse({"results": answers})
    return jump_page(request)


@search_is_posted
def jump_page(request: SchoolRequest) -> HttpResponse:
    """The answers as a page."""
    text = sought(request) or ""
    return TemplateResponse(request, "people/jump.html", {"found": answers_for(request, text), "sought": text})


def answers_for(request: SchoolRequest, text: str) -> list[Found]:
    """What begins as `text` does; nothing for nothing."""
    letters = folded(text)
    return find(request, letters) if letters else []


def matches(words: list[str], name: str) -> bool:
    """Whether each word sought begins a word of the name."""
    parts = folded(name).replace("-", " ").replace("'", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def find(request: SchoolRequest, letters: str) -> list[Found]:
    """Pupils first, then classes, then pages."""
    words = letters.split()
    slug = request.school.slug
    pupils = list(
        Pupil.objects.visible_to(request.viewer, may=Permission.PUPIL_LIST)
        .filter(school=request.school)
        .on_roll(request.today)
        .only("key", "names", "school", "merged_into")
    )
    sealer().warm(pupil.key for pupil in pupils)
    chosen = [pupil for pupil in pupils if matches(words, f"{pupil.name} {pupil.forenames}")]
    chosen.sort(key=lambda pupil: pupil.sort_key)
    classes = list(
        SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_VIEW)
        .filter(school=request.school, year__first_day__lte=request.today, year__last_day__gte=request.today)
        .order_by("name")
    )
    inside = dict(
        ClassMembership.objects.filter(
            on_day(request.today), pupil__in=[pupil.pk for pupil in chosen[:MOST]], school_class__kind="registration"
        ).values_list("pupil", "school_class__name")
    )
    may_open = request.may(Permission.PUPIL_VIEW)
    found = [
        Found(pupil.name, inside.get(pupil.pk, ""), f"/{slug}/pupils/{pupil.pk}/" if may_open else f"/{slug}/classes/")
        for pupil in chosen
    ]
    marks = request.may(Permission.MARKBOOK_VIEW)
    found += [
        Found(each.name, "", f"/{slug}/classes/{each.pk}/markbook/" if marks else f"/{slug}/classes/{each.pk}/")
        for each in classes
        if matches(words, each.name)
    ]
    found += [
        Found(task["label"], task["hint"], task["href"])
        for task in more_tasks(request)
        if matches(words, task["label"])
    ]
    return found
