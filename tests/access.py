"""The whole access table: every address of the portal has its row."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import get_resolver

from tests.access_rows import ROWS as FILING_AND_REVIEW
from tests.access_rows_life import LIFE
from tests.access_rows_opendata import OPENDATA
from tests.access_rows_operations import OPERATIONS
from tests.access_rows_province import PROVINCE
from tests.access_rows_supervision import SUPERVISION

ROWS = {**FILING_AND_REVIEW, **LIFE, **SUPERVISION, **PROVINCE, **OPERATIONS, **OPENDATA}


def url_names(patterns=None) -> Iterator[str]:
    for pattern in patterns or get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from url_names(pattern.url_patterns)
        else:
            yield pattern.name or str(pattern.pattern)
