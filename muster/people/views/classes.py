"""Classes: the list, one class, and changes to it."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.people.access import Permission
from muster.people.actions import classes as act
from muster.people.calendar import year_at
from muster.people.forms.classes import ClassForm, ClassNameForm, HandOverForm, NewPupilsForm, TeacherForm
from muster.people.gates import SchoolRequest, requires
from muster.people.models import AcademicYear, ClassMembership, PostClass, Pupil, SchoolClass
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.roles import capital, role_word, who_may
from muster.people.views.answers import attempt, done, page, reads_and_saves, refused
from muster.people.views.found import class_of, number, pupil_of

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class ClassRow:
    """One class in the list."""

    pk: int
    name: str
    year_group: str
    pupils: int
    teachers: list[str]
    is_teaching: bool


def class_rows(request: SchoolRequest, year: AcademicYear | None) -> list[ClassRow]:
    """The classes of a year that this person may see, by year group and name. Three queries."""
    today = request.today
    inside = ClassMembership.objects.filter(
        on_day(today), school=request.school, school_class__year=year, pupil__merged_into__isnull=True
    )
    sizes = dict(inside.values_list("school_class").annotate(size=Count("pupil", distinct=True)))
    found = (
        SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_VIEW)
        .filter(school=request.school, year=year)
        .select_related("year_group")
        .order_by("kind", "year_group__position", "name")
    )
    teachers: dict[int, list[str]] = {}
    standing = PostClass.objects.filter(
        on_day(today),
        on_day(today, "post__"),
        school=request.school,
        school_class__year=year,
        post__ends_at__isnull=True,
    )
    for school_class, name in standing.values_list("school_class", "post__account__name").order_by(
        "post__account__name"
    ):
        teachers.setdefault(school_class, []).append(name)
    return [
        ClassRow(
            each.pk,
            each.name,
            each.year_group.name if each.year_group else "",
            sizes.get(each.pk, 0),
            teachers.get(each.pk, []),
            each.kind == SchoolClass.Kind.TEACHING,
        )
        for each in found
    ]


@require_safe
@requires(Permission.CLASS_VIEW, purpose=Purpose.TEACH, shows=Shows.NAMES)
def classes(request: SchoolRequest) -> HttpResponse:
    """The classes of a year: this one unless the address says another."""
    years = list(AcademicYear.objects.at(request.school).order_by("-first_day"))
    asked = request.GET.get("year", "")
    year = next((each for each in years if str(each.pk) == asked), None) or year_at(request.school, request.today)
    rows = class_rows(request, year)
    return TemplateResponse(
        request,
        "people/classes.html",
        {
            "rows": rows,
            "year": year,
            "years": [each for each in years if each != year],
            "may_edit": request.may(Permission.CLASS_EDIT),
            "may_mark": request.may(Permission.MARKBOOK_VIEW),
            "may_set_up": request.may(Permission.SCHOOL_SETTINGS),
        },
    )


@GET_POST
@requires(Permission.CLASS_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def class_new(request: SchoolRequest) -> HttpResponse:
    """A new class of this year."""
    year = year_at(request.school, request.today)
    form = ClassForm(request.POST or None, request=request)
    if year and form.is_valid():
        given = form.cleaned_data
        made = attempt(
            form,
            lambda: act.add_class(
                year=year,
                name=given["name"],
                kind=SchoolClass.Kind(given["kind"]),
                year_group=given["year_group"],
                by=request.account,
                at=request.now,
            ),
        )
        if made:
            return done(request, _("%(class)s is made. Put its pupils in.") % {"class": made.name}, "class", made.pk)
    return page(request, "people/class_new.html", {"year": year}, form=form)


@require_safe
@requires(Permission.CLASS_VIEW, purpose=Purpose.TEACH, shows=Shows.NAMES)
def class_page(request: SchoolRequest, class_id: int) -> HttpResponse:
    """One class: who is in it, who teaches it, and the way to its markbook."""
    school_class = class_of(request, class_id, Permission.CLASS_VIEW)
    may_list = SchoolClass.objects.visible_to(request.viewer, may=Permission.PUPIL_LIST).contains(school_class)
    pupils = by_name(pupils_in(request, school_class)) if may_list else []
    may_edit = SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_EDIT).contains(school_class)
    teachers = [
        {
            "pk": row.pk,
            "name": row.post.account.name,
            "role": role_word(row.post.role),
            "is_pass": bool(row.post.ends_at),
            "begins": max(row.starts_on, row.post.starts_on),
            "ends": min(filter(None, [row.ends_on, row.post.ends_on]), default=None),
        }
        for row in act.teachers_of(school_class, request.today, to_come=may_edit)
    ]
    return TemplateResponse(
        request,
        "people/class.html",
        {
            "school_class": school_class,
            "pupils": pupils,
            "teachers": teachers,
            "today": request.today,
            "may_edit": may_edit,
            "may_open": request.may(Permission.PUPIL_VIEW),
            "may_mark": SchoolClass.objects.visible_to(request.viewer, may=Permission.MARKBOOK_VIEW).contains(
                school_class
            ),
            "may_pass": request.may(Permission.DAY_PASS_GIVE),
            "is_now": school_class.year == year_at(request.school, request.today),
            "seen_by": _("%(who)s. Names and classes only.") % {"who": capital(who_may(Permission.CLASS_VIEW))},
        },
    )


def pupils_in(request: SchoolRequest, school_class: SchoolClass) -> list[Pupil]:
    """Those in the class today, or in one of an earlier year on its last day, of a later one on its first."""
    day = school_class.nearest(request.today)
    mine = Pupil.objects.visible_to(request.viewer, may=Permission.PUPIL_LIST)
    return list(mine.filter(school=request.school).in_class(school_class, day))


@GET_POST
@requires(Permission.CLASS_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
@reads_and_saves
def class_name(request: SchoolRequest, class_id: int) -> HttpResponse:
    """Another name or year group."""
    school_class = class_of(request, class_id, Permission.CLASS_EDIT)
    form = ClassNameForm(
        request.POST or None,
        request=request,
        initial={"name": school_class.name, "year_group": school_class.year_group_id},
        about=school_class,
    )
    if form.is_valid():
        given = form.cleaned_data
        changed = attempt(
            form,
            lambda: act.rename_class(
                school_class=school_class,
                name=given["name"],
                year_group=given["year_group"],
                by=request.account,
                at=request.now,
            ),
        )
        if changed:
            return done(request, _("Saved."), "class", class_id)
        school_class.refresh_from_db()
    return page(request, "people/class_name.html", {"school_class": school_class}, form=form)


@require_POST
@requires(Permission.CLASS_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def class_removal(request: SchoolRequest, class_id: int) -> HttpResponse:
    """Take away a class that nobody has been in."""
    school_class = class_of(request, class_id, Permission.CLASS_EDIT)
    name = school_class.name
    try:
        act.remove_class(school_class=school_class, by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "class", class_id)
    return done(request, _("%(class)s is taken away.") % {"class": name}, "classes")


@GET_POST
@requires(Permission.CLASS_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def class_pupils(request: SchoolRequest, class_id: int) -> HttpResponse:
    """Put pupils of the school into the class."""
    school_class = class_of(request, class_id, Permission.CLASS_EDIT)
    form = NewPupilsForm(request.POST or None, request=request, school_class=school_class)
    if form.is_valid():
        made = attempt(
            form,
            lambda: act.join_class(
                pupils=form.chosen,
                school_class=school_class,
                on=request.today,
                by=request.account,
                at=request.now,
            ),
        )
        if made:
            count = len(made.summary["pupils"])
            said = ngettext("%(count)d put in.", "%(count)d put in.", count) % {"count": count}
            return done(request, said, "class", class_id, undo=made)
    return page(request, "people/class_pupils.html", {"school_class": school_class}, form=form)


@require_POST
@requires(Permission.CLASS_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def class_pupil_end(request: SchoolRequest, class_id: int, pupil_id: int) -> HttpResponse:
    """Take a pupil out of a class; today is the last day in it."""
    school_class = class_of(request, class_id, Permission.CLASS_EDIT)
    pupil = pupil_of(request, pupil_id, Permission.PUPIL_LIST)
    try:
        made = act.leave_class(
            pupil=pupil, school_class=school_class, last_day=request.today, by=request.account, at=request.now
        )
    except Refused as refusal:
        return refused(request, refusal, "class", class_id)
    return done(request, _("Taken out after today."), "class", class_id, undo=made)


@GET_POST
@requires(Permission.CLASS_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def class_teachers(request: SchoolRequest, class_id: int) -> HttpResponse:
    """Give the class another teacher, tutor or cover."""
    school_class = class_of(request, class_id, Permission.CLASS_EDIT)
    form = TeacherForm(request.POST or None, request=request, school_class=school_class)
    if form.is_valid():
        made = attempt(
            form,
            lambda: act.teach(
                post=form.cleaned_data["post"],
                school_class=school_class,
                on=request.today,
                by=request.account,
                at=request.now,
            ),
        )
        if made:
            return done(request, _("Saved. They can open the class now."), "class", class_id)
    context = {"school_class": school_class, "may_invite": request.may(Permission.ACCESS_GRANT)}
    return page(request, "people/class_teachers.html", context, form=form)


@require_POST
@requires(Permission.CLASS_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def class_teacher_end(request: SchoolRequest, class_id: int, post_class_id: int) -> HttpResponse:
    """End somebody's reach to the class; today is the last day of it."""
    school_class = class_of(request, class_id, Permission.CLASS_EDIT)
    standing = PostClass.objects.filter(school_class=school_class).select_related("school_class", "school")
    post_class = get_object_or_404(standing, pk=number(post_class_id))
    act.stop_teaching(post_class=post_class, last_day=request.today, by=request.account, at=request.now)
    return done(request, _("Ended after today."), "class", class_id)


