"""Who can sign in at a school: invitations, links, second factors lost, posts ended, day passes."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.people.access import Permission, Role
from muster.people.actions.staff import add_staff, has_left
from muster.people.calendar import year_at
from muster.people.gates import SchoolRequest, requires
from muster.people.models import Account, DayPass, Post, SchoolClass, SignInLink, Staff
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from muster.people.roles import role_name
from muster.people.signin import actions, day_pass, letters, posts, roll
from muster.people.signin.factors import has_second_factor
from muster.people.signin.forms import DayPassForm, InvitationForm, LastDayForm, RoleForm
from muster.people.signin.links import FreshLink, Kind
from muster.people.signin.pictures import qr_code
from muster.people.signin.proof import fresh_proof
from muster.people.views.answers import done, reads_and_saves, sent

giving_access = requires(Permission.ACCESS_GRANT, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
resetting = requires(Permission.SECOND_FACTOR_RESET, purpose=Purpose.ADMINISTER, shows=Shows.NOTHING)
giving_passes = requires(Permission.DAY_PASS_GIVE, purpose=Purpose.COVER, shows=Shows.NOTHING)


def the_account(request: SchoolRequest, account_id: int) -> Account:
    """Somebody with a post at this school; 404 for anyone else, as for nobody."""
    return get_object_or_404(
        Account.objects.filter(posts__in=Post.objects.at(request.school)).distinct(), pk=account_id
    )


def back(request: SchoolRequest, account: Account) -> HttpResponse:
    """To the page of one person, which is also the list's when they are gone from it."""
    return HttpResponseRedirect(reverse("signin-person", args=[request.school.slug, account.pk]))


def page(request: SchoolRequest, template: str, context: dict[str, Any], status: int = 200) -> TemplateResponse:
    """A page about staff: the line about who sees children's records is not for it."""
    return TemplateResponse(request, template, {"seen_by": "", **context}, status=status)


def handed_over(request: SchoolRequest, fresh: FreshLink, *, name: str = "") -> HttpResponse:
    """Send the link where letters can be sent; otherwise show it, once, to be handed over.

    A second factor's link is always shown to whoever asked: it works only after somebody else has agreed, and the
    owner is usually standing at the desk.
    """
    sent = fresh.link.kind != Kind.SECOND_FACTOR and letters.send_link(fresh)
    context = {
        "fresh": fresh,
        "sent": sent,
        "tried": letters.can_send() and fresh.link.kind != Kind.SECOND_FACTOR,
        "person": fresh.link.account,
        "name": name or fresh.link.account.name,
        "picture": "" if sent else qr_code(fresh.address),
    }
    return page(request, "signin/link_made.html", context)


@require_safe
@giving_access
def accounts(request: SchoolRequest) -> HttpResponse:
    """The staff by date: who is here, who is coming, and who has gone this year."""
    year = year_at(request.school, request.today)
    begun = min(year.first_day if year else request.today, request.today)
    context = {
        "staff": roll.staff_by_date(request.school, at=request.now, since=begun),
        "others": Staff.objects.at(request.school).without_account(request.now).order_by("name", "pk"),
        "left": Staff.objects.at(request.school)
        .filter(left_at__gt=request.school.midnight(begun))
        .order_by("name", "pk"),
        "today": request.today,
        "resets": roll.waiting_resets(request.school, at=request.now),
        "may_reset": request.may(Permission.SECOND_FACTOR_RESET),
        "may_give_passes": request.may(Permission.DAY_PASS_GIVE),
    }
    return page(request, "signin/accounts.html", context)


