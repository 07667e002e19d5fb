"""Two people change the same thing at the same moment: one of them does it, the other is told, and nothing is half done.

Each case runs on two connections. The first act has been done and not yet saved when the second begins.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from muster.curriculum.actions import fill_framework, plan_for
from muster.curriculum.models import Objective
from muster.curriculum.rules.filling import Wanted
from muster.curriculum.rules.outline import read_outline
from muster.curriculum.rules.pasting import wanted_from
from muster.markbook.actions import write_notes
from muster.markbook.items import Item
from muster.markbook.models import Note
from muster.people.access import Role
from muster.people.actions import changes
from muster.people.actions.classes import (
    AlreadyInClass,
    ClassNameTaken,
    NotInClass,
    add_class,
    join_class,
    leave_class,
    move_class,
    remove_class,
    stop_teaching,
    teach,
)
from muster.people.actions.groups import StatusBeginsTooEarly, add_group, add_usual_groups, set_status
from muster.people.actions.merging import merge_pupils
from muster.people.actions.pupils import AlreadyOnRoll, Joiner, NotOnRoll, UpnTaken, come_back, enrol, leave
from muster.people.actions.reach import NoLongerThere, NotTheirPupil, NotTheirSchool
from muster.people.actions.schools import add_year, add_year_groups, close, remove_year_group, reopen
from muster.people.doors import purpose
from muster.people.models import (
    Account,
    ChangeSet,
    ClassMembership,
    Closure,
    Enrolment,
    GroupStatus,
    KeyGroup,
    Leaving,
    Post,
    PostClass,
    Pupil,
    SchoolClass,
    YearGroup,
)
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import PlanIsStale, Refused
from muster.people.rules.school_days import Span
from muster.people.signin.actions import AlreadyPosted, InvitedElsewhere, invite
from muster.people.signin.links import FreshLink
from tests.support.client import PageClient
from tests.world import NOW, World, a_class, a_post, a_pupil, an_account

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


@pytest.fixture(autouse=True)
def as_the_office(world: World) -> Iterator[None]:
    with purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        yield


def together(first: Act, second: Act, *, why: Purpose = Purpose.ADMINISTER) -> object:
    """Do `first`, and before it is saved let somebody else begin `second`. What came of that: its answer, or its refusal."""
    done = threading.Event()
    answers: list[object] = []

    def other() -> None:
        try:
            done.wait(20)
            with purpose().using(why, Shows.RECORD):
                answers.append(second())
        except Exception as problem:  # noqa: BLE001  handed to the test
            answers.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    try:
        with transaction.atomic():
            first()
            done.set()
            time.sleep(0.3)
    finally:
        done.set()
        thread.join(30)
    return answers[0]


def refused_as(kind: type[Refused], first: Act, second: Act) -> None:
    """The first did it; the second was told so in a sentence."""
    came = together(first, second)
    assert type(came) is kind, came
    assert str(came).endswith(".")


def test_a_pupil_leaves_once(world: World) -> None:
    def go() -> object:
        return leave(pupil=world.amina, left_on=world.today, by=world.office, at=NOW)

    refused_as(NotOnRoll, go, go)
    assert Leaving.objects.count() == 1
    assert ChangeSet.objects.filter(kind="pupil:left").count() == 1


def test_a_pupil_comes_back_once(world: World) -> None:
    leave(pupil=world.amina, left_on=world.today - timedelta(days=9), by=world.office, at=NOW)

    def back() -> object:
        return come_back(pupil=world.amina, joined_on=world.today, school_class=world.hazel, by=world.office, at=NOW)

    refused_as(AlreadyOnRoll, back, back)
    assert Enrolment.objects.filter(pupil=world.amina).count() == 2
    assert ClassMembership.objects.filter(pupil=world.amina, ends_on__isnull=True).count() == 1


def test_a_pupil_moves_once(world: World) -> None:
    def move() -> object:
        return move_class(pupil=world.amina, to=world.rowan, on=world.today, by=world.office, at=NOW)

    refused_as(AlreadyInClass, move, move)
    assert ClassMembership.objects.filter(pupil=world.amina, ends_on__isnull=True).count() == 1


def test_two_moves_to_two_classes_end_in_the_later_one_alone(world: World) -> None:
    oak = a_class(world, name="5 Oak")

    def move(to: SchoolClass) -> Act:
        return lambda: move_class(pupil=world.amina, to=to, on=world.today, by=world.office, at=NOW)

    assert isinstance(together(move(world.rowan), move(oak)), ChangeSet)
    assert [row.school_class for row in ClassMembership.objects.filter(pupil=world.amina, ends_on__isnull=True)] == [
        oak
    ]


def test_a_pupil_leaves_a_class_once(world: World) -> None:
    def out(day: date) -> Act:
        return lambda: leave_class(pupil=world.amina, school_class=world.hazel, last_day=day, by=world.office, at=NOW)

    yesterday = world.today - timedelta(days=1)
    refused_as(NotInClass, out(yesterday), out(world.today))
    assert ClassMembership.objects.get(pupil=world.amina).ends_on == yesterday


def test_a_pupil_is_put_into_a_class_once(world: World) -> None:
    choir = a_class(world, name="Choir", kind=SchoolClass.Kind.TEACHING)

    def put() -> object:
        return join_class(pupils=[world.amina], school_class=choir, on=world.today, by=world.office, at=NOW)

    made = together(put, put)
    assert isinstance(made, ChangeSet), made
    assert made.summary["added"] == []
    assert ClassMembership.objects.filter(school_class=choir).count() == 1


def test_nobody_is_put_into_a_class_that_is_being_taken_away(world: World) -> None:
    oak = a_class(world, name="5 Oak")
    refused_as(
        NotTheirSchool,
        lambda: remove_class(school_class=SchoolClass.objects.get(pk=oak.pk), by=world.office, at=NOW),
        lambda: join_class(pupils=[world.amina], school_class=oak, on=world.today, by=world.office, at=NOW),
    )
    assert not SchoolClass.objects.filter(name="5 Oak").exists()


def test_nobody_joins_a_class_that_is_being_taken_away(world: World) -> None:
    oak = a_class(world, name="5 Oak")
    refused_as(
        NoLongerThere,
        lambda: remove_class(school_class=oak, by=world.office, at=NOW),
        lambda: enrol(
            school=world.ashgrove, joiners=[Joiner("Evans", "Dilys", school_class=oak)], by=world.office, at=NOW
        ),
    )
    assert not Enrolment.objects.filter(pupil__in=Pupil.objects.filter(pk__gt=world.cora.pk)).exists()


def test_no_class_is_made_for_a_year_group_that_is_being_taken_away(world: World) -> None:
    (year_6,) = add_year_groups(school=world.ashgrove, groups=[("6", "Year 6")], by=None, at=NOW)
    refused_as(
        NoLongerThere,
        lambda: remove_year_group(year_group=year_6, by=world.head, at=NOW),
        lambda: add_class(year=world.year, name="6 Yew", year_group=year_6, by=world.office, at=NOW),
    )
    assert not SchoolClass.objects.filter(name="6 Yew").exists()


def test_a_class_name_is_taken_once(world: World) -> None:
    def add() -> object:
        return add_class(year=world.year, name="6 Yew", by=world.office, at=NOW)

    refused_as(ClassNameTaken, add, add)
    assert SchoolClass.objects.filter(name="6 Yew").count() == 1


def test_a_upn_is_taken_once(world: World) -> None:
    def join() -> object:
        return enrol(
            school=world.ashgrove, joiners=[Joiner("Evans", "Dilys", upn="B801200005001")], by=world.office, at=NOW
        )

    refused_as(UpnTaken, join, join)
    assert Pupil.objects.filter(upn_mark__isnull=False).count() == 1


def test_a_group_is_answered_once_a_day(world: World) -> None:
    def say(answer: GroupStatus.Answer, day: date) -> Act:
        return lambda: set_status(
            pupil=world.amina, group=world.eal, answer=answer, starts_on=day, by=world.office, at=NOW
        )

    yes, no = GroupStatus.Answer.YES, GroupStatus.Answer.NO
    assert isinstance(together(say(yes, world.today), say(no, world.today)), GroupStatus)
    assert [row.answer for row in GroupStatus.objects.filter(pupil=world.amina)] == ["no"]
    refused_as(
        StatusBeginsTooEarly,
        say(yes, world.today + timedelta(days=2)),
        say(no, world.today + timedelta(days=1)),
    )


def test_two_records_are_joined_once(world: World) -> None:
    twin = a_pupil(world, name="Amina Ali", in_class=world.hazel)
    refused_as(
        NotTheirPupil,
        lambda: merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW),
        lambda: merge_pupils(kept=twin, gone=world.amina, by=world.office, at=NOW),
    )
    twin.refresh_from_db()
    world.amina.refresh_from_db()
    assert (twin.merged_into, world.amina.merged_into) == (world.amina, None)


def test_a_record_that_is_being_joined_does_not_move(world: World) -> None:
    twin = a_pupil(world, name="Amina Ali", in_class=world.hazel)
    refused_as(
        NotTheirPupil,
        lambda: merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW),
        lambda: move_class(pupil=twin, to=world.rowan, on=world.today, by=world.office, at=NOW),
    )
    assert not ClassMembership.objects.filter(school_class=world.rowan, pupil=twin).exists()


def test_a_record_is_joined_while_its_class_is_marked(world: World) -> None:
    """The two wait for each other's history, and for nothing else, so neither is turned away."""
    twin = a_pupil(world, name="Amina Ali", in_class=world.hazel)
    item = a_note(world, pupil=twin.pk)
    came = together(
        lambda: merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW),
        lambda: write_notes([item], school=world.ashgrove, by=world.okafor, at=NOW),
        why=Purpose.TEACH,
    )
    assert isinstance(came, list), came
    assert [result.status for result in came] == [201]


