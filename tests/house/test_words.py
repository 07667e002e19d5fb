"""What a page says can be said in another language, and in the school's own words."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from muster.pages.vocabulary import Term
from tests.house.reading import ROOT, dotted, place, python, tree_of

pytestmark = pytest.mark.pure

TEMPLATES = sorted(ROOT.glob("muster/*/templates/**/*.html"))
SPOKEN = ("aria-label", "title", "alt", "placeholder", "data-undo", "data-close")
UNREAD = frozenset({"script", "style", "kbd", "pre"})
"""What is not prose: code, the names on keys, and files shown as they are."""
NAMES = re.compile(r"\b(?:Muster|ab|nt|QR|UPN|CSV|PDF|English|Cymraeg|A4)\b")
COMMENT = re.compile(
    r"{% block \w+_(?:class|attributes) %}.*?{% endblock %}|{% comment .*?{% endcomment %}|{% comment %}.*?{% endcomment %}|{#.*?#}",
    re.DOTALL,
)
SAID = re.compile(
    r"{% (?:translate|trans) (?P<q>['\"])(?P<one>.*?)(?P=q)[^%]*%}"
    r"|{% blocktrans(?:late)?\b[^%]*%}(?P<block>.*?){% endblocktrans(?:late)? %}",
    re.DOTALL,
)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
OWN_WORDS = re.compile(
    rf"\b(?:{'|'.join(re.escape(term.value) for term in Term if term.value in {'pupil', 'parent', 'teacher', 'objective', 'year group', 'half-term'})})s?\b",
    re.IGNORECASE,
)


class Text(HTMLParser):
    """What a reader would see or hear of a page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._quiet = 0
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quiet += tag in UNREAD
        self.words += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in UNREAD

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words.append(data)


def untranslated(source: str) -> list[str]:
    """Words of a template that stand outside translation."""
    bare = TAG.sub("", SAID.sub("", COMMENT.sub("", source)))
    found = (" ".join(NAMES.sub("", words).split()) for words in Text(bare).words)
    return [words for words in found if re.search(r"[A-Za-z]{2,}", words)]


def said(source: str) -> list[str]:
    """Every translated text of a template, its variables left out."""
    found = ((match["one"] or match["block"] or "") for match in SAID.finditer(COMMENT.sub("", source)))
    return [re.sub(r"<[^>]*>", "", TAG.sub("", one)) for one in found]


def test_every_word_of_a_page_can_be_translated() -> None:
    bad = [f"{place(file)}: {words!r}" for file in TEMPLATES for words in untranslated(file.read_text())]
    assert not bad, "Put these into {% translate %} or {% blocktranslate %}:\n" + "\n".join(bad)


def test_pages_use_the_schools_own_words() -> None:
    bad = [
        f"{place(file)}: {found[0]!r} in {' '.join(text.split())!r}"
        for file in TEMPLATES
        for text in said(file.read_text())
        if (found := OWN_WORDS.search(text))
    ]
    assert not bad, "A school may call these by another name; use {% term %}:\n" + "\n".join(bad)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("<p>Save marks</p>", ["Save marks"], id="bare text"),
        pytest.param("<p>{% translate 'Save marks' %}</p>", [], id="translated"),
        pytest.param(
            "{% blocktranslate count n=n %}{{ n }} mark{% plural %}{{ n }} marks{% endblocktranslate %}",
            [],
            id="a block",
        ),
        pytest.param('<a aria-label="Close">{{ x }}</a>', ["Close"], id="a label that is heard"),
        pytest.param("{% comment %}Only us{% endcomment %}<b>Muster</b>", [], id="comments and names"),
    ],
)
def test_words_outside_translation_are_seen(source: str, found: list[str]) -> None:
    assert untranslated(source) == found


def test_a_word_the_school_may_replace_is_seen() -> None:
    (text,) = said("{% translate 'Move these pupils' %}")
    assert OWN_WORDS.search(text)
    (text,) = said("{% term 'pupil' as who %}{% blocktranslate %}Move {{ who }}{% endblocktranslate %}")
    assert not OWN_WORDS.search(text)


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 30
    assert isinstance(TEMPLATES[0], Path)


SENTENCE = re.compile(r"[A-Z“].*\s.*[.?!:]", re.DOTALL)


def unsaid_sentences(tree: ast.AST) -> list[ast.expr]:
    """Sentences of a module, docstrings apart, that nobody hands to `say`."""
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) == "say" and node.args:
            silent.add(id(node.args[0]))
        elif isinstance(node, ast.JoinedStr):
            silent |= {id(part) for part in node.values}
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        elif isinstance(node, ast.JoinedStr):
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        else:
            continue
        if id(node) not in silent and SENTENCE.fullmatch(words.strip()):
            found.append(node)
    return found


def test_what_a_rule_says_can_be_said_in_another_language() -> None:
    files = python("muster/*/rules/*.py")
    bad = [place(file, node) for file in files for node in unsaid_sentences(tree_of(file))]
    assert not bad, f"Hand the sentence to say(…) of pages/rules/said.py, with a name for each value: {bad}"
    assert len(files) > 10


def test_a_sentence_nobody_translates_is_seen() -> None:
    tree = ast.parse('"""Doc."""\nsay("Give it a word.")\na = "Give it a word."\nb = f"The {x} is too long."')
    assert len(unsaid_sentences(tree)) == 2


NO_CLAIM = re.compile(r"\bto a safe place\b|\bSQLite \S* is safe with\b")
"""Where the word is said of paper and of files."""
SAFE = re.compile(r"\bsafe(?:ly)?\b", re.IGNORECASE)
LITERAL = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`")


def called_safe(words: str) -> bool:
    """Whether these words call somebody or something safe."""
    return SAFE.search(NO_CLAIM.sub("", " ".join(words.split()))) is not None


def spoken(tree: ast.AST) -> list[tuple[ast.expr, str]]:
    """Every string of a module but its docstrings and names, an f-string as one."""
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found: list[tuple[ast.expr, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            silent |= {id(part) for part in node.values}
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
            found.append((node, words))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            found.append((node, node.value))
    return found


def test_no_words_call_a_child_safe() -> None:
    """An adult accounts for a child at a time and a place; nobody can say from a screen that a child is safe."""
    scripts = sorted(ROOT.glob("muster/*/static/**/*.js"))
    bad = [f"{place(file)}: {text!r}" for file in TEMPLATES for text in said(file.read_text()) if called_safe(text)]
    bad += [
        place(file, node)
        for file in python("muster/**/*.py")
        for node, words in spoken(tree_of(file))
        if called_safe(words)
    ]
    bad += [
        f"{place(file)}: {literal!r}"
        for file in scripts
        for literal in LITERAL.findall(file.read_text())
        if called_safe(literal)
    ]
    assert not bad, "Say who accounted for them, when and where:\n" + "\n".join(bad)
    assert len(scripts) > 20


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        pytest.param("All children are safe.", True, id="of children"),
        pytest.param("Safe: 28", True, id="of a count"),
        pytest.param("Print them or copy them to a safe place now", False, id="of paper"),
        pytest.param("Safeguarding lead", False, id="of a role"),
    ],
)
def test_calling_somebody_safe_is_seen(words: str, seen: bool) -> None:
    assert called_safe(words) is seen
    assert [called_safe(one) for _, one in spoken(ast.parse(f'"""It is safe."""\na = f"{{n}}: {words}"'))] == [seen]
