"""Figures, defaults and registrations in a second hand: what the modules that carry rules say while they are imported.

`tests/values.txt` holds each constant, each default of an argument or a field, what wraps a function and the figures in it,
and who is registered where. Who means to change one writes the file anew (`WRITE=1 bin/test tests/test_values.py`) and reads the difference.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from django.db.models import Q
from django.urls import get_resolver

from applications.editions.model import Edition, FormSpec, MaterialSpec
from bench.mutation.strata import modules

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = Path(__file__).parent / "values.txt"
APPS = ("portal.", "platforms.", "applications.", "review.")


def lines() -> Iterator[str]:
    KNOWN.clear()
    assert get_resolver().url_patterns  # whatever pages import is imported
    for path in modules():
        module = importlib.import_module(".".join(Path(path).with_suffix("").parts))
        tree = ast.parse(Path(ROOT, path).read_text("utf-8"))
        found = [*constants_of(module, tree), *defaults_of(module, tree)]
        if found:
            yield from (f"[{module.__name__}]", *found, "")
    yield "[registered]"
    yield from registered()


def constants_of(module: ModuleType, tree: ast.Module) -> Iterator[str]:
    kept = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    for node in tree.body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        for target in targets if isinstance(node, ast.Assign | ast.AnnAssign) else ():
            for name in [one.id for one in ast.walk(target) if isinstance(one, ast.Name)]:
                if name not in kept and hasattr(module, name) and not is_elsewhere(getattr(module, name)):
                    yield from in_lines(name, getattr(module, name))


def is_elsewhere(value: Any) -> bool:
    """A registry, which comes at the end; a part of an edition, each of which has a copy of its own."""
    if isinstance(value, list | dict | set) and any(functions_in(value)):
        return True
    parts = value if isinstance(value, tuple) else (value,)
    return any(isinstance(one, Edition | FormSpec | MaterialSpec | type) for one in parts)


def in_lines(name: str, value: Any, deep: int = 0) -> Iterator[str]:
    """A long table row by row, so that a difference shows the row."""
    whole = said(value)
    if is_dataclass(value) and not isinstance(value, type):
        if deep == 0:
            KNOWN[id(value)] = name
        rows = [(one.name, getattr(value, one.name)) for one in fields(value)]
    elif isinstance(value, Mapping):
        rows = [(said(key), one) for key, one in value.items()]
    else:
        rows = (
            [(str(place), one) for place, one in enumerate(value)] if isinstance(value, tuple | list) else []
        )
    if len(whole) <= LONGEST or not rows:
        yield f"{name} = {whole}"
    else:
        yield f"{name} ="
        yield from (f"    {line}" for key, one in rows for line in in_lines(key, one, deep + 1))


def defaults_of(module: ModuleType, tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in vars(module):
            yield from told(node.name, vars(module)[node.name])
        elif isinstance(node, ast.ClassDef):
            kind = vars(module)[node.name]
            yield from told_class(node.name, kind)
            for name, member in vars(kind).items():
                inner = unwrapped(member)
                if isinstance(inner, FunctionType) and inner.__code__.co_filename == module.__file__:
                    yield from told(f"{node.name}.{name}", member)


def told(name: str, member: Any) -> Iterator[str]:
    """A function whose arguments have defaults, or that something wraps."""
    inner = unwrapped(member)
    if not isinstance(inner, FunctionType):
        return
    defaults = ", ".join(
        f"{one.name}={said(one.default)}"
        for one in inspect.signature(inner).parameters.values()
        if one.default is not inspect.Parameter.empty
    )
    around, figures = " ".join(wrappers(member)), " ".join(sorted(set(figures_of(inner.__code__))))
    if defaults or around or figures:
        yield " ".join(filter(None, [f"{name}({defaults})", around, figures and f"figures {figures}"]))


def figures_of(code: CodeType) -> Iterator[str]:
    """Days, lengths, limits and shares that stand in a function; places in a list and steps of one are no figures."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from figures_of(one)
        elif isinstance(one, int | float) and not isinstance(one, bool) and one > 2:
            yield repr(one)


