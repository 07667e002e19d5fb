"""A pupil moves within the trust: sent from their page, accepted from the list of the school they go to."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.pages.formatting import full_day
from muster.people.access import Permission
from muster.people.actions import transfers as act
from muster.people.doors import reads
from muster.people.forms.transfers import AcceptForm, SendForm
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Enrolment, Pupil, Transfer
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.transferring import carriers, schools_beside
from muster.people.views.answers import attempt, done, page, refused
from muster.people.views.classes import names_of_classes
from muster.people.views.found import number, pupil_of
from muster.people.views.merging import everyone, likely_pairs

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
EDIT = Permission.PUPIL_EDIT


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.RECORD)
def sending(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """Offer a record to another school of the trust; or take back one that waits."""
    pupil = pupil_of(request, pupil_id, EDIT)
    request.look_at([pupil])
    mine = Transfer.objects.visible_to(request.viewer).filter(school=request.school, pupil=pupil)
    waiting = mine.waiting().select_related("to").first()
    schools = schools_beside(request.school)
    left = Enrolment.objects.filter(pupil=pupil).order_by("-joined_on").select_related("leaving").first()
    leaving = getattr(left, "leaving", None)
    form = SendForm(
        request.POST or None, request=request, schools=schools, left_on=leaving.left_on if leaving else request.today
    )
    if not waiting and form.is_valid():
        to = form.schools[form.cleaned_data["to"]]
        made = attempt(
            form,
            lambda: act.send(
                pupil=pupil, to=to, left_on=form.cleaned_data["left_on"], by=request.account, at=request.now
            ),
        )
        if made:
            return done(request, _("Sent. It goes over once they accept it."), "pupil", pupil_id)
    context = {"child": pupil, "waiting": waiting, "schools": schools}
    return page(request, "people/sending.html", context, form=form)


@require_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def sending_removal(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """Take back a record that waits."""
    pupil = pupil_of(request, pupil_id, EDIT)
    mine = Transfer.objects.visible_to(request.viewer).filter(school=request.school, pupil=pupil)
    found = get_object_or_404(mine.waiting().select_related("school"))
    try:
        act.take_back(transfer=found, by=request.account, at=request.now)
    except Refused as refusal:
        return refused(request, refusal, "pupil", pupil_id)
    return done(request, _("Taken back. The last day on roll stays."), "pupil", pupil_id)


@require_safe
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def arrivals(request: SchoolRequest) -> HttpResponse:
    """Records that other schools of the trust have sent here and nobody has accepted yet."""
    sent = Transfer.objects.visible_to(request.viewer).filter(to=request.school).waiting()
    rows = list(sent.select_related("school", "pupil").order_by("sent_at", "pk"))
    return TemplateResponse(request, "people/arrivals.html", {"rows": rows})


@GET_POST
@requires(EDIT, purpose=Purpose.ADMINISTER, shows=Shows.NAMES)
def arrival(request: SchoolRequest, transfer_id: int) -> HttpResponse:
    """Accept a record: what comes along, the first day and the class."""
    sent = Transfer.objects.visible_to(request.viewer).filter(to=request.school).waiting()
    found = get_object_or_404(sent.select_related("school", "to", "pupil__school"), pk=number(transfer_id))
    form = AcceptForm(
        request.POST or None,
        request=request,
        perhaps=perhaps_here(request, found.pupil),
        initial={"joined_on": found.left_on + timedelta(days=1), "joins": ""},
    )
    if form.is_valid():
        made = attempt(
            form,
            lambda: act.accept(transfer=found, **form.cleaned_data, by=request.account, at=request.now),
        )
        if made:
            joined = form.cleaned_data.get("joins")
            said = (
                _("Joined with the record of the other school.")
                if joined
                else _("Taken on roll, with the record of the other school.")
            )
            return done(request, said, "pupil", made[1].pk)
    told = [each for carrier in carriers() for each in carrier.tell(found.pupil, request.school)]
    return page(request, "people/arrival.html", {"transfer": found, "told": told}, form=form)


@reads(Purpose.ADMINISTER)
def perhaps_here(request: SchoolRequest, coming: Pupil) -> list[tuple[Pupil, str]]:
    """Pupils of this school who may be the child that comes, each with words that tell them apart."""
    pairs = likely_pairs([coming, *everyone(request)])
    found = {pair.other.pk: pair.other for pair in pairs if pair.one.pk == coming.pk}
    if coming.upn_mark:
        mine = Pupil.objects.visible_to(request.viewer, may=EDIT).filter(school=request.school)
        found |= {pupil.pk: pupil for pupil in mine.filter(upn_mark=coming.upn_mark, merged_into__isnull=True)}
    classes = names_of_classes(request)
    return [
        (
            pupil,
            ", ".join(
                filter(None, (pupil.name, full_day(pupil.born_on) if pupil.born_on else "", classes.get(pk, "")))
            ),
        )
        for pk, pupil in sorted(found.items())
    ]
