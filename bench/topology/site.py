"""bin/topology: the production's topology on loopback, from packages, with the files of deploy/ and production's settings.

Proxy, two web nodes, PgBouncer, PostgreSQL under Patroni (etcd, a replica that commits too), Valkey, an S3 store,
ClamAV with a signature of its own, a sink for letters, two workers, beat, two relays. Everything in one folder
that goes with it.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import psycopg

from bench.topology import files, tls
from bench.topology.parts import ROOT, Part
from portal.embedded.postgres import free_port

POSTGRES = Path("/usr/lib/postgresql/15/bin")
NAMES = (
    "proxy",
    "web-a",
    "web-b",
    "pgbouncer",
    "entry",
    "entry-replica",
    "pg-a",
    "pg-b",
    "pg-a-rest",
    "pg-b-rest",
    "etcd",
    "etcd-peer",
    "broker",
    "storage",
    "storage-master",
    "storage-volume",
    "storage-filer",
    "storage-grpc",
    "storage-master-grpc",
    "storage-volume-grpc",
    "storage-filer-grpc",
    "scanner",
    "mail",
)
HOST = "platforms.topology.gov.cn"


class Topology:
    def __init__(self) -> None:
        memory = Path("/dev/shm")  # noqa: S108  a database of minutes, which fsyncs as production's does
        self.folder = Path(
            tempfile.mkdtemp(prefix="portal-topology-", dir=memory if memory.exists() else None)
        )
        self.folder.chmod(0o755)
        self.ports = {name: free_port() for name in NAMES}
        self.secrets = {
            name: secrets.token_hex(16) for name in ("owner", "app", "super", "replica", "broker", "store")
        }
        self.parts: dict[str, Part] = {}
        self.rooms: dict[str, Path] = {}  # disks of their own, so that one can be full
        self.env = self.portal_environment()

    # --- what every process of the portal is given (docs/operations.md) ---

    def portal_environment(self) -> dict[str, str]:
        own = self.folder
        files.write_seal(own / "signing.p12")
        authority = tls.write_authority(own / "tls-inside", "authority of the topology") / "ca.pem"
        example = dict(
            line.split("=", 1)
            for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")
        )
        return example | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONWARNINGS": "ignore",
            "ALLOWED_HOSTS": HOST,
            "SITE_ORIGIN": f"https://{HOST}",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "PRIVACY_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            "SIGNING_KEY_FILE": str(own / "signing.p12"),
            "SIGNING_KEY_PASSWORD": "key",
            "LOG_KEY_FILE": str(own / "log.key"),
            "LOG_DIR": str(own / "public-log"),
            "LOG_ORIGIN": f"{HOST}/log",
            "PORTAL_VAR": str(own / "var"),
            **tls.addresses(self.ports, self.secrets, authority),
            "PGBOUNCER": "true",
            "S3_ACCESS_KEY": "portal",
            "S3_SECRET_KEY": self.secrets["store"],
            "S3_ROOT_ACCESS_KEY": "root",
            "S3_ROOT_SECRET_KEY": self.secrets["store"] + "-root",
            "CLAMAV_ADDRESS": f"127.0.0.1:{self.ports['scanner']}",
            "WEB_WORKERS": "2",
        }

    def part(self, name: str, command: list[str], ready, *, user: str = "", **env: str) -> Part:
        self.parts[name] = Part(name, command, self.folder, ready, env, user)
        return self.parts[name]

    def portal_part(self, name: str, command: list[str], ready) -> Part:
        return self.part(name, command, ready, **self.env | {"PORTAL_VAR": str(self.folder / "var")})

    # --- the parts, from below ---

    def up(self) -> Topology:
        self.room("var", megabytes=200)
        self.room("objects", megabytes=900)
        self.stores()
        self.database()
        for name in ("broker", "storage", "scanner", "mail", "etcd"):
            self.parts[name].start()
        for name in ("broker", "storage", "scanner", "mail", "etcd"):
            self.parts[name].wait()
        for name in ("pg-a", "pg-b", "entry"):
            self.parts[name].start()
            self.parts[name].wait()
        self.make_roles()
        self.parts["pgbouncer"].start().wait()
        self.run("python", "deploy/prepare_bucket.py")
        self.run("python", "manage.py", "log_key", "add")
        self.run("python", "manage.py", "collectstatic", "--noinput", "-v0")  # as the image's build does
        self.run("deploy/migrate")
        self.processes()
        for name in self.PORTAL:
            self.parts[name].start()
        for name in self.PORTAL:
            self.parts[name].wait()
        return self

    PORTAL = ("web-a", "web-b", "worker-a", "worker-b", "beat", "relay-a", "relay-b", "proxy")

    def stores(self) -> None:
        own, port = self.folder, self.ports
        crt, key = own / "tls-inside/server.crt", own / "tls-inside/server.key"
        (own / "redis.conf").write_text(files.broker(own, port["broker"], self.secrets["broker"]))
        self.part("broker", ["redis-server", str(own / "redis.conf")], lambda: listens(port["broker"]))
        (own / "s3.json").write_text(files.store_accounts(self.env))
        objects = self.rooms["objects"]
        asked = {
            "s3": "storage",
            "master": "storage-master",
            "volume": "storage-volume",
            "filer": "storage-filer",
        }
        line = [
            files.weed(),
            "server",
            f"-dir={objects}",
            "-ip=127.0.0.1",
            "-s3",
            "-filer",
            f"-s3.config={own / 's3.json'}",
        ]
        line += ["-master.volumeSizeLimitMB=64", "-volume.max=40", "-s3.port.iceberg=0", "-s3.port.lance=0"]
        line += [f"-s3.cert.file={crt}", f"-s3.key.file={key}"]
        for part, name in asked.items():
            line += [f"-{part}.port={port[name]}", f"-{part}.port.grpc={port[f'{name}-grpc']}"]
        self.part("storage", line, lambda: listens(port["storage"]))
        (own / "scanner-db").mkdir()
        (own / "scanner-db" / "own.ndb").write_text(files.SIGNATURE)
        (own / "clamd.conf").write_text(files.clamd(own, port["scanner"]))
        self.part("scanner", ["clamd", "-F", "-c", str(own / "clamd.conf")], lambda: listens(port["scanner"]))
        self.part(
            "mail",
            [sys.executable, "-m", "bench.topology.sink", str(port["mail"]), str(own / "letters"), crt, key],
            lambda: listens(port["mail"]),
        )

    def database(self) -> None:
        own, port = self.folder, self.ports
        client, peer = f"http://127.0.0.1:{port['etcd']}", f"http://127.0.0.1:{port['etcd-peer']}"
        self.part(
            "etcd",
            [
                "etcd",
                "--name",
                "one",
                "--data-dir",
                str(own / "etcd" / "data"),
                "--listen-client-urls",
                client,
            ]
            + [
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
            ]
            + ["--initial-cluster", f"one={peer}"],
            lambda: listens(port["etcd"]),
        )
        if os.geteuid() == 0:
            shutil.chown(own / "tls-inside/server.key", "postgres")  # whom all others read it beside
        for name in ("pg-a", "pg-b"):
            (own / f"{name}.yml").write_text(files.patroni(name, self))
            self.part(
                name,
                ["patroni", str(own / f"{name}.yml")],
                lambda name=name: self.rest(name) == 200,
                user="postgres",
            )
        (own / "haproxy.cfg").write_text(files.haproxy(port))
        self.part("entry", ["haproxy", "-db", "-f", str(own / "haproxy.cfg")], self.leads)
        (own / "users.txt").write_text(f'"portal_app" "{self.secrets["app"]}"\n')
        (own / "pgbouncer.ini").write_text(files.pgbouncer(own, port))
        self.part(
            "pgbouncer",
            ["pgbouncer", str(own / "pgbouncer.ini")],
            lambda: listens(port["pgbouncer"]),
            user="postgres",
        )

    def processes(self) -> None:
        port = self.ports
        for name in ("web-a", "web-b"):
            part = self.portal_part(name, ["deploy/web"], lambda name=name: self.is_healthy(name))
            part.env = {**part.env, "WEB_BIND": f"127.0.0.1:{port[name]}"}
        for name in ("worker-a", "worker-b"):
            line = [
                "python",
                "-m",
                "celery",
                "-A",
                "portal",
                "worker",
                "-c",
                "2",
                "-l",
                "info",
                "-n",
                f"{name}@%h",
            ]
            self.portal_part(name, line, lambda: True)
        line = [
            "python",
            "-m",
            "celery",
            "-A",
            "portal",
            "beat",
            "-l",
            "info",
            "-s",
            str(self.folder / "beat-schedule"),
            "--pidfile=",
        ]
        self.portal_part("beat", line, lambda: True)
        for name in ("relay-a", "relay-b"):
            part = self.portal_part(name, ["python", "manage.py", "relay_outbox"], lambda: True)
            part.env = {
                **part.env,
                "DATABASE_URL": self.env["DATABASE_URL"].replace(str(port["pgbouncer"]), str(port["entry"])),
                "PGBOUNCER": "false",
            }
        files.write_certificate(self.folder / "tls.crt", self.folder / "tls.key", HOST)
        (self.folder / "nginx.conf").write_text(files.nginx(self.folder, port))
        self.part(
            "proxy",
            ["nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)],
            lambda: self.ask("/healthz")[0] == 200,
        )

    # --- used by those who drive it ---

    def room(self, name: str, *, megabytes: int) -> None:
        place = self.folder / name
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)], check=True)
        self.rooms[name] = place

    def make_roles(self) -> None:
        """As the container of the database does at its first start."""
        env = {
            "PATH": os.environ["PATH"],
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.ports["entry"]),
            "PGPASSWORD": self.secrets["super"],
            "POSTGRES_USER": "postgres",
            "PORTAL_OWNER_PASSWORD": self.secrets["owner"],
            "PORTAL_APP_PASSWORD": self.secrets["app"],
        }
        subprocess.run(["deploy/roles.sh"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)

    def try_run(self, *command: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
        own = (env or self.env) | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)

    def run(self, *command: str) -> str:
        done = self.try_run(*command)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)[:200]}:\n{done.stdout[-1500:]}{done.stderr[-3000:]}")
        return done.stdout

    def rest(self, name: str, path: str = "/health") -> int:
        link = http.client.HTTPConnection("127.0.0.1", self.ports[f"{name}-rest"], timeout=2)
        link.request("GET", path)
        return link.getresponse().status

    def is_healthy(self, name: str) -> bool:
        """As the container's health check asks: who only listens may still be loading."""
        link = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=5)
        link.request("GET", "/healthz", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
        return link.getresponse().status == 200

    def leads(self) -> bool:
        """The entry leads to a database that takes writes, whichever way it turns: at first it believes in both."""
        address = f"postgres://postgres:{self.secrets['super']}@127.0.0.1:{self.ports['entry']}/postgres"
        for _ in range(6):
            with psycopg.connect(address, connect_timeout=3) as link:
                if link.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
                    return False
        return True

    def leader(self) -> str:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.ports['pg-a-rest']}/cluster", timeout=3
        ) as answer:
            return next(row["name"] for row in json.load(answer)["members"] if row["role"] == "leader")

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, patience: float = 30, **headers: str
    ):
        """One request through the proxy: status, headers, content."""
        trusting = ssl._create_unverified_context()  # noqa: S323  its certificate was made a moment ago
        link = http.client.HTTPSConnection(
            "127.0.0.1", self.ports["proxy"], timeout=patience, context=trusting
        )
        try:
            link.request(method, path, body, {"Host": HOST, **headers})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            link.close()

    def keep_logs(self) -> None:
        """What the parts wrote goes with the folder, unless it is kept."""
        kept = Path(tempfile.mkdtemp(prefix="portal-topology-logs-"))
        for log in self.folder.glob("*.log"):
            shutil.copy(log, kept)
        print(f"logs: {kept}", flush=True)

    def down(self) -> None:
        for name in (
            *reversed(self.PORTAL),
            "pgbouncer",
            "entry",
            "pg-b",
            "pg-a",
            "etcd",
            "mail",
            "scanner",
            "storage",
            "broker",
        ):
            if name in self.parts:
                self.parts[name].stop(15)
        for place in self.rooms.values():
            subprocess.run(["umount", "--lazy", str(place)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def listens(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
