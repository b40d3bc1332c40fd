"""Answering a correction: what was asked for, beside what has been changed since the last filing."""

from __future__ import annotations

import json
from dataclasses import dataclass

from applications.corrections.reasons import ALL
from applications.filing.submission import manifest_of
from applications.models import Application, CorrectionRequest, Submission
from applications.states import CorrectionState
from portal.kernel import clock


@dataclass(frozen=True)
class AskedItem:
    """One material of a notice: the officer's words, and whether anything in it differs from what was filed."""

    code: str
    reason: str
    words: str
    is_changed: bool
    same_files: tuple[str, ...] = ()  # uploaded anew, and identical to what was filed
    answer: str = ""  # the unit's words, once it has answered


def open_correction(application: Application) -> CorrectionRequest | None:
    return application.corrections.filter(state=CorrectionState.OPEN).first()


def answered_items(application: Application) -> list[AskedItem]:
    """What the last answered notice asked for, by the filing before it and the one that answered it."""
    answered = (row for row in application.corrections.all() if row.state == CorrectionState.ANSWERED)
    request = next(answered, None)
    filings = list(application.submissions.all()) if request else []
    before = [row for row in filings if row.received_at <= request.asked_at]
    after = [row for row in filings if row.received_at > request.asked_at]
    if not (before and after):
        return []
    return items_between(application, request, before[-1], after[0])


def asked_between(
    application: Application, before: Submission, after: Submission | None
) -> tuple[CorrectionRequest | None, list[tuple[dict, AskedItem]]]:
    """The notice that was answered between two filings, or is being answered (no `after`), line by line."""
    if after is None:
        request = open_correction(application)
        items = asked_items(application, request) if request else []
    else:
        sent = application.corrections.filter(
            asked_at__gte=before.received_at, asked_at__lte=after.received_at
        )
        request = sent.order_by("-asked_at").first()
        items = items_between(application, request, before, after) if request else []
    return request, list(zip(request.lines if request else [], items, strict=True))


def items_between(
    application: Application, request: CorrectionRequest, before: Submission, after: Submission
) -> list[AskedItem]:
    """What a notice asked for, by two filings: changed or not, and what was handed in again as it was."""
    had, has = (_by_ordinal(json.loads(row.manifest)) for row in (before, after))
    rows = []
    for item in request.items:
        ordinal = application.spec(item["code"]).ordinal
        old, new = had.get(ordinal, {}), has.get(ordinal, {})
        rows.append(
            AskedItem(
                item["code"],
                ALL.get(item["reason"], ""),
                item["words"],
                _content(old) != _content(new),
                _renamed_only(old, new),
                request.answers.get(item["code"], ""),
            )
        )
    return rows


def _renamed_only(old: dict, new: dict) -> tuple[str, ...]:
    """Files under a new name whose content was filed before."""
    names = {file["sha256"]: file["name"] for file in old.get("files", [])}
    again = (file for file in new.get("files", []) if file["sha256"] in names)
    return tuple(file["name"] for file in again if names[file["sha256"]] != file["name"])


def _by_ordinal(manifest: dict) -> dict[str, dict]:
    return {row["item"]: row for row in manifest["materials"]}


def asked_items(application: Application, correction: CorrectionRequest) -> list[AskedItem]:
    filed = json.loads(application.submissions.last().manifest)
    now = manifest_of(application, "", "", "", clock.now())
    before, after = _by_ordinal(filed), _by_ordinal(now)
    rows = []
    for item in correction.items:
        ordinal = application.spec(item["code"]).ordinal
        had, has = before.get(ordinal, {}), after.get(ordinal, {})
        rows.append(
            AskedItem(
                item["code"],
                ALL.get(item["reason"], ""),
                item["words"],
                _content(had) != _content(has),
                _uploaded_again(application, correction, item["code"], had),
            )
        )
    return rows


def asked_of(application: Application, code: str) -> AskedItem | None:
    """What an open notice asks of one material, for the page where it is mended."""
    correction = open_correction(application)
    if correction is None or all(item["code"] != code for item in correction.items):
        return None
    return next(item for item in asked_items(application, correction) if item.code == code)


def _content(entry: dict) -> dict:
    """Names don't count: the same file under another name is the same file."""
    digests = sorted(file["sha256"] for file in entry.get("files", ()))
    return {**{name: entry.get(name) for name in ("fields", "none", "report_sha256")}, "files": digests}


def _uploaded_again(application, correction, code: str, had: dict) -> tuple[str, ...]:
    digests = [file["sha256"] for file in had.get("files", ())]
    material = application.materials.get(code=code)
    entries = material.files.filter(
        removed_at=None, added_at__gt=correction.asked_at, file__sha256__in=digests
    )
    return tuple(entry.file.name for entry in entries.select_related("file"))
