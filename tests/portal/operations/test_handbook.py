"""The handbook's commands: every one is read as its program would read it, and what can run here runs."""

from __future__ import annotations

import re
import shlex
import subprocess
from io import StringIO

import pytest
import yaml
from django.core.management import call_command, get_commands, load_command_class

from portal.trail.keys import log_signers
from tests.conftest import ROOT

PAGES = sorted((ROOT / "docs/handbook").glob("*.md"))
SERVICES = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"])
COMPOSE = {"up", "build", "stop", "logs", "run", "exec"}
RUN_HERE = {"health", "verify_audit"}  # the others change something, or are run by tests of their own


def commands(page) -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines() if line.strip()]


ALL = [
    pytest.param(words, id=f"{page.stem}: {' '.join(words)}"[:90])
    for page in PAGES
    for words in commands(page)
]


def inner(words: list[str]) -> list[str]:
    """The management command within, or nothing."""
    if words[:1] == ["bin/manage"]:
        return words[1:]
    return words[words.index("manage.py") + 1 :] if "manage.py" in words else []


@pytest.mark.parametrize("words", ALL)
def test_a_command_is_one(words):
    if words[:2] == ["docker", "compose"]:
        rest = [word for word in words[2:] if not word.startswith("-")]
        assert rest[0] in COMPOSE
        named = rest[1:2] if rest[0] == "exec" else rest[1:]
        if rest[0] == "run":  # its options may have values
            named = [word for word in rest if word in SERVICES][:1]
            assert named
        assert set(named) <= SERVICES
    elif words[0] == "python":
        assert (ROOT / words[1]).exists()
    elif words[0].startswith("bin/"):
        assert (ROOT / words[0]).exists()
    else:
        assert words[0] in ("cp", "mkdir", "printf") or words[:2] == ["docker", "volume"]
    if told := inner(words):
        name, *arguments = told
        if name == "version":
            return
        parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        parser.parse_args(arguments)


def test_bin_backup_takes_the_options_of_the_handbook():
    done = subprocess.run([ROOT / "bin/backup", "--help"], capture_output=True, text=True, check=True)
    options = {
        word
        for page in PAGES
        for words in commands(page)
        if words[0] == "bin/backup"
        for word in words
        if word[:2] == "--"
    }
    assert options and all(option in done.stdout for option in options)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_short_and_its_links_lead_somewhere(page):
    assert len(commands(page)) <= 10
    for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", sorted(RUN_HERE))
def test_what_can_run_here_runs(name, db):
    out = StringIO()
    try:
        call_command(name, stdout=out, stderr=out)
    except SystemExit as ended:  # health: something is broken in a test's database
        assert ended.code == 1
    except Exception as error:
        assert type(error).__name__ == "CommandError" and "不符" in str(error)  # no log here
    assert out.getvalue()


def test_the_figures_that_an_operator_alarms_on_are_measured(client, db):
    rules = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    client.get("/help/")
    measured = client.get("/metrics").content.decode()
    text = (ROOT / "deploy/grafana/portal.json").read_text("utf-8") + "".join(rule["expr"] for rule in rules)
    for name in set(re.findall(r"portal_[a-z_]+", text)):
        assert name in measured, name


def test_the_logs_key_of_the_handbook_is_one(tmp_path, settings):
    [line] = [
        line
        for line in (ROOT / "docs/handbook/install.md").read_text("utf-8").splitlines()
        if line[:6] == "printf"
    ]
    (tmp_path / "secrets").mkdir()
    subprocess.run(line, shell=True, cwd=tmp_path, check=True)  # noqa: S602  the page's own line
    settings.LOG_KEY_FILE, settings.LOG_KEY_MUST_EXIST = str(tmp_path / "secrets/log.key"), True
    assert len(log_signers()) == 1
