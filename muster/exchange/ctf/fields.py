"""The elements of a Common Transfer File that Muster reads, from version 15 on, and of its admissions variant.

The names come from public programs that write the format and await a check against the department's own specification
(Common Transfer File, Department for Education). Elements not named here are named in the report and left alone.
"""

ROOTS = {"ctfile": "CTFpupilData", "atfile": "ATFpupilData"}
"""The outermost element, and what stands around its pupils."""
OLDEST = 15
PUPIL: dict[str, tuple[str, ...]] = {
    "upn": ("UPN",),
    "former_upn": ("BasicDetails/FormerUPN", "FormerUPN"),
    "uln": ("UniqueLearnerNumber",),
    "uci": ("UCI",),
    "reference": ("ApplicationReference",),
    "surname": ("Surname", "BasicDetails/LegalSurname"),
    "forename": ("Forename", "BasicDetails/LegalForename"),
    "middle": ("BasicDetails/MiddleNames", "MiddleNames"),
    "known_as": ("BasicDetails/PreferredForename", "PreferredForename"),
    "born": ("DOB", "BasicDetails/DOB"),
    "sex": ("Sex", "Gender", "BasicDetails/Sex", "BasicDetails/Gender"),
    "year": ("BasicDetails/NCyearActual", "NCyearActual"),
    "in_care": ("LookedAfter/InCare", "BasicDetails/LookedAfter/InCare"),
}
"""Where each fact of a pupil may stand; the first that is there counts."""
LANGUAGES = ("BasicDetails/Languages/Type", "Languages/Type")
FIRST_LANGUAGE = ("BasicDetails/FirstLanguage", "FirstLanguage")
FREE_MEALS = "FSMhistory/FSMinstance"
SEN = "SENhistory/SEN"
SCHOOL_BEFORE = "SchoolHistory/School"
CONTACT = "Contacts/Contact"
ADDRESS = (
    "BS7666Address/SAON", "BS7666Address/PAON", "BS7666Address/Street", "BS7666Address/Locality", "BS7666Address/Town",
    "BS7666Address/PostTown", "AddressLines/AddressLine1", "AddressLines/AddressLine2", "AddressLines/AddressLine3",
    "AddressLines/AddressLine4", "AddressLines/AddressLine5", "AddressLine1", "AddressLine2", "AddressLine3",
    "AddressLine4", "AddressLine5", "BS7666Address/AdministrativeArea", "County", "PostCode", "Postcode",
)  # fmt: skip
"""The lines of an address, in the order in which they are written on an envelope."""
ASSESSMENT = "StageAssessments/KeyStage"
RESULT = {
    "Locale": "locale",
    "Year": "year",
    "Subject": "subject",
    "Method": "method",
    "Component": "component",
    "ResultStatus": "status",
    "ResultQualifier": "qualifier",
    "Result": "result",
    "ResultDate": "date",
}
"""What each part of a result is called where it is kept; others keep their own names."""
READ = frozenset({
    *(path for paths in PUPIL.values() for path in paths),
    *(f"{path}/{part}" for path in LANGUAGES for part in ("LanguageType", "Language")),
    *FIRST_LANGUAGE,
    ASSESSMENT,
    *(f"{FREE_MEALS}/{part}" for part in ("FSMstartDate", "FSMendDate")),
    *(f"{SEN}/{part}" for part in ("StartDate", "SENprovision")),
    *(f"{SCHOOL_BEFORE}/{part}" for part in ("LEA", "Estab", "SchoolName", "EntryDate", "LeavingDate")),
    *(f"Address/{part}" for part in ADDRESS),
    *(f"{CONTACT}/{part}" for part in ("Order", "Surname", "Forename", "Relationship", "Email", "AddressAsPupil")),
    *(f"{CONTACT}/Phones/Phone/{part}" for part in ("TelephoneType", "PhoneNo")),
    *(f"{CONTACT}/Address/{part}" for part in ADDRESS),
})  # fmt: skip
"""Every element below a pupil that is read."""
HEADER = frozenset({
    "CTFversion", "ATFversion", "DocumentQualifier", "DocumentName", "SourceSchool/LEA", "SourceSchool/Estab",
    "SourceSchool/SchoolName", "DestSchool/LEA", "DestSchool/Estab",
})  # fmt: skip
GROUPS = {"f": "girls", "female": "girls", "m": "boys", "male": "boys"}
SUPPORT, PLAN, NO_NEED = frozenset({"K", "A", "P"}), frozenset({"E", "S"}), frozenset({"N"})
"""Provision for special needs: support (formerly action, and action plus), a plan (formerly a statement), none."""
ENGLISH, NOT_SAID = frozenset({"ENG", "ENB"}), frozenset({"NOT", "REF", "ZZZ", ""})
"""First languages that are English or believed to be, and those that were not asked for or not given."""
MEALS_COUNT_YEARS = 6
"""Years after the end of free meals in which a child still counts as disadvantaged."""
RELATIONS = {
    "MTH": "Mother", "FTH": "Father", "CAR": "Carer", "FAM": "Family", "REL": "Relative", "STP": "Step-parent", "OTH": "",
}  # fmt: skip
PROFESSIONS = frozenset({"DOC", "HTC", "TCH", "RLG", "SWR", "CHM"})
"""Contacts who are no parent or carer: doctor, head teacher, teacher, minister, social worker, childminder."""
