"""A child's record from the school before is read, named where it is not, and never taken for more than it says."""

import random
import re
from datetime import date
from typing import Any

import pytest

from muster.exchange.formats import Files, offered, recognised
from muster.exchange.rules.roster import Roster, SchoolBefore, Source
from muster.pages.rules.kinds import Unreadable
from tests.exchange.rosters import reading

pytestmark = pytest.mark.pure
NAME = "3101234_CTF_3105678_001.xml"
FILE = """<?xml version="1.0" encoding="utf-8"?>
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion>
    <DateTime>2026-02-27T09:00:00</DateTime><DocumentQualifier>partial</DocumentQualifier><SupplierID>Invented</SupplierID>
    <SourceSchool><LEA>310</LEA><Estab>1234</Estab><SchoolName>Elmfield Primary</SchoolName>
      <AcademicYear>2025</AcademicYear></SourceSchool>
    <DestSchool><LEA>310</LEA><Estab>5678</Estab></DestSchool>
  </Header>
  <CTFpupilData>
    <Pupil>
      <UPN>B801200005001</UPN><UniqueLearnerNumber>1234567890</UniqueLearnerNumber>
      <Surname>LARK</Surname><Forename>NADIA</Forename><DOB>2016-01-09</DOB><Sex>F</Sex>
      <BasicDetails>
        <FormerUPN>C80120000500A</FormerUPN><PreferredSurname>Lark-Foss</PreferredSurname>
        <PreferredForename>Nadi</PreferredForename><MiddleNames>Rose</MiddleNames><NCyearActual>5</NCyearActual>
        <Ethnicity>WBRI</Ethnicity>
        <Languages><Type><LanguageType>F</LanguageType><Language>CYM</Language></Type>
          <Type><LanguageType>H</LanguageType><Language>ENG</Language></Type></Languages>
        <MedicalFlag>true</MedicalFlag>
        <Disabilities><Disability>HEAR</Disability><Disability>VIS</Disability></Disabilities>
      </BasicDetails>
      <FSMhistory><FSMreviewDate>2026-01-01</FSMreviewDate>
        <FSMinstance><FSMstartDate>2018-09-01</FSMstartDate><FSMendDate>2021-07-31</FSMendDate><UKcountry>ENG</UKcountry>
        </FSMinstance></FSMhistory>
      <LookedAfter><InCare>false</InCare><CareAuthority>310</CareAuthority></LookedAfter>
      <SENhistory>
        <SEN><StartDate>2023-09-01</StartDate><SENprovision>N</SENprovision></SEN>
        <SEN><StartDate>2025-01-06</StartDate><SENprovision>K</SENprovision></SEN>
        <SENneeds><SENneed><SENtype>SLCN</SENtype></SENneed></SENneeds>
      </SENhistory>
      <Address><BS7666Address><SAON>Flat 2</SAON><PAON>12</PAON><Street>Moss Lane</Street><Town>Elmfield</Town>
        <UniquePropertyReferenceNumber>77</UniquePropertyReferenceNumber></BS7666Address><PostCode>EL1 2MF</PostCode></Address>
      <Phones><Phone><PhoneNo>020 7946 0999</PhoneNo></Phone></Phones>
      <Contacts>
        <Contact><Order>2</Order><Title>Mr</Title><Surname>Pike</Surname><Forename>Owen</Forename>
          <Relationship>GRF</Relationship><Responsibility>false</Responsibility>
          <Address><AddressLines><AddressLine1>1 Ash Row</AddressLine1></AddressLines></Address></Contact>
        <Contact><Order>1</Order><Surname>LARK</Surname><Forename>ROSA</Forename><Relationship>MTH</Relationship>
          <AddressAsPupil>true</AddressAsPupil>
          <Phones><Phone><TelephoneType>H</TelephoneType><PhoneNo>020 7946 0002</PhoneNo></Phone>
            <Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 900001</PhoneNo></Phone></Phones>
          <Email>rosa@home.example</Email></Contact>
        <Contact><Order>3</Order><Surname>Foss</Surname><Relationship>DOC</Relationship></Contact>
      </Contacts>
      <Attendance><YearData><Year>2025</Year><SessionsPossible>190</SessionsPossible></YearData></Attendance>
      <StageAssessments>
        <KeyStage><Stage>KS2</Stage>
          <StageAssessment><Locale>ENG</Locale><Year>2026</Year><Subject>MAT</Subject><Method>TT</Method>
            <Component>MTC</Component><ResultStatus>R</ResultStatus><ResultQualifier>MT</ResultQualifier><Result>25</Result>
            <Remark>by hand</Remark></StageAssessment>
          <StageAssessment><Subject>ENG</Subject><Component>PHO</Component><Result>A</Result></StageAssessment>
        </KeyStage>
      </StageAssessments>
      <SchoolHistory><School><LEA>310</LEA><Estab>1234</Estab><SchoolName>Elmfield Primary</SchoolName>
        <EntryDate>2020-09-01</EntryDate><LeavingDate>2026-02-27</LeavingDate><LeavingReason>TR</LeavingReason></School>
      </SchoolHistory>
    </Pupil>
    <Pupil><Surname>Pike</Surname><Forename>Tomos</Forename><DOB>2015-11-30</DOB><Gender>M</Gender></Pupil>
  </CTFpupilData>
</CTfile>
"""


