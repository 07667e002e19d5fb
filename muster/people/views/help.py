"""Help: the page for this person's role, and the school's own person to ask."""

import re
from html import escape
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from muster.people.access import Permission, Role
from muster.people.gates import SchoolRequest, public, requires
from muster.people.purposes import Purpose, Shows

USING = Path(__file__).resolve().parent.parent.parent.parent / "docs" / "using"


@require_safe
@requires(Permission.TODAY_VIEW, purpose=Purpose.TEACH, shows=Shows.NOTHING)
def help_page(request: SchoolRequest) -> HttpResponse:
    """docs/using/<role>.md for each role held here, as a page."""
    roles = request.viewer.roles(request.school)
    pages = [page for role in dict.fromkeys(roles) if (page := written_for(role))]
    return TemplateResponse(request, "people/help.html", {"pages": pages, "person": request.school.help_person})


@public
@require_safe
def help_signing_in(request: HttpRequest) -> HttpResponse:
    """Help for somebody who cannot get in yet."""
    return TemplateResponse(request, "people/help_signing_in.html", {"page": written("signing-in")})


def written_for(role: Role) -> SafeString:
    """The page of one role; nothing where there is none."""
    return written(role.value)


def written(name: str) -> SafeString:
    """docs/using/<name>.md as HTML. Our own files, still escaped."""
    path = USING / f"{name}.md"
    return as_html(path.read_text(encoding="utf-8")) if path.exists() else SafeString("")


def inline(text: str) -> str:
    """Escaped text with **strong** and `keys`."""
    safe = escape(text)
    safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", safe)
    return re.sub(r"`(.+?)`", r"<kbd>\1</kbd>", safe)


def as_html(text: str) -> SafeString:
    """The small part of Markdown that help pages use: headings, paragraphs, lists, strong and keys.

    A `#` heading becomes an h2, because the page has its own h1.
    """
    out: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        if heading := re.match(r"(#{1,3}) (.+)", block):
            level = len(heading[1]) + 1
            out.append(f"<h{level}>{inline(heading[2])}</h{level}>")
        elif all(re.match(r"(?:[-*] |\d+\. |  )", line) for line in lines):
            tag = "ol" if lines[0][0].isdigit() else "ul"
            items = re.split(r"\n(?=(?:[-*] |\d+\. ))", block)
            body = "".join(f"<li>{inline(re.sub(r'^(?:[-*] |[0-9]+[.] )', '', item))}</li>" for item in items)
            out.append(f"<{tag}>{body}</{tag}>")
        else:
            out.append(f"<p>{inline(' '.join(lines))}</p>")
    return mark_safe("\n".join(out))  # noqa: S308  made from escaped text above