@require_POST
@giving_access
def staff_new(request: SchoolRequest) -> HttpResponse:
    """Write down somebody who works here and does not sign in."""
    try:
        add_staff(
            school=request.school,
            name=request.POST.get("name", "").replace("\x00", ""),
            by=request.account,
            at=request.now,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Written down."))
    return HttpResponseRedirect(reverse("signin-accounts", args=[request.school.slug]))


@require_POST
@giving_access
def staff_leaving(request: SchoolRequest, staff_id: int) -> HttpResponse:
    """Say that somebody who does not sign in has left, or works here again."""
    found = get_object_or_404(Staff.objects.at(request.school).filter(account__isnull=True), pk=staff_id)
    has_left(staff=found, left=request.POST.get("left") == "1", by=request.account, at=request.now)
    return HttpResponseRedirect(reverse("signin-accounts", args=[request.school.slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@giving_access
@fresh_proof
def invitation(request: SchoolRequest) -> HttpResponse:
    """Let somebody new in."""
    roles = [role for role in Role if role in actions.givable(request.account, request.school, request.now)]
    classes = (
        SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_VIEW)
        .filter(school=request.school, year__last_day__gte=request.today)
        .order_by("year__first_day", "year_group__position", "name")
    )
    form = InvitationForm(
        request.POST or None, roles=roles, classes=classes, initial={"starts_on": request.today.isoformat()}
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            fresh = actions.invite(
                name=said["name"], email=said["email"], role=Role(said["role"]), school=request.school,
                classes=list(said["classes"]), starts_on=said["starts_on"], ends_on=said["ends_on"],
                by=request.account, at=request.now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            # As it was written here: the name an account has elsewhere would tell that it is known.
            return handed_over(request, fresh, name=said["name"])
    return page(request, "signin/invitation.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@giving_access
def person(request: SchoolRequest, account_id: int) -> HttpResponse:
    """What one person may do here, and helping them back in."""
    found = the_account(request, account_id)
    going_on, over = roll.posts_of(found, request.school, at=request.now)
    may_give = actions.givable(request.account, request.school, request.now)
    is_self = found.pk == request.account.pk
    context = {
        "person": found,
        "posts": [(held, held.role in may_give and not is_self) for held in going_on],
        "over": over,
        "today": request.today,
        "changes": [] if is_self else roll.changes_of(found, request.school, at=request.now),
        "may_hand_over": request.may(Permission.CLASS_EDIT),
        "looks_after": actions.looks_after(by=request.account, account=found, school=request.school, at=request.now),
        "is_at_home": actions.is_at_home(found, request.school, request.now),
        "is_self": is_self,
        "may_reset": request.may(Permission.SECOND_FACTOR_RESET),
        "has_second_factor": has_second_factor(found),
        "resets": [link for link in roll.waiting_resets(request.school, at=request.now) if link.account_id == found.pk],
    }
    return page(request, "signin/person.html", context)


@require_POST
@giving_access
@fresh_proof
def password_link(request: SchoolRequest, account_id: int) -> HttpResponse:
    """A link with which they set a new password."""
    found = the_account(request, account_id)
    try:
        return handed_over(
            request,
            actions.make_password_link(account=found, school=request.school, by=request.account, at=request.now),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back(request, found)


@require_POST
@resetting
@fresh_proof
def second_factor_reset(request: SchoolRequest, account_id: int) -> HttpResponse:
    """Ask for somebody's second factor to be taken away; a colleague has to agree."""
    found = the_account(request, account_id)
    try:
        return handed_over(
            request,
            actions.ask_for_second_factor_reset(
                account=found, school=request.school, by=request.account, at=request.now
            ),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back(request, found)


@require_POST
@resetting
@fresh_proof
def agreement(request: SchoolRequest, link_id: int) -> HttpResponse:
    """Agree to what a colleague asked for."""
    here = Post.objects.at(request.school).values("account")
    link = get_object_or_404(SignInLink.objects.filter(kind=Kind.SECOND_FACTOR, account__in=here), pk=link_id)
    try:
        actions.agree_to_second_factor_reset(link=link, school=request.school, by=request.account, at=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You agreed. The link they were given works now, once, for one day."))
    return back(request, link.account)


@require_POST
@giving_access
@fresh_proof
def session_ends(request: SchoolRequest, account_id: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    found = the_account(request, account_id)
    try:
        actions.end_sessions_of(account=found, school=request.school, by=request.account, at=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("They are signed out everywhere."))
    return back(request, found)


@require_POST
@giving_access
@fresh_proof
def post_end(request: SchoolRequest, account_id: int, post_id: int) -> HttpResponse:
    """End one post now."""
    post = the_post(request, account_id, post_id)
    try:
        made = posts.end_post(post=post, by=request.account, at=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back(request, post.account)
    return done(request, _("The post has ended."), "signin-person", account_id, undo=made)


def the_post(request: SchoolRequest, account_id: int, post_id: int) -> Post:
    """A post of somebody at this school; a day pass is changed elsewhere."""
    found = the_account(request, account_id)
    lasting = Post.objects.at(request.school).filter(account=found, day_pass__isnull=True)
    return get_object_or_404(lasting.select_related("school", "account"), pk=post_id)


@require_http_methods(["GET", "HEAD", "POST"])
@giving_access
@fresh_proof
@reads_and_saves
def post_last_day(request: SchoolRequest, account_id: int, post_id: int) -> HttpResponse:
    """Set, move or take away the last day of a post."""
    post = the_post(request, account_id, post_id)
    form = LastDayForm(request.POST or None, initial={"ends_on": post.ends_on})
    made = sent(
        form,
        lambda said: posts.change_last_day(post=post, last_day=said["ends_on"], by=request.account, at=request.now),
    )
    if made:
        return done(request, _("Saved. What they may open ends with it."), "signin-person", account_id, undo=made)
    return post_page(request, "signin/post_last_day.html", post, form)


@require_http_methods(["GET", "HEAD", "POST"])
@giving_access
@fresh_proof
def post_role(request: SchoolRequest, account_id: int, post_id: int) -> HttpResponse:
    """Let somebody do something else from a day on."""
    post = the_post(request, account_id, post_id)
    may_give = actions.givable(request.account, request.school, request.now) - {Role(post.role)}
    form = RoleForm(request.POST or None, roles=[role for role in Role if role in may_give])
    made = sent(
        form,
        lambda said: posts.change_role(
            post=post, role=Role(said["role"]), on=said["on"], by=request.account, at=request.now
        ),
    )
    if made:
        return done(request, _("Saved. It counts from that day."), "signin-person", account_id, undo=made)
    return post_page(request, "signin/post_role.html", post, form)


def post_page(request: SchoolRequest, template: str, post: Post, form: Any) -> HttpResponse:
    """A form about one post; nothing of it was taken where it comes back."""
    status = 409 if getattr(form, "is_stale", False) else 422 if form.is_bound else 200
    context = {"post": post, "role": role_name(post.role), "today": request.today, "form": form}
    return page(request, template, context, status=status)


# -- day passes ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@giving_passes
@fresh_proof
def day_passes(request: SchoolRequest) -> HttpResponse:
    """Today's passes, and making one."""
    classes = (
        SchoolClass.objects.visible_to(request.viewer, may=Permission.CLASS_VIEW)
        .filter(school=request.school, year__first_day__lte=request.today, year__last_day__gte=request.today)
        .order_by("year_group__position", "name")
    )
    form = DayPassForm(request.POST or None, classes=classes)
    if form.is_valid():
        try:
            fresh = day_pass.give(by=request.account, at=request.now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            context = {"fresh": fresh, "picture": qr_code(fresh.address)}
            return page(request, "signin/day_pass_made.html", context)
    living = DayPass.objects.visible_to(request.viewer).at(request.school).open_at(request.now)
    context = {
        "form": form,
        "passes": living.select_related("school_class").order_by("made_at"),
        "too_late": request.now >= day_pass.ends_at(request.school, request.now),
    }
    return page(request, "signin/day_passes.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.TODAY_VIEW, purpose=Purpose.COVER, shows=Shows.NOTHING)
def day_pass_withdrawal(request: SchoolRequest, pass_id: int) -> HttpResponse:
    """End a pass now, from the page of passes or from the card on Today."""
    mine = DayPass.objects.visible_to(request.viewer).filter(school=request.school)
    found = get_object_or_404(mine.select_related("post__account", "school"), pk=pass_id)
    if day_pass.withdraw(day_pass=found, by=request.account, at=request.now):
        messages.success(request, _("The pass is withdrawn, and whoever used it is signed out."))
    if request.POST.get("back") == "today":
        return HttpResponseRedirect(reverse("today", args=[request.school.slug]))
    return HttpResponseRedirect(reverse("signin-day-passes", args=[request.school.slug]))