def read(*texts: str | bytes, **more: Any) -> Roster:
    files: Files = {
        NAME if number == 0 else f"{number}.xml": text.encode() if isinstance(text, str) else text
        for number, text in enumerate(texts)
    }
    assert recognised(files) is offered["ctf"]
    return offered["ctf"].read(files, reading(**more))


def test_a_child_comes_with_all_that_muster_has_a_place_for() -> None:
    nadia, tomos = read(FILE).pupils
    # Capitals come as they are; a plan never lets them overwrite a better-cased name.
    assert (nadia.surname, nadia.forenames, nadia.middle_names, nadia.known_as) == ("LARK", "NADIA", "Rose", "Nadi")
    assert (nadia.upn, nadia.born_on, nadia.year_group) == ("B801200005001", date(2016, 1, 9), "5")
    assert nadia.identifiers == {"Former UPN": "C80120000500A", "ULN": "1234567890"}
    assert nadia.address == "Flat 2\n12 Moss Lane\nElmfield\nEL1 2MF"
    assert nadia.groups == {
        "girls": True,
        "boys": False,
        "pupil-premium": True,
        "looked-after": False,
        "send-support": True,
        "ehcp": False,
        "eal": True,
    }
    assert nadia.before == (SchoolBefore("Elmfield Primary", "3101234", date(2020, 9, 1), date(2026, 2, 27)),)
    assert (tomos.upn, tomos.gender, tomos.groups) == ("", "M", {"girls": False, "boys": True})


def test_parents_come_in_the_order_in_which_they_are_rung() -> None:
    rosa, owen = read(FILE).guardians
    assert (rosa.name, rosa.relation, rosa.telephone) == ("ROSA LARK", "Mother", "07700 900001, 020 7946 0002")
    assert (rosa.email, rosa.address, rosa.children) == (
        "rosa@home.example",
        "Flat 2\n12 Moss Lane\nElmfield\nEL1 2MF",
        ("B801200005001",),
    )
    # A code that Muster does not know is kept as it came.
    assert (owen.relation, owen.address) == ("GRF", "1 Ash Row")
    (told,) = read(FILE).problems
    assert (told.cause, told.stops) == ("no-guardian", False)


def test_results_are_kept_as_they_came() -> None:
    one, other = read(FILE).results
    assert one == {
        "pupil": "B801200005001", "stage": "KS2", "locale": "ENG", "year": "2026", "subject": "MAT", "method": "TT",
        "component": "MTC", "status": "R", "qualifier": "MT", "result": "25", "Remark": "by hand",
    }  # fmt: skip
    assert other["result"] == "A"


