"""Every alert rule, read by Prometheus itself: what sets it off, and what it stays quiet at."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml

from tests.conftest import ROOT

RULES = ROOT / "deploy/alerts.yml"
CALM = "0x200"
REQUESTS = 'portal_requests_total{view="help",method="GET",status="%s"}'
SLOW = 'portal_request_seconds_bucket{view="help",le="%s"}'
# Alert → series that set it off, series at which it is quiet; one value a minute.
CASES = {
    "PortalBroken": ({'portal_health{check="relay"}': "2x200"}, {'portal_health{check="relay"}': "1x200"}),
    "PortalErrors": (
        {REQUESTS % 200: "0+60x200", REQUESTS % 500: "0+6x200"},
        {REQUESTS % 200: "0+1000x200", REQUESTS % 404: "0+600x200", REQUESTS % 500: "0+1x200"},
    ),
    "PortalSlow": (
        {SLOW % "2.5": "0+50x200", SLOW % "5.0": "0+60x200", SLOW % "+Inf": "0+60x200"},
        {SLOW % "2.5": "0+60x200", SLOW % "5.0": "0+60x200", SLOW % "+Inf": "0+60x200"},
    ),
    "LettersWait": (
        {'portal_outbox_oldest_seconds{of="all"}': "3700x200"},
        {'portal_outbox_oldest_seconds{of="all"}': "3500x200"},
    ),
    "LettersGivenUp": (
        {'portal_outbox_messages{of="dead"}': "1x200"},
        {'portal_outbox_messages{of="dead"}': CALM, 'portal_outbox_messages{of="waiting"}': "9x200"},
    ),
    "CheckpointsMissing": (
        {'portal_checkpoint_age_seconds{of="all"}': "-1x200"},
        {'portal_checkpoint_age_seconds{of="all"}': "3600x200"},
    ),
    "ClocksDiffer": (
        {'portal_clock_difference_seconds{of="all"}': "-3x200"},
        {'portal_clock_difference_seconds{of="all"}': "0.3x200"},
    ),
    # Nobody has asked for a page yet since the start: a process is there all the same.
    "PortalAway": ({}, {'portal_health{check="relay"}': CALM}),
    "TrailNotVerified": (
        {'portal_trail_age_seconds{of="all"}': "180000x200"},
        {'portal_trail_age_seconds{of="all"}': "90000x200"},
    ),
    "TrailBroken": ({'portal_trail_breaks{of="all"}': "1x200"}, {'portal_trail_breaks{of="all"}': CALM}),
    "SealRunsOut": (
        {'portal_certificate_expires_seconds{of="seal"}': "0x200"},
        {'portal_certificate_expires_seconds{of="seal"}': "9000000x200"},
    ),
}


def rules() -> dict[str, dict]:
    return {rule["alert"]: rule for rule in yaml.safe_load(RULES.read_text("utf-8"))["groups"][0]["rules"]}


def test_every_rule_has_its_case_of_series_that_are_measured(client, db):
    assert set(CASES) == set(rules())
    client.get("/help/")
    measured = client.get("/metrics").content.decode()
    for case in CASES.values():
        for series in (name for side in case for name in side):
            metric, *labels = re.findall(r"[\w.+-]+", series)
            assert metric in measured, series
            if 'of="' in series:
                assert f'{metric}{{of="{labels[-1]}"}}' in measured, series


@pytest.mark.skipif(not shutil.which("promtool"), reason="Prometheus is not installed here")
@pytest.mark.parametrize("alert", sorted(CASES))
def test_it_fires_when_it_should_and_only_then(alert, tmp_path):
    """After three hours, which is longer than any rule waits."""
    of = re.search(r'check="(\w+)"', "".join(CASES[alert][0]))
    labels = {"check": of[1]} if of else {}
    summary = rules()[alert]["annotations"]["summary"].replace("{{ $labels.check }}", of[1] if of else "")
    told = [{"exp_labels": labels, "exp_annotations": {"summary": summary}}]
    trials = [
        {
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "alert_rule_test": [{"eval_time": "180m", "alertname": alert, "exp_alerts": expected}],
        }
        for series, expected in zip(CASES[alert], (told, []), strict=True)
    ]
    asked = tmp_path / "asked.yml"
    asked.write_text(
        yaml.safe_dump({"rule_files": [str(RULES)], "tests": trials}, allow_unicode=True), "utf-8"
    )
    done = subprocess.run(["promtool", "test", "rules", asked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
