"""Both interfaces against their own descriptions: whatever is sent, the answer is one that is described, and never a 500."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from applications.interface import api as interface
from portal.accounts import tokens
from portal.opendata import api as opendata
from portal.opendata.bulk import write_bulk_files
from tests.factories import dossiers, people
from tests.factories.titles import make_titled

pytestmark = pytest.mark.slow
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch, db):
    cache.clear()
    for api in (interface.api, opendata.api):
        [throttle] = api.throttle
        monkeypatch.setattr(throttle, "num_requests", 1_000_000)
    signals = (
        request_started,
        request_finished,
    )  # as Django's own client does: the test's transaction stays open
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def fuzz(address: str, examples: int = 10, **headers: str) -> int:
    """Every operation, with what the description allows and what it doesn't; how many there were."""
    schema, operations = schemathesis.openapi.from_wsgi(address, WSGIHandler()), 0
    for found in schema.get_all_operations():
        operation = found.ok()
        operations += 1

        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy())
        def ask(case):
            case.call_and_validate(checks=CHECKS, headers=headers)

        ask()
    return operations


def test_the_open_data():
    make_titled()
    write_bulk_files()
    assert fuzz("/api/v1/openapi.json") == 6


def test_the_provincial_interface():
    row = dossiers.application_in("UNDER_EVALUATION")
    officer = people.staff_of(row.recommender)[0]
    key = tokens.issue_token(officer, purpose="province", label="浙江业务系统")
    assert fuzz("/api/province/v1/openapi.json", Authorization=f"Bearer {key}") == 4
    assert fuzz("/api/province/v1/openapi.json", examples=3) == 4
