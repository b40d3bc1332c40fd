"""G11: bandit, own rules and detect-secrets over the code; what is accepted stands here with its reason.

python -m bench.assurance.scans
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("portal", "platforms", "applications", "review", "training")
OWN_ADDRESS = "opens an address of the operator's settings or of its command line"
NAMES = "SQL composed of names of tables and columns in this code, never of what somebody sends"
ACCEPTED = {
    ("deploy/alive.py", "B310"): OWN_ADDRESS,
    ("deploy/verify/verify.py", "B310"): OWN_ADDRESS,
    ("portal/embedded/demo.py", "B310"): OWN_ADDRESS,
    ("portal/trail/witnesses.py", "B310"): OWN_ADDRESS,
    ("portal/embedded/postgres.py", "B608"): NAMES,
    ("portal/kernel/guards.py", "B608"): NAMES,
    ("portal/operations/backup.py", "B608"): NAMES,
    ("portal/privacy/rotation.py", "B608"): NAMES,
    ("portal/embedded/testing.py", "B108"): "memory of this machine for a database that is thrown away",
    (".env.example", "Basic Auth Credentials"): "change-me, which production refuses",
    ("docker-compose.yml", "Secret Keyword"): "named so that nothing is signed with it",
    ("portal/operations/released.json", "Hex High Entropy String"): "digests of released migrations",
    ("portal/settings/mail.py", "Secret Keyword"): "the name of an option",
    ("review/experts/candidates.py", "B611"): "fixed SQL, what is asked for is bound",
    ("portal/settings/base.py", "Basic Auth Credentials"): "the form of an address, in a comment",
    ("portal/settings/test.py", "Secret Keyword"): "of tests alone",
    (
        "training/demo/actors.py",
        "Secret Keyword",
    ): "the demonstration's password, shown on its page, refused in production",
}
ALPHABETS = "an alphabet, not a secret"
ACCEPTED |= {
    (path, "Base64 High Entropy String"): ALPHABETS
    for path in (
        "portal/accounts/factors.py",
        "portal/kernel/receipts.py",
        "portal/shared/validators.py",
        "training/demo/names.py",
    )
}


def main() -> int:
    checks = {"bandit": bandit, "own rules": own_rules, "secrets": secrets}
    found = {name: sorted(set(check())) for name, check in checks.items()}
    fresh = {name: [one for one in rows if one not in ACCEPTED] for name, rows in found.items()}
    for name, rows in fresh.items():
        for path, what in rows:
            print(f"{name}: {path}: {what}")
    stale = sorted(set(ACCEPTED) - {one for rows in found.values() for one in rows})
    for path, what in stale:
        print(f"accepted and not there any more: {path}: {what}")
    print(
        ", ".join(f"{name} {len(rows)}" for name, rows in fresh.items())
        + f" ({len(ACCEPTED)} accepted with a reason)"
    )
    return 1 if stale or any(fresh.values()) else 0


def bandit() -> Iterator[tuple[str, str]]:
    """Medium weight and above; what is minor there, ruff's S rules hold at 0 with every commit."""
    line = [
        "bandit",
        "-q",
        "-r",
        *APPS,
        "deploy",
        "-x",
        "*/migrations/*",
        "--severity-level",
        "medium",
        "-f",
        "json",
    ]
    for one in json.loads(run(line))["results"]:
        yield one["filename"].removeprefix("./"), one["test_id"]


def secrets() -> Iterator[tuple[str, str]]:
    """In everything that is kept but tests, which make up their own, and digests of packages."""
    kept = run(
        [
            "git",
            "ls-files",
            "--",
            *APPS,
            "deploy",
            "bin",
            "templates",
            "static/js",
            ".env.example",
            "docker-compose.yml",
        ]
    )
    names = [name for name in kept.splitlines() if "/migrations/" not in name]
    for path, found in json.loads(run(["detect-secrets", "scan", "--all-files", *names]))["results"].items():
        for one in found:
            yield path, one["type"]


def own_rules() -> Iterator[tuple[str, str]]:
    """What this house forbids beyond tests/test_architecture.py: what a visitor sends is never a name or an address."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                for what in broken_rules(node):
                    yield str(path.relative_to(ROOT)), f"line {node.lineno}: {what}"


def broken_rules(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Call):
        return
    called = ast.unparse(node.func)
    last = called.rpartition(".")[2]
    first = node.args[0] if node.args else None
    if any(keyword.arg is None and is_sent(keyword.value) for keyword in node.keywords):
        yield "what a visitor sent becomes names of arguments"
    if last in ("redirect", "HttpResponseRedirect") and first is not None and is_sent(first):
        yield "sends on to an address that a visitor sent"
    if last in ("build_absolute_uri", "get_raw_uri"):
        yield "an address with the host that a visitor named, instead of SITE_ORIGIN"
    if last == "format_html" and not isinstance(first, (ast.Constant, ast.Name)):
        yield "a pattern of HTML that is composed"
    if called in ("eval", "exec", "pickle.loads", "marshal.loads", "yaml.load", "os.system"):
        yield f"{called} runs what it reads"
    if last in ("open", "open_private", "import_module", "getattr") and any(
        is_sent(one) for one in node.args
    ):
        yield f"{last} by a name that a visitor sent"
    if last in ("run", "Popen", "call") and any(keyword.arg == "shell" for keyword in node.keywords):
        yield "a shell between us and a program"


def is_sent(node: ast.AST) -> bool:
    """request.GET, request.POST and their kin, as they came."""
    text = ast.unparse(node)
    return text.startswith(
        (
            "request.GET",
            "request.POST",
            "request.COOKIES",
            "request.headers",
            "self.request.GET",
            "self.request.POST",
        )
    )


def run(line: list[str]) -> str:
    program = str(Path(sys.executable).with_name(line[0])) if line[0] != "git" else "git"
    return subprocess.run([program, *line[1:]], cwd=ROOT, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