def a_note(world: World, *, pupil: int) -> Item:
    return Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="note",
        pupil=pupil,
        objective=world.objectives[0].pk,
        value={"text": "Counts on her fingers."},
        base=None,
        made_at=NOW,
        seq=0,
    )


def test_a_note_sent_twice_is_saved_once(world: World) -> None:
    item = a_note(world, pupil=world.amina.pk)

    def send() -> Any:
        return write_notes([item], school=world.ashgrove, by=world.okafor, at=NOW)

    with purpose().using(Purpose.TEACH, Shows.RECORD):
        came = together(send, send, why=Purpose.TEACH)
        assert isinstance(came, list), came
        assert [result.status for result in came] == [200]
        assert Note.objects.count() == 1


def test_a_post_is_given_once(world: World) -> None:
    def ask() -> object:
        return invite(
            name="Nia Price",
            email="nia@school.example",
            role=Role.TEACHER,
            school=world.ashgrove,
            starts_on=world.today,
            by=world.head,
            at=NOW,
        )

    refused_as(AlreadyPosted, ask, ask)
    assert Post.objects.filter(account__email="nia@school.example").count() == 1


def test_two_schools_invite_one_person(world: World) -> None:
    birchwood_head = an_account(name="Bryony Head")
    a_post(birchwood_head, Role.HEAD, world.birchwood)

    def ask(school: Any, by: Account) -> Act:
        return lambda: invite(
            name="Nia Price",
            email="nia@school.example",
            role=Role.TEACHER,
            school=school,
            starts_on=world.today,
            by=by,
            at=NOW,
        )

    came = together(ask(world.ashgrove, world.head), ask(world.birchwood, birchwood_head))
    # Whoever writes to SQLite is alone, so there the second finds the account; on PostgreSQL it is told to send again.
    if connection.vendor == "postgresql":
        assert isinstance(came, InvitedElsewhere), came
    else:
        assert isinstance(came, FreshLink), came
        assert came.link.used_at is not None, "the first school's link is the one that opens"
    assert Account.objects.filter(email="nia@school.example").count() == 1