def test_what_is_not_read_is_named_by_the_shortest_path() -> None:
    assert set(read(FILE).dropped[NAME]) == {
        "Header/DateTime", "Header/SupplierID", "Header/SourceSchool/AcademicYear", "BasicDetails/PreferredSurname",
        "BasicDetails/Ethnicity", "BasicDetails/MedicalFlag", "BasicDetails/Disabilities", "FSMhistory/FSMreviewDate",
        "FSMhistory/FSMinstance/UKcountry", "LookedAfter/CareAuthority", "SENhistory/SENneeds",
        "Address/BS7666Address/UniquePropertyReferenceNumber", "Phones", "Contacts/Contact/Title",
        "Contacts/Contact/Responsibility", "Attendance", "SchoolHistory/School/LeavingReason",
    }  # fmt: skip


def test_the_report_says_who_sent_the_file_and_that_it_is_a_part() -> None:
    assert read(FILE).notes == (
        "Sent by Elmfield Primary (310 1234), to 310 5678.",
        "The file says that it holds part of the record only.",
        "Of the provision for special needs the latest counts; earlier ones are left out.",
        "Of languages the first counts; others are left out.",
    )
    assert read(FILE).whole == frozenset()
    assert not read(FILE).lasting_ids


OTHERS = ("2011-11-11", "2099-01-01", "false", "Z", "M", "F", "E", "4", "ENG")


def test_no_element_is_left_out_in_silence() -> None:
    """Every text either changes the roster when it changes, or is named."""
    plain = read(FILE)
    silent = []
    for found in re.finditer(r"<(\w+)>([^<>\s][^<>]*)</", FILE):
        tag = found[1]
        if any(tag in path.split("/") for path in plain.dropped[NAME]) or tag in {
            "SENtype",
            "Disability",
            "Year",
            "SessionsPossible",
        }:
            continue
        others = [FILE[: found.start(2)] + text + FILE[found.end(2) :] for text in OTHERS]
        if tag != "PhoneNo" and all(read(text) == plain for text in others):
            silent.append(f"{tag}: {found[2]}")
    # That these were left out is said in a sentence without saying more: a doctor, another language, an earlier provision.
    assert silent == ["LanguageType: H", "Language: ENG", "SENprovision: N", "Order: 3", "Surname: Foss"]


@pytest.mark.parametrize(
    ("old", "new", "groups"),
    [
        pytest.param("<FSMendDate>2021-07-31", "<FSMendDate>2019-07-31", {"pupil-premium": None}, id="free meals long ago"),
        pytest.param("<FSMendDate>2021-07-31</FSMendDate>", "", {"pupil-premium": True}, id="free meals now"),
        pytest.param("<InCare>false", "<InCare>true", {"looked-after": True, "pupil-premium": True}, id="in care"),
        pytest.param("<SENprovision>K", "<SENprovision>E", {"send-support": False, "ehcp": True}, id="a plan"),
        pytest.param("<SENprovision>K", "<SENprovision>S", {"send-support": False, "ehcp": True}, id="a statement"),
        pytest.param("<Language>CYM", "<Language>ENG", {"eal": False}, id="English"),
        pytest.param("<Language>CYM", "<Language>REF", {"eal": None}, id="a language that was not given"),
    ],
)  # fmt: skip
def test_groups_follow_from_what_the_file_says(old: str, new: str, groups: dict[str, bool | None]) -> None:
    assert old in FILE
    found = read(FILE.replace(old, new)).pupils[0].groups
    assert {code: found.get(code) for code in groups} == groups


