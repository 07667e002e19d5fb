"""XML is read without its tricks: nothing is fetched, nothing grows, and what is no list is refused in a sentence."""

from pathlib import Path

import pytest

from muster.exchange.markup import read_xml
from muster.pages.rules.kinds import Unreadable

pytestmark = pytest.mark.pure
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><a>&d;</a>'
)


def test_elements_are_found_by_name_whatever_their_namespace() -> None:
    root = read_xml(b'<r xmlns="urn:x"><p y:id="7" xmlns:y="urn:y"><n> Zo\xc3\xab &amp; co </n></p>\n<p><n/></p></r>')
    first, second = root.all("p")
    assert (root.name, first.attributes, first.said("n"), first.line) == ("r", {"id": "7"}, "Zoë & co", 1)
    assert (second.line, second.said("n"), second.find("n", "deeper"), second.said("none")) == (2, "", None, "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_letters_are_read_as_the_file_says(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><n>Zoë</n>'.encode(encoding)
    assert read_xml(data).text == "Zoë"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(LAUGHS, "DOCTYPE", id="a billion laughs"),
        pytest.param('<!DOCTYPE a SYSTEM "http://x.example/a.dtd"><a/>', "DOCTYPE", id="a declaration elsewhere"),
        pytest.param('<!DOCTYPE a [<!ENTITY x SYSTEM "SECRET">]><a>&x;</a>', "DOCTYPE", id="a file of this machine"),
        pytest.param('<!DOCTYPE a [<!ENTITY % x SYSTEM "SECRET">%x;]><a/>', "DOCTYPE", id="a parameter entity"),
        pytest.param("<a>&x;</a>", "line 1", id="an entity nobody declared"),
        pytest.param("<a>\n<b></a>", "line 2", id="tags that do not match"),
        pytest.param("<a><b>", "cut short", id="cut short"),
        pytest.param("no XML", "damaged", id="no XML"),
        pytest.param("", "damaged", id="nothing"),
        pytest.param('<?xml version="1.0" encoding="martian"?><a/>', "cannot be read", id="no such letters"),
        pytest.param("<a>" * 100_000, "deeper", id="deep"),
        pytest.param("<a>" + "<b/>" * 700_000 + "</a>", "more than a list", id="broad"),
    ],
)
def test_xml_that_is_no_list_is_refused_in_a_sentence(text: str, sentence: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the key")
    with pytest.raises(Unreadable, match=sentence) as refused:
        read_xml(text.replace("SECRET", secret.as_uri()).encode())
    assert "the key" not in str(refused.value)


def test_too_many_elements_in_letters_of_two_bytes_are_counted_as_they_are_read() -> None:
    with pytest.raises(Unreadable, match="more than a list"):
        read_xml(("<a>" + "<b/>" * 700_000 + "</a>").encode("utf-16"))