def test_a_teacher_is_given_a_class_once_and_it_ends_once(world: World) -> None:
    post = Post.objects.get(account=world.reyes)

    def give() -> object:
        return teach(post=post, school_class=world.hazel, on=world.today, by=world.office, at=NOW)

    assert isinstance(together(give, give), PostClass)
    given = PostClass.objects.select_related("school", "school_class").get(post=post, school_class=world.hazel)

    def end() -> object:
        return stop_teaching(post_class=given, last_day=world.today, by=world.office, at=NOW)

    assert together(end, end) is None
    assert PostClass.objects.get(pk=given.pk).ends_on == world.today


def test_settings_are_made_once(world: World) -> None:
    year = Span(date(2026, 9, 1), date(2027, 8, 31))
    for act in (
        lambda: add_year(school=world.ashgrove, name="2026/27", span=year, by=world.head, at=NOW),
        lambda: add_year_groups(school=world.ashgrove, groups=[("5", "Year 5")], by=world.head, at=NOW),
        lambda: add_group(school=world.ashgrove, name="Young carers", by=world.head, at=NOW),
    ):
        came = together(act, act)
        assert isinstance(came, Refused), came
    day = Span(world.today, world.today)
    assert together(*[lambda: close(school=world.ashgrove, days=day, reason="Snow", by=world.head, at=NOW)] * 2) == []
    assert together(*[lambda: add_usual_groups(school=world.ashgrove, by=world.head, at=NOW)] * 2) == []
    assert Closure.objects.count() == 1
    assert YearGroup.objects.filter(name="Year 5").count() == 1
    assert KeyGroup.objects.filter(name="Young carers").count() == 1


