"""Merging: two people at one form. Each field has a base (what the page showed), mine (what was sent) and theirs
(what is stored now); only a field that both changed is asked about, whichever form it stands in.

The page carries digests of its base, so that nobody's text is sent twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join

BASE, ASKED, TAKE = "_base", "_asked", "_take_"
THEIRS, MINE = "theirs", "mine"
ASKS = "{}：您打开此页后已有人改为别的内容，请选择采用哪一个。"
has_asked: ContextVar[bool] = ContextVar(
    "has_asked", default=False
)  # this answer asks which text holds (409)


def mark_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def marks_of(values: Mapping[str, str]) -> str:
    return json.dumps({name: mark_of(text) for name, text in values.items()}, separators=(",", ":"))


def read_marks(data, prefix: str = "") -> dict[str, str] | None:
    """The base that came with the form; None when the page carried none."""
    try:
        found = json.loads(data.get(f"{prefix}{BASE}") or "null")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


@dataclass
class Merged:
    values: dict[str, str]
    taken: list[str] = field(default_factory=list)  # only the other one changed it
    asked: list[str] = field(default_factory=list)  # both did, and nobody has chosen yet


def merge(
    base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str], data, prefix=""
) -> Merged:
    """`data` holds the choices: one asked about stays asked until `_take_<name>` says which of both."""
    result = Merged(dict(mine))
    before = set((data.get(f"{prefix}{ASKED}") or "").split(","))
    for name in dict.fromkeys([*theirs, *mine]):
        other, own, known = theirs.get(name, ""), mine.get(name, ""), base.get(name, mark_of(""))
        choice = data.get(f"{prefix}{TAKE}{name}", "")
        if other == own:
            continue
        if name in before:
            if choice == THEIRS:
                result.values[name] = other
            elif choice != MINE or mark_of(other) != known:
                result.asked.append(name)
        elif mark_of(own) == known:
            result.values[name] = other
            result.taken.append(name)
        elif mark_of(other) != known:
            result.asked.append(name)
    return result


def shown(field_: forms.Field, value) -> str:
    """The field's value as a page shows it: two that look alike are alike."""
    widget = field_.widget
    if isinstance(widget, forms.CheckboxInput):
        return "1" if value in (True, "True", "true", "on", "1") else ""
    value = widget.format_value(field_.prepare_value(value))
    if isinstance(value, list | tuple):
        return "\n".join(sorted(str(one) for one in value if one not in (None, "")))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def is_mergeable(field_: forms.Field) -> bool:
    widget = field_.widget
    return not (
        widget.is_hidden
        or field_.disabled
        or isinstance(field_, forms.FileField | forms.MultiValueField)
        or isinstance(widget, forms.MultiWidget | forms.PasswordInput)
    )


class AskedField(forms.Field):
    """A field whose two texts stand side by side."""

    asked: Asked


class MergesByField(forms.BaseForm):
    """For forms that change what is stored: another's change is kept unless the same field was changed here, too."""

    edits_stored = False
    merged: Merged | None = None
    instance_version = 0  # of the row that a model form was made for

    def edits(self) -> bool:
        instance = getattr(self, "instance", None)
        return self.edits_stored or (instance is not None and not instance._state.adding)

    def stored(self) -> dict[str, str]:
        names = [name for name, one in self.fields.items() if is_mergeable(one)]
        return {
            name: shown(self.fields[name], self.get_initial_for_field(self.fields[name], name))
            for name in names
        }

    def full_clean(self):
        self.merged = None
        prefix = f"{self.prefix}-" if self.prefix else ""
        base = read_marks(self.data, prefix) if self.is_bound and self.edits() else None
        if base is not None:
            self.merged = self._merge(base, prefix)
        super().full_clean()
        for name in self.merged.asked if self.merged else ():
            self.ask(name)
            has_asked.set(True)

    def ask(self, name: str) -> None:
        field_ = self.fields[name]
        cast(AskedField, field_).asked = self.question_of(name)
        self.add_error(name, ASKS.format(field_.label))

    def question_of(self, name: str) -> Asked:
        theirs, mine = (self.words_in(name, text) for text in (self.stored()[name], self.sent[name]))
        return Asked(self.add_prefix(f"{TAKE}{name}"), *marked(theirs, mine))

    def words_in(self, name: str, text: str) -> str:
        return words_of(self.fields[name], text) if name in self.fields else text

    def posted(self, name: str) -> str:
        if name not in self.fields:
            return self.data.get(self.add_prefix(name), "").strip()
        field_ = self.fields[name]
        return shown(field_, field_.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))

    def _merge(self, base: Mapping[str, str], prefix: str) -> Merged:
        theirs = self.stored()
        self.base_marks, self.sent = base, {name: self.posted(name) for name in theirs}
        result = merge(base, self.sent, theirs, self.data, prefix)
        changed = [name for name in theirs if result.values[name] != self.sent[name]]
        if changed:
            data = cast(QueryDict, self.data).copy()
            for name in changed:
                _put(data, self.add_prefix(name), self.fields.get(name), theirs[name])
            self.data = data
        return result

    def next_base(self, unsaved: Collection[str]) -> str:
        """The base of a page that stays open after it was kept: what it sent, except where that was not stored."""
        kept = {name: mark_of(text) for name, text in self.sent.items() if name not in unsaved}
        return json.dumps({**self.base_marks, **kept}, separators=(",", ":"))

    def base_fields_html(self) -> str:
        """What the page must carry for the merge: the base and what has been asked."""
        if not self.edits():
            return ""
        html = format_html(
            '<input type="hidden" name="{}" value="{}">', self.add_prefix(BASE), marks_of(self.stored())
        )
        asked = self.merged.asked if self.is_bound and self.merged else []
        if asked:
            html += format_html(
                '<input type="hidden" name="{}" value="{}">', self.add_prefix(ASKED), ",".join(asked)
            )
        return html

    def version_seen(self, posted: int) -> int:
        """The version that a service holds against the stored one: merged by field, it is the one merged with."""
        return posted if self.merged is None else self.instance_version


def _put(data, name: str, field_: forms.Field | None, text: str) -> None:
    if field_ is not None and isinstance(field_.widget, forms.CheckboxInput):
        data.pop(name, None)
        if text:
            data[name] = "on"
    elif field_ is not None and isinstance(
        field_.widget, forms.SelectMultiple | forms.CheckboxSelectMultiple
    ):
        data.setlist(name, text.split("\n") if text else [])
    else:
        data[name] = text


@dataclass(frozen=True)
class Asked:
    """One question: both texts, with what differs marked."""

    name: str  # of the choice
    theirs: str
    mine: str


def words_of(field_: forms.Field, text: str) -> str:
    if isinstance(field_.widget, forms.CheckboxInput):
        return "是" if text else "否"
    labels = {str(key): str(label) for key, label in getattr(field_, "choices", ())}
    return "、".join(labels.get(one, one) for one in text.split("\n")) if labels else text


def marked(theirs: str, mine: str) -> tuple[str, str]:
    """Both texts with what differs between them marked, as <del> and <ins>."""
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes():
        left += [_piece(theirs[a:b], "" if kind == "equal" else "del")] if b > a else []
        right += [_piece(mine[c:d], "" if kind == "equal" else "ins")] if d > c else []
    return _whole(left), _whole(right)


def _piece(text: str, tag: str):
    if tag == "del":
        return format_html("<del>{}</del>", text)
    return format_html("<ins>{}</ins>", text) if tag else text


def _whole(pieces: Iterable[str]) -> str:
    return format_html_join("", "{}", ((piece,) for piece in pieces)) or "（空）"
