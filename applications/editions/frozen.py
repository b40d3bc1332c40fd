"""An edition as data: the canonical JSON that a published year keeps, and the edition read back from it.

The dataclasses of `model` say what a value is; a number that the text doesn't give is written as null with its
name beside it, so that 未取得原文 and "no end" stay two things.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from applications.editions.model import UNKNOWN, Edition, _Unknown
from portal.shared.digests import canonical_json, sha256_hex
from portal.shared.refusal import RecordAltered

UNKNOWN_MARK = {"unknown": str(UNKNOWN)}


def text_of(edition: Edition) -> str:
    """The whole edition as one canonical text."""
    return canonical_json(_written(edition))


def digest_of(edition: Edition) -> str:
    """SHA-256 of that text: what a published year is frozen by."""
    return sha256_hex(text_of(edition).encode())


def read_checked(text: str, digest: str) -> Edition:
    """The edition of a kept text. Raises RecordAltered when the text has another digest or can't be read."""
    if not digest or sha256_hex(text.encode()) != digest:
        raise RecordAltered("所存的适用办法与发布时的摘要不一致，不能据此办理，请立即联系系统管理员核查。")
    return _read_text(digest, text)


@lru_cache(maxsize=128)
def _read_text(digest: str, text: str) -> Edition:
    try:
        return _read(Edition, json.loads(text))
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise RecordAltered(
            f"所存的适用办法不能完整读出（{error}），不能据此办理，请联系系统管理员。"
        ) from error


def _written(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN_MARK
    if is_dataclass(value):
        return {field.name: _written(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _written(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_written(one) for one in value]
    return value


@cache
def _hints(model: type) -> dict[str, Any]:
    return get_type_hints(model)


def _read(kind: Any, value: Any) -> Any:
    """`value` of JSON as the declared type says."""
    if value == UNKNOWN_MARK:
        return UNKNOWN
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(one for one in inner if one not in (types.NoneType, _Unknown)), value)
    if is_dataclass(kind):
        return _read_object(kind, value)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_read(one, item) for one, item in zip(kinds, value, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {name: _read(inner[1], item) for name, item in value.items()}
    return Decimal(value) if kind is Decimal else value


def _read_object(kind: Any, value: Mapping[str, Any]) -> Any:
    """What the code no longer knows is refused: a rule must not fall away in silence."""
    known = {field.name: field for field in fields(kind)}
    if set(value) - set(known):
        raise ValueError(f"{kind.__name__} {'、'.join(sorted(set(value) - set(known)))}")
    lacking = [
        name
        for name, field in known.items()
        if name not in value and field.default is MISSING and field.default_factory is MISSING
    ]
    if lacking:
        raise ValueError(f"{kind.__name__} {'、'.join(lacking)}")
    return kind(**{name: _read(_hints(kind)[name], item) for name, item in value.items()})
