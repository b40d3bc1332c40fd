"""The twenty goals: what each asks for, what measures it here, and what only the operator's site can show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    id: str
    words: str  # the goal as it was set
    steps: tuple[
        tuple[str, ...], ...
    ]  # each a command below Python: pytest files, or a script of this folder
    watches: tuple[str, ...]  # the folders whose change makes the figure old
    scale: str = ""  # what is smaller here than in the goal; empty: nothing
    site: str = ""  # what the operator's own site has to show


def tests(*arguments: str) -> tuple[str, ...]:
    return ("tests", *arguments)


CODE = ("portal", "platforms", "applications", "review")
GOALS = (
    Goal(
        "G1",
        "role × address × method × object: 13 kinds, every address, 7 relations, at least 25,000 cells; 0 leaks, 0 writes by reading",
        (
            tests("tests/test_access_matrix.py"),
            tests("tests/test_access_leaks.py", "tests/test_permissions.py"),
        ),
        (*CODE, "templates", "tests/access_rows.py"),
        scale="own and other's objects per row instead of all seven relations; writing is tried once per verdict",
    ),
    Goal(
        "G2",
        "100,000 random steps through the life of a dossier against a plain model; 0 illegal states, every legal edge seen",
        (tests("tests/test_life_fuzz.py"), tests("tests/test_transitions.py")),
        CODE,
        scale="600 steps instead of 100,000 (LIFE_STEPS=100000 for the whole); titles and other records by the table of edges only",
    ),
    Goal(
        "G3",
        "every transition × 16 at once × 50 rounds: one winner, 15 clear sentences, 0 deadlocks",
        (tests("tests/test_state_guards.py", "tests/test_signoff.py", "tests/test_outbox.py"),),
        ("portal/kernel", "portal/signoffs", "applications", "review"),
        scale="three transitions and one double click, one round each; the rest rests on the one shared path (perform)",
    ),
    Goal(
        "G4",
        "1,000 applicants submit in the last minute: 0 lost, 0 duplicate numbers, 95 % within 2 s, 99 % within 5 s, 0 server errors",
        (("bench/assurance/stampede.py", "--people", "20", "--within", "10"),),
        ("applications", "portal/kernel", "portal/files"),
        scale="20 applicants in 10 s over HTTP on two shared cores (--people 1000 for the whole); the deadline itself by test_submission.py",
        site="1,000 applicants on the production's hardware",
    ),
    Goal(
        "G5",
        "300 × kill -9 of web, worker and database in the middle of uploads and submissions: nothing acknowledged lost, no half state",
        (
            ("bench/assurance/kills.py", "--random", "150"),
            ("bench/assurance/kills.py", "--each", "10"),
        ),
        ("applications", "portal/kernel", "portal/files", "portal/embedded"),
        scale="10 deaths at each of 15 named points instead of 20, and 150 kills at random; background workers only by docs/drill.md",
        site="power loss with the production's disks",
    ),
    Goal(
        "G6",
        "queue, scanner, store, mail down or frozen: pages go on, nothing is served unchecked, everything is done once afterwards",
        (
            tests(
                "tests/test_outbox.py",
                "tests/portal/shared/test_uploads.py",
                "tests/portal/operations/test_sight.py",
            ),
            ("bench/assurance/freezes.py", "--seconds", "10"),
        ),
        ("portal",),
        scale="broker and scanner frozen under page load for 10 s with 20 uploads waiting, mail by test; the goal says 10 minutes each",
        site="object store down (the embedded one is a folder)",
    ),
    Goal(
        "G7",
        "1,000 random tamperings of the trail found and named; no forks; a million events verified within 60 s; witnesses outside",
        (
            tests("tests/portal/trail", "tests/test_audit.py"),
            ("bench/assurance/trail.py", "--events", "200000"),
        ),
        ("portal/trail", "portal/kernel", "deploy/verify", "deploy/witness"),
        scale="200,000 events instead of a million (--events 1000000 for the whole), in proportion and in seconds of the processor, since others use the machine; forks by test",
        site="witnesses run by institutions with another interest",
    ),
    Goal(
        "G8",
        "80 bad files refused, each with its sentence within 5 s; 40 good ones taken",
        (
            tests("tests/applications/test_bad_files.py", "tests/portal/shared/test_uploads.py"),
            tests("tests/portal/files"),
        ),
        ("portal/files", "portal/shared"),
        site="the ClamAV of the site with its current signatures",
    ),
    Goal(
        "G9",
        "restore within 30 minutes for 10 GB and 100,000 objects, at most 5 minutes lost; counts, digests and trail agree afterwards",
        (
            tests("tests/portal/operations/test_backup.py"),
            ("bench/assurance/moments.py", "--megabytes", "500"),
        ),
        ("portal/operations", "portal/embedded", "deploy/archive_wal", "deploy/restore_to"),
        scale="there and back with a small database; the disk lost under writing with half a gigabyte, the time for 10 GB in proportion; objects by bin/backup --verify",
        site="the full size on the site's own servers and disks",
    ),
    Goal(
        "G10",
        "guessing is stopped per account, per address and in total; second factor; sessions limited and ended at once",
        (
            tests(
                "tests/portal/accounts",
                "tests/portal/test_sign_in.py",
                "tests/portal/test_forgotten_password.py",
            ),
        ),
        ("portal/accounts", "portal/kernel"),
        scale="by test with a set clock; no run of 10,000 guesses over the network",
    ),
    Goal(
        "G11",
        "bandit, own rules, secrets, dependencies, images: nothing of medium weight or above",
        (("bench/assurance/scans.py",),),
        (*CODE, "training", "deploy", "bin", "requirements.txt"),
        scale="bandit, own rules and detect-secrets (ruff's security rules and check --deploy with bin/test); no pip-audit, Trivy or ZAP",
        site="pip-audit, an image scanner and an active web scan as each role, where their databases can be reached",
    ),
    Goal(
        "G12",
        "every answer of every address as every kind carries the headers, errors and downloads too",
        (tests("tests/portal/test_headers.py"), tests("tests/test_access_matrix.py")),
        ("portal", "deploy"),
        scale="every cell of the access table and kinds of errors; no Observatory, no count of CSP reports",
        site="what the site's own proxy adds or takes away",
    ),
    Goal(
        "G13",
        "50 uploads of 50 MB, 200 slow clients: at most 32 MB more per worker, other pages within 1 s",
        (("bench/crowd.py",),),
        ("portal/files", "applications", "deploy"),
        scale="8 at once and one slow client, without nginx, which holds slow clients off",
        site="200 slow clients in front of the site's nginx",
    ),
    Goal(
        "G14",
        "200 public requests a second for 10 minutes, 500 signed-in people, 8 hours: 95 % within 300 ms and 800 ms",
        (("-m", "bench.run", "--sizes", "1000", "--requests", "8", "--rounds", "1", "--only", "home"),),
        (*CODE, "templates"),
        scale="cost of each page at 1,000 dossiers, from which a load can be worked out; no load is put on",
        site="the load itself, on the production's hardware",
    ),
    Goal(
        "G15",
        "every form × 200 hostile strings: 0 server errors, nothing unescaped in HTML, PDF, workbook, mail",
        (
            tests("tests/test_hostile_words.py"),
            tests("tests/portal/shared/test_xlsx.py", "tests/portal/shared/test_pdf.py"),
        ),
        (*CODE, "templates"),
        scale="every longer form of the access world × 7 strings in all its fields at once; mail and PDF by their own tests",
    ),
    Goal(
        "G16",
        "documents are drawn without any socket and within limits; certificates can be verified, changed ones are found",
        (tests("tests/portal/shared/test_pdf.py", "tests/platforms/test_certificates.py"),),
        ("portal/shared", "platforms"),
        scale="by test; time and memory of one certificate are limited by the worker and not measured",
    ),
    Goal(
        "G17",
        "nothing of the two-person list by one person, nothing by conflicted experts; oversight writes nothing but its own",
        (
            tests("tests/test_signoff.py", "tests/test_permissions.py", "tests/review/test_signing_cases.py"),
            tests(
                "tests/portal/accounts/test_changes.py",
                "tests/review/test_panels.py",
                "tests/review/test_oversight.py",
            ),
        ),
        CODE,
        scale="by table and test; conflicts that no register shows stay undiscovered",
    ),
    Goal(
        "G18",
        "0 personal data on public pages, exports, logs, mail; contacts unreadable in a dump of the database",
        (tests("tests/portal/privacy", "tests/test_access_leaks.py", "tests/portal/opendata"),),
        (*CODE, "templates"),
        scale="seeded contacts in sealed fields and on open data; logs and mail by their own tests",
    ),
    Goal(
        "G19",
        "140 probes a week, none over 15 s; a rolling restart at 50 requests a second without a failed one",
        (
            tests(
                "tests/portal/operations/test_schema.py",
                "tests/portal/operations/test_draining.py",
                "tests/portal/test_deployment.py",
            ),
            ("-m", "bench.topology", "--roll"),
        ),
        ("portal/operations", "deploy", "bench/topology"),
        scale="one rolling update of the topology at ten requests a second (docs/roll.md), and that no process serves a schema it does not know; no probe for a week",
        site="both, with deploy/alive.py on the site",
    ),
    Goal(
        "G20",
        "axe 0 on every page; a whole filing by keyboard; zoom; GB/T 37668 level 3",
        (tests("tests/e2e/test_every_page.py"),),
        ("templates", "static"),
        scale="axe and phone width on every page that links reach; no screen reader, no list of GB/T 37668",
        site="people with screen readers; the checklist of GB/T 37668",
    ),
)