def told_class(name: str, kind: type) -> Iterator[str]:
    if is_dataclass(kind):
        how = kind.__dataclass_params__  # type: ignore[attr-defined]
        shown = ", ".join(f"{one.name}{default_of(one)}" for one in fields(kind))
        yield f"{name}: {'frozen' if how.frozen else 'open'}{' ordered' * how.order}, {shown}"
    elif issubclass(kind, Enum):
        yield f"{name}: " + ", ".join(f"{one.name}={one.value!r} {getattr(one, 'label', '')}" for one in kind)


def default_of(field: Any) -> str:
    if field.default is not MISSING:
        return f"={said(field.default)}"
    return "" if field.default_factory is MISSING else f"={named(field.default_factory)}()"


def wrappers(member: Any) -> Iterator[str]:
    while True:
        inner = inner_of(member)
        if inner is None:
            return
        code = getattr(member, "__code__", None)
        yield code.co_qualname.partition(".<locals>")[0] if code else type(member).__name__
        member = inner


def inner_of(member: Any) -> Any:
    for name in ("fget", "func", "__func__", "__wrapped__"):
        if isinstance(inner := getattr(member, name, None), FunctionType | property) or (
            name == "__wrapped__" and inner is not None
        ):
            return inner
    return None


def unwrapped(member: Any) -> Any:
    while (inner := inner_of(member)) is not None:
        member = inner
    return member


def named(thing: Any) -> str:
    return f"{getattr(thing, '__module__', '')}.{getattr(thing, '__qualname__', type(thing).__name__)}"


LONGEST = 200
KNOWN: dict[int, str] = {}  # what was told in full, by its name
PLAIN = (int, float, str, bytes, bool, type(None), Decimal, date, timedelta)


def said(value: Any, deep: int = 0) -> str:
    """As plain data; of what isn't, its name, which says nothing of where it lies in memory."""
    if id(value) in KNOWN:
        return KNOWN[id(value)]
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, PLAIN):
        return repr(value)
    if isinstance(value, re.Pattern):
        return f"/{value.pattern}/{value.flags}"
    if isinstance(value, Q):
        return str(value)
    if isinstance(value, type | FunctionType):
        return named(value)
    if deep > 4:
        return type(value).__name__
    if isinstance(value, Mapping):
        rows = (f"{said(key, deep + 1)}: {said(one, deep + 1)}" for key, one in value.items())
        return f"{{{', '.join(rows)}}}"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(said(one, deep + 1) for one in value))}}}"
    if isinstance(value, tuple | list):
        return f"({', '.join(said(one, deep + 1) for one in value)})"
    if is_dataclass(value):
        rows = (f"{one.name}={said(getattr(value, one.name), deep + 1)}" for one in fields(value))
        return f"{type(value).__name__}({', '.join(rows)})"
    return type(value).__name__


def registered() -> Iterator[str]:
    """Of each list or table of a module, whose functions stand in it."""
    for name, module in sorted(sys.modules.items()):
        if not name.startswith(APPS) or ".migrations" in name:
            continue
        for attribute, value in sorted(vars(module).items()):
            if attribute.startswith("_") and isinstance(value, list | dict | set):
                names = sorted(set(functions_in(value)))
                yield from (f"{name}.{attribute}: {one}" for one in names)


def functions_in(value: Any, deep: int = 0) -> Iterator[str]:
    value = unwrapped(value)
    if isinstance(value, FunctionType):
        if value.__module__.startswith(APPS):
            yield named(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from functions_in(one, deep)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from functions_in(one, deep)
    elif is_dataclass(value) and not isinstance(value, type) and deep < 2:
        for field in fields(value):
            yield from functions_in(getattr(value, field.name), deep + 1)