@GET_POST
@requires(Permission.CLASS_EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
def class_hand_over(request: SchoolRequest, class_id: int, post_class_id: int) -> HttpResponse:
    """Hand the class over to somebody else from a day, for good or until it comes back."""
    school_class = class_of(request, class_id, Permission.CLASS_EDIT)
    standing = PostClass.objects.filter(school_class=school_class).select_related(
        "school_class__school", "post__account"
    )
    post_class = get_object_or_404(standing.exclude(post__ends_at__isnull=False), pk=number(post_class_id))
    first = max(request.today, post_class.starts_on).isoformat()
    form = HandOverForm(request.POST or None, request=request, post_class=post_class, initial={"on": first})
    if form.is_valid():
        given = form.cleaned_data
        made = attempt(
            form,
            lambda: act.hand_over(
                post_class=post_class,
                to=given["post"],
                on=given["on"],
                until=given["until"],
                by=request.account,
                at=request.now,
            ),
        )
        if made:
            return done(
                request, _("Handed over. Each can open the class on their own days."), "class", class_id, undo=made
            )
    context = {
        "school_class": school_class,
        "from_whom": post_class.post.account.name,
        "may_invite": request.may(Permission.ACCESS_GRANT),
    }
    return page(request, "people/class_hand_over.html", context, form=form)


def places_today(request: SchoolRequest) -> dict[int, tuple[str, str]]:
    """The registration class of each pupil today and its year group, by id of the pupil. One query."""
    rows = ClassMembership.objects.filter(
        on_day(request.today), school=request.school, school_class__kind=SchoolClass.Kind.REGISTRATION
    )
    return {
        pupil: (name, year_group or "")
        for pupil, name, year_group in rows.values_list("pupil", "school_class__name", "school_class__year_group__name")
    }


def names_of_classes(request: SchoolRequest) -> dict[int, str]:
    """The registration class of each pupil today, by id of the pupil. One query."""
    return {pupil: name for pupil, (name, _year_group) in places_today(request).items()}