def test_an_application_is_read_like_a_record() -> None:
    text = re.sub("CTf", "ATf", FILE).replace("CTFpupilData", "ATFpupilData").replace("CTFversion", "ATFversion")
    text = text.replace("Common Transfer File", "Admissions Transfer File").replace(
        "<Surname>Pike</Surname><Forename>Tomos", "<ApplicationReference>310-7</ApplicationReference><Surname>Pike</Surname><Forename>Tomos"
    )  # fmt: skip
    roster = read(text)
    assert [one.id for one in roster.pupils] == ["B801200005001", "310-7"]
    assert "It calls itself “Admissions Transfer File”." in roster.notes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_letters_change_nothing(encoding: str) -> None:
    text = FILE.replace("Rosa", "Zoë").replace("LARK", "LÄRK")
    assert read(text.replace("utf-8", encoding[:6].rstrip("-")).encode(encoding)).pupils == read(text).pupils


def test_a_prefix_and_an_order_of_elements_change_nothing() -> None:
    prefixed = re.sub(r"<(/?)(\w)", r"<\1c:\2", FILE).replace("<c:CTfile", '<c:CTfile xmlns:c="urn:x"')
    assert read(prefixed).pupils == read(FILE).pupils


def test_what_is_wrong_with_a_record_stops_that_record() -> None:
    roster = read(FILE.replace("2016-01-09", "09/01/2016"))
    assert [(one.cause, one.id, one.stops) for one in roster.problems] == [("no-date", "B801200005001", True)]
    assert ([one.surname for one in roster.pupils], roster.results) == (["Pike"], ())
    nobody = read(FILE.replace("<Surname>Pike</Surname><Forename>Tomos</Forename>", "<Surname/>"))
    assert [(one.cause, one.source) for one in nobody.problems if one.stops] == [("no-name", Source("", 59))]


def test_two_children_with_one_number_are_neither_taken() -> None:
    other = FILE.replace("<Surname>Pike", "<UPN>B801200005001</UPN><Surname>Pike")
    roster = read(other)
    assert roster.pupils == ()
    assert [one.cause for one in roster.problems if one.stops] == ["same-id", "same-id"]


def test_the_same_child_in_two_files_counts_once() -> None:
    roster = read(FILE, FILE.replace("<Result>A", "<Result>B"))
    assert "B801200005001" in {one.id for one in roster.pupils}
    assert [one.cause for one in roster.problems if one.id == "B801200005001" and "twice" in one.cause] == ["twice"]
    assert [one["result"] for one in roster.results] == ["25", "B", "A"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param('<!DOCTYPE CTfile [<!ENTITY a "b">]><CTfile/>', "DOCTYPE", id="entities"),
        pytest.param('<!DOCTYPE x SYSTEM "file:///etc/passwd"><CTfile/>', "DOCTYPE", id="a file of this machine"),
        pytest.param(FILE[:2000], "damaged or was cut short", id="cut short"),
        pytest.param("<CTfile><Header/></CTfile>", "names no pupil", id="nobody"),
        pytest.param("<a><CTfile/></a>", "no Common Transfer File", id="something around it"),
        pytest.param("<CTfile>" + "<a>" * 200, "nested deeper", id="a pit"),
    ],
)
def test_what_is_no_transfer_file_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(text)


def test_an_older_version_is_read_and_the_report_says_so() -> None:
    roster = read(FILE.replace("25.0", "13.0"))
    assert len(roster.pupils) == 2
    assert roster.notes[0] == "The file is of version 13.0; Muster knows 15 and later."


def test_a_broken_file_is_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(7)
    data = FILE.encode()
    read_ = 0
    for _ in range(500):
        at, to = sorted(chance.randrange(len(data)) for _ in "12")
        text = chance.choice([b"", b"<", b"&", b"\xff", b"<a/>", b"</Pupil>", b"99999999999", b"-", data[at:to]])
        try:
            read_ += bool(offered["ctf"].read({NAME: data[:at] + text + data[at + chance.randrange(12) :]}, reading()))
        except Unreadable as problem:
            said = str(problem)
            continue
    assert said.endswith(".")
    assert read_ > 20
