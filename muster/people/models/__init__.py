"""Who everybody is. Each module is one subject."""

from muster.people.models.accounts import Account, Post, PostClass, SignInLink, Staff
from muster.people.models.base import OfSchool, OfSchoolQuerySet
from muster.people.models.changes import ChangeSet, Correction
from muster.people.models.classes import ClassMembership, SchoolClass
from muster.people.models.families import Guardian, Guardianship
from muster.people.models.groups import GroupStatus, KeyGroup
from muster.people.models.next_year import NextPlace, NextYear
from muster.people.models.passes import DayPass
from muster.people.models.pupils import Enrolment, Leaving, Pupil, PupilMerge, YearPlacement
from muster.people.models.schools import AcademicYear, Closure, HalfTerm, School, Term, Trust, YearGroup
from muster.people.models.timers import Timer
from muster.people.models.transfers import Transfer

__all__ = [
    "AcademicYear",
    "Account",
    "ChangeSet",
    "ClassMembership",
    "Closure",
    "Correction",
    "DayPass",
    "Enrolment",
    "GroupStatus",
    "Guardian",
    "Guardianship",
    "HalfTerm",
    "KeyGroup",
    "Leaving",
    "NextPlace",
    "NextYear",
    "OfSchool",
    "OfSchoolQuerySet",
    "Post",
    "PostClass",
    "Pupil",
    "PupilMerge",
    "School",
    "SchoolClass",
    "SignInLink",
    "Staff",
    "Term",
    "Timer",
    "Transfer",
    "Trust",
    "YearGroup",
    "YearPlacement",
]
