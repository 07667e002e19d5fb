"""The headings of class lists and staff lists that Muster knows."""

from collections.abc import Sequence
from itertools import product

NAMES: dict[str, Sequence[str]] = {
    "surname": ("surname", "lastname", "familyname", "legalsurname", "legallastname", "legalfamilyname"),
    "forenames": (
        "forename", "forenames", "firstname", "firstnames", "givenname", "givennames", "legalforename", "legalfirstname",
        "legalforenames",
    ),
    "known_as": (
        "knownas", "preferredname", "preferredfirstname", "preferredforename", "preferredgivenname", "chosenname",
        "chosenforename", "chosenfirstname", "usualname", "calledname",
    ),
    "name": ("name", "fullname", "pupil", "child", "student", "pupilname", "childname", "studentname", "learner"),
    "born_on": ("dateofbirth", "dob", "birthdate", "birthday", "born", "birth", "dateborn"),
    "upn": ("upn", "uniquepupilnumber"),
    "year_group": ("yeargroup", "year", "yr", "ncyear", "nationalcurriculumyear", "nationalcurriculumyeargroup", "yeartaught"),
    "class_name": (
        "class", "classname", "registration", "registrationgroup", "registrationclass", "reggroup", "reg", "form",
        "formgroup", "tutorgroup", "classgroup",
    ),
    "address_1": ("address", "addressline1", "address1", "street", "homeaddress"),
    "address_2": ("addressline2", "address2"),
    "address_3": ("addressline3", "address3"),
    "town": ("town", "city", "townorcity", "addresstown", "posttown"),
    "county": ("county",),
    "postcode": ("postcode", "postalcode", "zip", "addresspostcode"),
    "gender": ("gender", "sex"),
}  # fmt: skip
NEVER = ("nhs", "password", "passcode")
"""What is not stored at all: a number of the health service has no place in a markbook, and a password in no file."""
MOST_GUARDIANS = 4
WORDS = ("parent", "guardian", "carer", "contact", "parentcarer", "parentguardian")
PARTS: dict[str, Sequence[str]] = {
    "name": ("name", "fullname"),
    "forename": ("forename", "firstname", "givenname"),
    "surname": ("surname", "lastname", "familyname"),
    "relation": ("relationship", "relation", "relationshiptochild", "relationshiptopupil"),
    "email": ("email", "emailaddress", "mail"),
    "telephone": ("phone", "telephone", "phonenumber", "telephonenumber", "mobile", "mobilenumber", "mobilephone"),
}


def guardian_names() -> dict[str, Sequence[str]]:
    """Headings of parents: PARENT_1_NAME, Parent email, Contact 2 Mobile. The first may go without its number."""
    found: dict[str, Sequence[str]] = {}
    for number in range(1, MOST_GUARDIANS + 1):
        for part, ends in PARTS.items():
            numbers = (str(number), "") if number == 1 else (str(number),)
            found[f"guardian_{number}_{part}"] = [
                f"{word}{text}{end}" for word, text, end in product(WORDS, numbers, ends)
            ] + [f"{word}{end}{text}" for word, text, end in product(WORDS, numbers, ends) if text]
    found["guardian_1_name"] = [*found["guardian_1_name"], *WORDS, *(f"{word}1" for word in WORDS)]
    return found


ALL: dict[str, Sequence[str]] = {**NAMES, **guardian_names()}
STAFF: dict[str, Sequence[str]] = {
    "surname": (*NAMES["surname"], "staffsurname", "teachersurname"),
    "forenames": (*NAMES["forenames"], "staffforename", "teacherforename"),
    "name": ("name", "fullname", "staff", "staffname", "teacher", "teachername", "memberofstaff"),
    "title": ("title", "salutation"),
    "email": (
        "email", "emailaddress", "mail", "workemail", "workemailaddress", "schoolemail", "staffemail", "emailwork",
    ),
    "role": ("role", "job", "jobtitle", "post", "position", "staffrole", "type", "stafftype"),
    "classes": (*NAMES["class_name"], "classes", "teaches", "registrationclasses"),
}  # fmt: skip
