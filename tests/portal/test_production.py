"""The production's own pieces once together: roles, migrate job, gunicorn, S3, signed-in pages behind a proxy."""

import base64
import http.client
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import boto3
import pytest
from django_otp.oath import totp
from moto.server import ThreadedMotoServer

from portal.embedded.postgres import OWNER, Postgres, free_port
from portal.embedded.valkey import Valkey
from tests.portal.test_deployment import EXAMPLE, ROOT, keep

PASSWORD = "eine-lange-Losung-2026"
HOST = EXAMPLE["ALLOWED_HOSTS"]
PROXIED = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


class Installation:
    def __init__(self, folder: Path, cluster: Postgres, broker: Valkey, storage: str):
        self.port = free_port()
        key = keep(folder, subject="工业和信息化部电子印章", issuer="某电子认证机构")
        self.env = {
            **EXAMPLE,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONWARNINGS": "ignore",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "PRIVACY_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            "SIGNING_KEY_FILE": str(key),
            "SIGNING_KEY_PASSWORD": "key",
            "PORTAL_VAR": str(folder / "var"),
            "LOG_KEY_FILE": str(folder / "log.key"),
            "LOG_DIR": str(folder / "public-log"),
            "DATABASE_URL": cluster.url(),
            "DATABASE_OWNER_URL": cluster.url(OWNER),
            "REDIS_URL": broker.url,
            "S3_ENDPOINT": storage,
            "WEB_BIND": f"127.0.0.1:{self.port}",
        }
        self.cookies: dict[str, str] = {}

    def run(self, *command: str, typed: str = "") -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, input=typed, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def manage(self, *arguments: str, typed: str = "") -> str:
        return self.run(sys.executable, "manage.py", *arguments, typed=typed)

    def ask(self, path: str, form: dict | None = None, **headers):
        """One request as the proxy passes it on; cookies are kept as a browser would over HTTPS."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {**PROXIED, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        if form is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}/login/"}
        link.request("GET" if form is None else "POST", path, urlencode(form or {}), sent)
        answer = link.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                assert morsel["secure"] and name.startswith("__Host-")
                self.cookies[name] = morsel.value
        return answer.status, answer.headers, answer.read().decode()

    def serve(self):
        web = subprocess.Popen(["deploy/web"], cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL)
        for _ in range(1500):  # the door opens when the pages are loaded
            try:
                self.ask("/healthz")
                return web
            except OSError:
                time.sleep(0.2)
        raise AssertionError("gunicorn did not start")


@pytest.fixture
def installation():
    folder = Path(tempfile.mkdtemp(prefix="portal-production-"))
    folder.chmod(0o755)
    cluster, broker = Postgres(folder / "pg", lasting=False), Valkey(folder / "valkey")
    storage = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    try:
        cluster.start()
        broker.start()
        storage.start()
        address = "http://{}:{}".format(*storage.get_host_and_port())
        keys = {
            "aws_access_key_id": EXAMPLE["S3_ACCESS_KEY"],
            "aws_secret_access_key": EXAMPLE["S3_SECRET_KEY"],
        }
        boto3.client("s3", endpoint_url=address, region_name=EXAMPLE["S3_REGION"], **keys).create_bucket(
            Bucket=EXAMPLE["S3_BUCKET"]
        )
        yield Installation(folder, cluster, broker, address)
    finally:
        storage.stop()
        broker.stop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


FIRST = ("first", "王管理", "wang@ops.example")
SET_PASSWORD = f"""
from portal.models import User
from portal.accounts.services import set_password
user = User.objects.get(username="first"); set_password(user, "{PASSWORD}", by=user)
"""
STORE_TWICE = """
import hashlib, io
from portal.shared.storage import open_private, store_private
content = b"filed"; digest = hashlib.sha256(content).hexdigest()
keys = {store_private(io.BytesIO(content), sha256=digest) for _ in range(2)}
print(len(keys), {open_private(key).read() for key in keys})
"""


def enrol(installation: Installation) -> None:
    """The authenticator of the first sign-in, set up from the key that the page shows."""
    page = installation.ask("/login/enrol/")[2]
    key = base64.b32decode(re.search(r"<code[^>]*>([A-Z2-7 ]{16,}=*)</code>", page)[1].replace(" ", ""))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = {"code": f"{totp(key):06d}", "csrfmiddlewaretoken": token}
    status, headers, _ = installation.ask("/login/enrol/", form)
    assert (status, headers["Location"]) == (302, "/account/recovery-codes/")


@pytest.mark.slow
def test_an_installation(installation):
    assert installation.manage("log_key", "add").startswith(EXAMPLE["LOG_ORIGIN"] + "+")
    assert "no issues" in installation.run("deploy/migrate")
    installation.manage("collectstatic", "--noinput", "-v0")
    installation.manage("create_administrators", *FIRST, "second", "李管理", "li@ops.example")
    installation.manage("shell", "-c", SET_PASSWORD)
    assert installation.manage("shell", "-c", STORE_TWICE).splitlines()[-1] == "2 {b'filed'}"
    web = installation.serve()
    try:
        status, headers, page = installation.ask("/")
        assert status == 200 and headers["Strict-Transport-Security"].startswith("max-age=31536000")
        style = re.search(r'href="(/static/css/portal\.[^"]+)"', page)[1]
        status, headers, _ = installation.ask(style)
        assert status == 200 and "immutable" in headers["Cache-Control"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        status, headers, page = installation.ask("/no-such-page/")
        assert status == 404 and "Content-Security-Policy" in headers and "Traceback" not in page
        status, headers, _ = installation.ask("/", **{"X-Forwarded-Proto": "http"})
        assert (status, headers["Location"]) == (301, f"https://{HOST}/")
        assert installation.ask("/", Host="evil.example")[0] == 400
        assert "Demo-2026" not in installation.ask("/login/")[2]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', installation.ask("/login/")[2])[1]
        status, headers, _ = installation.ask(
            "/login/", {"username": "first", "password": PASSWORD, "csrfmiddlewaretoken": token}
        )
        assert (status, headers["Location"]) == (302, "/login/second/")
        assert installation.ask("/accounts/")[0] == 302  # the password alone opens nothing
        enrol(installation)
        status, headers, page = installation.ask("/accounts/")
        assert status == 200 and "王管理" in page and headers["Cache-Control"] == "private, no-store"
        assert "演练时钟" not in page
    finally:
        web.terminate()
        web.wait(30)
    installation.manage("shell", "-c", "from portal.trail import log; log.publish()")
    assert "全部相符" in installation.manage("verify_audit")
