"""The rows of a register as HTML: thirty of them, written in one go."""

from collections.abc import Callable
from functools import cache, partial
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from muster.attendance.register_page import ClassRegister, Row
from muster.attendance.words import code_word
from muster.pages.formatting import clock


def said_of(register: ClassRegister, row: Row, word_of: Callable[[str], str]) -> str:
    """What stands beside a name: the mark in words, who of the office changed it and when; else what was planned."""
    if row.mark is not None and row.code:
        words = word_of(row.code)
        if row.mark.minutes_late:
            words = _("%(word)s, %(minutes)s min") % {"word": words, "minutes": row.mark.minutes_late}
        if row.changed_by:
            zone = register.sitting.opens_at.tzinfo
            when = clock(row.mark.said.marked_at, zone)  # type: ignore[arg-type]  # a sitting is in the school's zone
            words = _("%(word)s. %(who)s, %(time)s") % {"word": words, "who": row.changed_by, "time": when}
        return words
    if row.planned is not None:
        words = word_of(row.planned.code)
        if row.planned.reason:
            words = _("%(word)s: %(reason)s") % {"word": words, "reason": row.planned.reason}
        return _("Planned: %(words)s") % {"words": words}
    return ""


def rows(register: ClassRegister, *, may_mark: bool) -> SafeString:
    """A row for each pupil: name, what is said, and the buttons. Each button is a form of its own without a script."""
    codes = register.plan.codes
    present = codes.present(register.sitting.session)
    buttons = [
        (escape(present), "present", escape(_("Present"))),
        (escape(codes.unexplained), "absent", escape(_("Absent"))),
        (escape(codes.late), "late", escape(_("Late"))),
    ]
    typed, minutes, unit = escape(_("Code for %(name)s")), escape(_("Minutes late, %(name)s")), escape(_("min"))
    word_of = cache(partial(code_word, codes))
    out = []
    for row in register.rows:
        pk, name, code = row.pupil.pk, escape(row.pupil.name), escape(row.code)
        data = f' data-code="{code}" data-v="{row.mark.version}"' if row.mark else ""
        if row.planned is not None:
            data += f' data-planned="{escape(row.planned.code)}"'
            data += f' data-adult="{row.planned.adult}"' if row.planned.adult else ""
        if row.mark is not None and row.mark.said.rank:
            data += " data-office"
        out.append(
            f'<li data-row data-pupil="{pk}"{data}><span class="name" id="n{pk}"><span data-name>{name}</span>'
            f"<small data-said>{escape(said_of(register, row, word_of))}</small></span>"
        )
        if may_mark:
            version = f'<input type="hidden" name="version-{pk}" value="{row.mark.version}">' if row.mark else ""
            out.append(f'{version}<span class="marks" role="group" aria-labelledby="n{pk}">')
            out += [
                f'<button class="button quiet {css}" type="submit" name="mark" value="{pk}:{value}" '
                f'data-set="{css}" aria-pressed="{"true" if code == value else "false"}">{word}</button>'
                for value, css, word in buttons
            ]
            out.append(
                f'<input class="typed" name="typed-{pk}" value="{code}" maxlength="3" autocomplete="off" '
                f'autocapitalize="characters" aria-label="{typed % {"name": name}}" data-typed>'
                f'<label class="minutes" hidden><input type="number" inputmode="numeric" min="0" max="120" data-minutes '
                f'value="{(row.mark.minutes_late or "") if row.mark else ""}" aria-label="{minutes % {"name": name}}"> '
                f"{unit}</label></span>"
            )
        out.append("</li>")
    return mark_safe("".join(out))  # noqa: S308  every value above is escaped; test_register_page feeds it hostile ones
