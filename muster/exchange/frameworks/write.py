"""A framework as a file that any spreadsheet opens and Muster reads back unchanged."""

import csv
import io

from muster.curriculum.actions import known_objectives
from muster.curriculum.models import Framework, Objective
from muster.exchange.frameworks.fields import BETWEEN_STAGES, BETWEEN_STRANDS, COLUMNS
from muster.pages.rules.separated import safe


def written(framework: Framework) -> str:
    """Every live objective of `framework` in order, one a row; strands deeper than three are joined in the third."""
    known = {one.pk: one for one in known_objectives(framework) if not one.retired}
    rows = (
        Objective.objects.live()
        .to_learn()
        .filter(
            strand__subject__framework=framework,
            strand__retired_at__isnull=True,
            strand__subject__retired_at__isnull=True,
        )
        .in_order()
    )
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for pk in rows.values_list("pk", flat=True):
        one = known[pk]
        first, second, *rest = [*one.path[1:], "", ""]
        stages = BETWEEN_STAGES.join(one.stages)
        third = BETWEEN_STRANDS.join(name for name in rest if name)
        key = "yes" if one.is_key else "no"
        sheet.writerow(
            [
                safe(cell)
                for cell in (
                    one.path[0],
                    first,
                    second,
                    third,
                    stages,
                    one.code,
                    one.wording,
                    one.detail,
                    key,
                    one.identifier or one.uuid,
                )
            ]
        )
    return out.getvalue()
