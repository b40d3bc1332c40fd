"""A served portal with drafts that only wait to be submitted, each with its person signed in."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import shutil
import tempfile
import urllib.parse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.site import Site
from portal.embedded.postgres import Postgres
from portal.embedded.testing import copy_cluster, prepared_cluster, shelf_of_clusters

PATIENCE = 60  # seconds that a client waits for an answer
BASE = 8  # drafts made through the services; more are copies of theirs in the database
SEED = """
import json
from datetime import timedelta
from django.conf import settings
from django.test import Client
from django.utils import timezone
from applications.models import Application
from bench.seed import multiply_units
from platforms.querysets import people_of_organisation
from portal.models import TrainingClock
from tests.factories import dossiers, people
offices = [people.recommender(label) for label in ("浙江", "江苏", "甘肃", "广东")]
cycle, made = dossiers.cycle(2026), []
base = min({count}, {base})
for number in range(base):
    dossiers.draft(of=dossiers.unit(offices[number % len(offices)]), in_cycle=cycle)
multiply_units(-(-{count} // base) - 1)
stands = timezone.make_aware(timezone.datetime(2026, 3, 10, 10))
TrainingClock.objects.update_or_create(id=1, defaults={{"offset": stands - timezone.now()}})
for application in Application.objects.select_related("platform__organisation").order_by("pk")[:{count}]:
    client = Client()
    client.force_login(people_of_organisation(application.platform.organisation).first(), backend="portal.accounts.backends.PortalBackend")
    made.append([str(application.pk), client.cookies[settings.SESSION_COOKIE_NAME].value])
print(json.dumps([settings.SESSION_COOKIE_NAME, made]))
"""
CHECK = """
import json
from collections import Counter
from applications.models import Application, MaterialFile, Submission
from portal.models import AuditEvent, OutboxMessage, StoredFile
from portal.kernel import permissions
from portal.shared.digests import sha256_hex
from portal.shared.storage import open_private
wrong = []
for row in Application.objects.all():
    filed = list(row.submissions.all())
    events = AuditEvent.objects.filter(stream=f"applications.application:{row.pk}", action="application.submit").count()
    sent = OutboxMessage.objects.filter(key__in=[f"receipt_pdf:{one.pk}" for one in filed]).count()
    if (row.state != "DRAFT", len(filed), events, sent) not in ((False, 0, 0, 0), (True, 1, 1, 1)):
        wrong.append(f"{row.pk}: {row.state}, {len(filed)} submissions, {events} events, {sent} messages")
numbers = Counter(Application.objects.exclude(number=None).values_list("number", flat=True))
wrong += [f"{number} allotted {times} times" for number, times in numbers.items() if times > 1]
names = Counter()
for entry in MaterialFile.objects.filter(file__name__startswith="中断").select_related("file"):
    one = entry.file
    names[one.name] += 1
    events = AuditEvent.objects.filter(action="material.add_file", body__contains=one.sha256).count()
    sent = OutboxMessage.objects.filter(key=f"file_received:{one.pk}").count()
    with open_private(one.key) as stored:
        same = sha256_hex(stored.read()) == one.sha256
    if (events, sent, same) != (1, 1, True):
        wrong.append(f"{one.name}: {events} events, {sent} messages, bytes {'as sent' if same else 'differ'}")
wrong += [f"{name} stands {times} times" for name, times in names.items() if times > 1]
rows = StoredFile.objects.filter(name__startswith="中断").count()
if rows != sum(names.values()):
    wrong.append(f"{rows} rows of files, {sum(names.values())} of them with a material")
print(json.dumps({"wrong": wrong, "files": list(names), "receipts": [str(pk) for pk in Submission.objects.values_list("pk", flat=True)]}))
"""


@dataclass
class Applicant:
    """One browser with its dossier."""

    site: Site
    dossier: str
    cookies: dict[str, str]

    def ask(self, method: str, path: str, body: bytes = b"", **headers) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=PATIENCE)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.headers.get("Location", ""), content

    @property
    def page(self) -> str:
        return f"/my/dossiers/{self.dossier}/check/"

    def open_page(self) -> None:
        """The page stands open, with everything checked, long before the last minute."""
        status, _, content = self.ask("GET", self.page)
        text = content.decode()
        if status != 200:
            raise SystemExit(f"{self.page} answers {status}")
        self.fill_in(
            token=re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1],
            sequence=int(re.search(r'name="sequence" value="(\d+)"', text)[1]),
        )

    def fill_in(self, *, token: str = "", sequence: int = 1) -> None:
        """The form; without a token as a page opened days ago, in the same browser, would send it."""
        if not token:
            token = self.cookies["csrftoken"] = secrets.token_hex(16)
        self.token = token
        self.form = urllib.parse.urlencode(
            {
                "csrfmiddlewaretoken": token,
                "sequence": sequence,
                "declarant_name": "沈国栋",
                "declarant_title": "主任",
                "declared": "on",
                "explanation": "名册按上年口径编制，已逐项核对。",
            }
        ).encode()

    def upload(self, name: str, content: bytes, material: str, **headers) -> tuple[int, bytes]:
        """One file by the page's form; 200 says that it was received."""
        edge = secrets.token_hex(8)
        body = (
            f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.token}\r\n'
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        ).encode() + content
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}", "X-Requested-With": "fetch"}
        page = f"/my/dossiers/{self.dossier}/materials/{material}/"
        status, _, told = self.ask("POST", page, body + f"\r\n--{edge}--\r\n".encode(), **kind, **headers)
        return status, told

    def submit(self, **headers) -> tuple[int, str]:
        """Status and, when it was filed, the receipt's key."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": self.site.address + self.page}
        kind |= headers
        status, place, _ = self.ask("POST", self.page, self.form, **kind)
        found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", place)
        return status, found[0] if status == 302 and found and "receipt" in place else ""


def migrated_cluster(folder: Path) -> Postgres:
    """A cluster that writes to the disk, from the prepared copy that bin/test keeps."""
    folder.chmod(0o755)
    copy_cluster(prepared_cluster(shelf_of_clusters()), folder / "pg")
    return Postgres(folder / "pg").start()


@contextmanager
def filing_site(
    count: int, application: str = "portal.wsgi", *options: str
) -> Iterator[tuple[Site, Postgres, list[Applicant]]]:
    folder = Path(tempfile.mkdtemp(prefix="portal-filing-"))
    cluster = migrated_cluster(folder)
    site = Site(cluster, folder, "filing", template="portal")
    try:
        site.begin("--people", migrated=True)
        name, made = json.loads(
            site.manage("shell", "-v0", "-c", SEED.format(count=count, base=BASE)).splitlines()[-1]
        )
        from bench.crowd import serve  # it loads the settings, which are this site's by then

        serve(site, application, *options)
        applicants = [Applicant(site, pk, {name: session}) for pk, session in made]
        yield site, cluster, applicants
    finally:
        if hasattr(site, "web"):
            site.stop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def reconcile(site: Site, receipts: Iterable[str], files: Iterable[str] = ()) -> list[str]:
    """What is half done, allotted twice, or was acknowledged and is not there."""
    found = json.loads(site.manage("shell", "-v0", "-c", CHECK).splitlines()[-1])
    lost = set(receipts) - set(found["receipts"])
    gone = set(files) - set(found["files"])
    return [
        *found["wrong"],
        *(f"receipt {one} was given and is lost" for one in lost),
        *(f"file {one} was received and is lost" for one in gone),
    ]