def test_a_change_is_turned_back_once(world: World) -> None:
    made = leave(pupil=world.amina, left_on=world.today, by=world.office, at=NOW)

    def back() -> object:
        return changes.undo(change_set=made, by=world.office, at=NOW)

    refused_as(changes.CannotUndo, back, back)
    assert not Leaving.objects.exists()


def test_the_page_of_whoever_was_later_says_so(world: World) -> None:
    """Not an error page: the form again, with what was typed and the sentence."""
    client = PageClient()
    client.force_login(world.office)
    address = f"/ashgrove/pupils/{world.amina.pk}/leaving/"
    came: Any = together(
        lambda: leave(pupil=world.amina, left_on=world.today, by=world.office, at=NOW),
        lambda: client.post(address, {"left_on": "2026-03-04", "destination": "Elm Park"}),
    )
    assert came.status_code == 422, came
    assert "has a leaving date already" in came.content.decode()
    assert "Elm Park" in came.content.decode()


def test_a_button_without_a_form_answers_in_a_sentence_too(world: World) -> None:
    (closed,) = close(school=world.ashgrove, days=Span(world.today, world.today), reason="Snow", by=world.head, at=NOW)
    client = PageClient()
    client.force_login(world.head)
    came: Any = together(
        lambda: reopen(closure=Closure.objects.select_related("school").get(pk=closed.pk), by=world.head, at=NOW),
        lambda: client.post(f"/ashgrove/settings/closures/{closed.pk}/removal/"),
    )
    assert came.status_code == 409, came
    assert "taken away meanwhile" in came.content.decode()


def test_a_list_is_brought_in_once_and_whoever_was_later_keeps_what_they_pasted(world: World) -> None:
    client = PageClient()
    client.force_login(world.head)
    address = f"/ashgrove/frameworks/{world.framework.pk}/pasted-list/"
    asked = {"text": "Knots\n  Ties a bowline", "subject": "Ropes", "stage": ""}
    mark = client.post(address, asked).context["plan"].mark
    outline = read_outline(asked["text"], subject="Ropes")
    plan = plan_for(world.framework, wanted_from(outline, stages=[]))
    came: Any = together(
        lambda: fill_framework(framework=world.framework, plan=plan, by=world.okafor, at=NOW),
        lambda: client.post(address, {**asked, "shown": mark}),
    )
    assert came.status_code == 409
    assert "Ties a bowline" in came.content.decode()
    assert Objective.objects.filter(wording="Ties a bowline").count() == 1


def test_a_plan_whose_objective_has_gone_is_refused_in_a_sentence(world: World) -> None:
    gone = world.objectives[-1]
    wanted = Wanted(1, "Maths", ("Number",), "Checks an answer another way", code=gone.code)
    plan = plan_for(world.framework, [wanted])
    assert list(plan.change) == [gone.pk]
    gone.stages.clear()
    gone.delete()
    with pytest.raises(PlanIsStale, match="has changed since you looked"):
        fill_framework(framework=world.framework, plan=plan, by=world.okafor, at=NOW)


def test_a_class_list_whose_pupil_has_gone_is_refused_and_shown_again(world: World) -> None:
    """The child was joined with another record while the effect stood on the screen."""
    twin = a_pupil(world, name="Dilys Evans", in_class=world.hazel)
    client = PageClient()
    client.force_login(world.office)
    pasted = {"pasted": "Forename,Surname,DOB,Class\nDilys,Evans,2017-12-01,4 Rowan"}
    shown = client.post("/ashgrove/imports/new/", pasted, follow=True)
    assert shown.context["shown"].has_work
    here = shown.request["PATH_INFO"]
    came: Any = together(
        lambda: merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW),
        lambda: client.post(f"{here}bringing/", {"mark": shown.context["shown"].mark}, follow=True),
    )
    assert "Something has changed since this was shown." in came.content.decode()
    assert not ClassMembership.objects.filter(pupil=twin, school_class=world.rowan).exists()
