"""A framework as a file that any spreadsheet opens and Muster reads back unchanged."""

from muster.curriculum.actions import known_objectives
from muster.curriculum.models import Framework, Objective
from muster.exchange.frameworks.fields import BETWEEN_STAGES, BETWEEN_STRANDS, COLUMNS
from muster.pages.sheets import Written, separated, workbook


def written(framework: Framework) -> bytes:
    """The framework as CSV."""
    return separated(COLUMNS, rows_of(framework))


def written_workbook(framework: Framework) -> bytes:
    """The framework as a workbook of one sheet."""
    return workbook(Written(framework.name, COLUMNS, rows_of(framework)))


def rows_of(framework: Framework) -> list[tuple[str, ...]]:
    """Every live objective of `framework` in order, one a row; strands deeper than three are joined in the third."""
    known = {one.pk: one for one in known_objectives(framework) if not one.retired}
    ordered = (
        Objective.objects.live()
        .to_learn()
        .filter(
            strand__subject__framework=framework,
            strand__retired_at__isnull=True,
            strand__subject__retired_at__isnull=True,
        )
        .in_order()
    )
    rows: list[tuple[str, ...]] = []
    for pk in ordered.values_list("pk", flat=True):
        one = known[pk]
        first, second, *rest = [*one.path[1:], "", ""]
        rows.append(
            (
                one.path[0],
                first,
                second,
                BETWEEN_STRANDS.join(name for name in rest if name),
                BETWEEN_STAGES.join(one.stages),
                one.code,
                one.wording,
                one.detail,
                "yes" if one.is_key else "no",
                one.identifier or one.uuid,
            )
        )
    return rows
