"""The quick test files that a module's mirror points to, the nearest first."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VALUES = "tests/test_values.py"  # what a module says while it is imported: constants, defaults, decorators
NEAREST = 8  # files; who survives these survives what a developer of that module runs
ALWAYS = {
    "editions": (
        "tests/applications/test_editions.py",
        "tests/applications/test_edition_rules.py",
        "tests/applications/test_edition_parameters.py",
    ),
    "permissions": ("tests/test_permissions.py",),
    "requirements": (
        "tests/test_rules.py",
        "tests/test_what_is_asked.py",
        "tests/test_requirements_said.py",
        "tests/test_requirements_of_titles.py",
    ),
    "rules": ("tests/test_rules.py", "tests/test_rules_alone.py", "tests/test_rule_shapes.py"),
    "services": ("tests/test_services_refuse.py", "tests/test_what_is_asked.py"),
}


@cache
def test_files() -> dict[str, str]:
    paths = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "e2e" not in path.parts]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


@cache
def tests_of(stratum: str, module: str) -> list[str]:
    """By imports of the module, then its record in the file's name, then its words in the file's text."""
    path = Path(module)
    dotted = ".".join(path.with_suffix("").parts)
    record = path.parent.name if len(path.parts) > 2 else path.stem
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    words = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    stem = record.rstrip("s").replace("_", "")

    def nearness(item: tuple[str, str]) -> int:
        name, text = item
        imports = 20 * len(re.findall(rf"\b{re.escape(dotted)}\b", text))
        mirror = 30 * (stem in Path(name).stem.replace("_", "")) + 5 * name.startswith(
            f"tests/{path.parts[0]}/"
        )
        return imports + mirror + sum(min(3, len(re.findall(rf"\b{word}\b", text))) for word in words)

    ranked = sorted(test_files().items(), key=nearness, reverse=True)
    near = [name for name, text in ranked[:NEAREST] if nearness((name, text)) > 5]
    return list(dict.fromkeys([*ALWAYS[stratum], VALUES, *near]))
