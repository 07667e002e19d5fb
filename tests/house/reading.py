"""Reading the source as the house rules do: files, trees, calls, each with a place a person can go to."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def python(pattern: str) -> list[Path]:
    """Python files matching a pattern from the root of the checkout, migrations left out."""
    return sorted(file for file in ROOT.glob(pattern) if "migrations" not in file.parts)


def place(file: Path, node: ast.AST | None = None) -> str:
    """Where something stands: muster/people/views.py:12."""
    line = getattr(node, "lineno", None)
    return f"{file.relative_to(ROOT)}{f':{line}' if line else ''}"


def imports(file: Path) -> list[tuple[str, ast.AST]]:
    """Every module a file imports, in full, wherever in the file; `from a import b` gives a and a.b."""
    found: list[tuple[str, ast.AST]] = []
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found += [(name.name, node) for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, node))
            found += [(f"{node.module}.{name.name}", node) for name in node.names]
    return found


def dotted(node: ast.expr) -> str:
    """`a.b.c` as it is written; what is not a plain chain of names gives what it can, or nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


@dataclass(frozen=True)
class ManagerCall:
    """The first thing asked of a manager: `Pupil.objects.filter(…)` is (…, "Pupil", "filter", {...})."""

    where: str
    model: str
    method: str
    keywords: frozenset[str]

    def __str__(self) -> str:
        return f"{self.where} {self.model}.objects.{self.method}(…)"


def manager_calls(file: Path, tree: ast.Module | None = None) -> Iterator[ManagerCall]:
    """Every first call on a manager in a file, and every `get_object_or_404(Model, …)`, which has none."""
    for node in ast.walk(tree or tree_of(file)):
        if not isinstance(node, ast.Call):
            continue
        keywords = frozenset(word.arg for word in node.keywords if word.arg)
        called = node.func
        if (
            isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Attribute)
            and called.value.attr in {"objects", "_default_manager", "_base_manager"}
        ):
            # A manager handed on by another's answer (`school.classes.filter`) is narrowed by the row it hangs from.
            model = dotted(called.value.value).rpartition(".")[2]
            yield ManagerCall(place(file, node), model, called.attr, keywords)
        elif dotted(called) in {"get_object_or_404", "get_list_or_404"} and node.args:
            first = node.args[0]
            if isinstance(first, ast.Name) and first.id[:1].isupper():
                yield ManagerCall(place(file, node), first.id, dotted(called), keywords)


def tracked() -> list[Path]:
    """Every file that git knows or would add: what somebody who clones would get."""
    said = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return sorted({ROOT / name for name in said.stdout.split("\0") if name and (ROOT / name).is_file()})


def lines(file: Path) -> list[str]:
    """The lines of a text file; a picture or other binary has none."""
    content = file.read_bytes()
    return [] if b"\0" in content[:8000] else content.decode("utf-8", "replace").splitlines()
