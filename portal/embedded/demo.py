"""bin/demo: everything under one foreground process, stopped cleanly by Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from portal.embedded import kept
from portal.embedded.place import (
    ROOT,
    TABLES,
    fingerprint,
    postgres_folder,
    running_or_started,
    use,
    var_dir,
)
from portal.embedded.postgres import Postgres, free_port
from portal.embedded.valkey import Valkey
from portal.embedded.witnesses import PARTS, start_witnesses

WANTED_PORT = 8000
KEPT_ORIGIN = f"http://127.0.0.1:{WANTED_PORT}"  # in the letters of a kept demonstration
RESTARTS, WINDOW = 5, 600  # a child may die so often within so many seconds
REFUSED = 3  # as check_schema ends when the database is another version's


def manage(*arguments: str, quiet: bool = False) -> int:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        check=False,
        stdout=subprocess.DEVNULL if quiet else None,
    ).returncode


def web_port() -> int:
    wanted = int(os.environ.get("PORT", WANTED_PORT))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
    return wanted


class Supervisor:
    """Children with their logs in files; a child that dies is started again a few times."""

    def __init__(self, logs: Path):
        self.logs, self.children, self.deaths, self.stopping = logs, {}, {}, False
        self.servers: dict[str, Postgres | Valkey] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: list[str]) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        self.children[name] = (process, command)

    def watch(self) -> None:
        while not self.stopping:
            time.sleep(0.5)
            for name, (process, command) in list(self.children.items()):
                if process.poll() is None or self.stopping:
                    continue
                if self.dies_too_often(name):
                    break
                self.start(name, command)
            for name, server in self.servers.items():
                if self.stopping or server.is_alive() or self.dies_too_often(name):
                    continue
                server.start()

    def dies_too_often(self, name: str) -> bool:
        """Say that it died; whether it did so again and again within the window, which ends the demo."""
        now = time.monotonic()
        recent = [moment for moment in self.deaths.get(name, []) if now - moment < WINDOW]
        self.deaths[name] = [*recent, now]
        if len(recent) >= RESTARTS:
            print(f"{name} 反复退出，请查看日志 {self.logs / name}.log", file=sys.stderr)
            self.stopping = True
            return True
        print(f"{name} 已退出，正在重新启动", file=sys.stderr)
        return False

    def stop(self) -> None:
        for process, _ in self.children.values():
            if process.poll() is None:
                process.terminate()
        for process, _ in self.children.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def collect_static() -> subprocess.Popen:
    """Begun at once on a first start: it needs no database, and there is a second core."""
    command = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--noinput", "--verbosity", "0"]
    return subprocess.Popen(command)


def prepare(*, stamp: Path | None, taken: Path | None = None, static: subprocess.Popen | None = None) -> None:
    """The schema's check; tables, reference data, static files and, once, the demo year; nothing when the stamp says it is done.

    `taken` is the kept demonstration that was put in: with nothing added since, there is nothing to check or to apply.
    """
    whole = taken is not None and kept.is_whole(taken)
    if not whole and manage("check_schema", "--before-migrating"):
        sys.exit(REFUSED)
    made = fingerprint(*TABLES, "static/**/*")
    if stamp and stamp.exists() and stamp.read_text() == made:
        return
    if stamp:
        unfinished(stamp).touch()
    if taken is None:
        fill()
    elif not whole:
        migrate()  # what was added since that release
    (static or collect_static()).wait()
    if stamp:
        stamp.write_text(made)
        unfinished(stamp).unlink(missing_ok=True)


def migrate() -> None:
    if manage("migrate", "--verbosity", "0"):
        sys.exit("数据库迁移未完成。演示数据可以重建：bin/demo --reset")


def fill() -> None:
    print("正在准备数据库和演示数据，首次约需两三分钟，请稍候……", flush=True)
    migrate()
    manage("load_reference", quiet=True)
    if manage("fill_demo", "--once"):
        sys.exit("演示数据未能写入。")
    manage("publish_log", quiet=True)


def take_kept(cluster: Postgres, var: Path) -> Path | None:
    """Put the kept demonstration in an empty place; None when it must be filled. Broken off, it is begun anew."""
    archive = kept.newest_fitting() if cluster.is_empty() else None
    if archive is None:
        return None
    print("正在放入随程序附带的演示数据……", flush=True)
    unfinished(cluster.folder / "prepared").touch()
    for part in ("files", "mail"):
        shutil.rmtree(var / part, ignore_errors=True)
    kept.restore(archive, cluster.url("postgres"), var)
    return archive


def keep(cluster: Postgres, var: Path) -> int:
    """Write this version's archive; an error when it is too large for the tree."""
    archive = kept.save(cluster.url("postgres"), var)
    size = archive.stat().st_size
    print(f"已存为 {archive}，{size / 1e6:.1f} MB。", flush=True)
    if size > kept.LARGEST:
        print(f"超过 {kept.LARGEST / 1e6:.1f} MB，不宜放入代码库。", file=sys.stderr)
        return 1
    return 0


def unfinished(stamp: Path) -> Path:
    """There while the database is being filled: found at a start, the last filling was broken off."""
    return stamp.with_name("unfinished")


def clear(var: Path) -> None:
    """Remove the demonstration's rows and files."""
    running, _ = running_or_started()
    running.stop()
    shutil.rmtree(postgres_folder(), ignore_errors=True)
    for part in ("files", "mail"):
        shutil.rmtree(var / part, ignore_errors=True)
    forget_log(var)


def forget_log(var: Path) -> None:
    """A new database begins a new log; the old one would rightly be taken for a cut one."""
    for part in PARTS:
        path = var / part
        path.unlink(missing_ok=True) if path.is_file() else shutil.rmtree(path, ignore_errors=True)


def wait_until_serving(address: str) -> bool:
    end = time.monotonic() + 300  # on a busy machine the pages take minutes to load
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return True
        except OSError:
            time.sleep(0.25)
    return False


def hold(lock: Path):
    """The open lock of this demo, kept until the process ends; None while another one has it."""
    held = lock.open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    held.truncate(0)
    return held


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/demo",
        description="在本机运行整个门户，带演示数据；按 Ctrl-C 停止。",
        epilog="环境变量：PORT 网页端口（默认 8000），PORTAL_VAR 数据目录（默认 var/）。",
    )
    parser.add_argument("--reset", action="store_true", help="清除原有演示数据，重新建立")
    parser.add_argument("--fill", action="store_true", help="不用附带的演示数据，逐步办理写入")
    parser.add_argument(
        "--keep", action="store_true", help="重新写入演示数据，存为附带的演示数据后退出（发布时用）"
    )
    return parser.parse_args()


def clear_what_is_unwanted(options: argparse.Namespace, var: Path) -> None:
    """Asked for, or left half-filled by an interruption; an own database is never touched."""
    broken_off = unfinished(postgres_folder() / "prepared").exists()
    if broken_off:
        print("上次写入演示数据时中断，现在重新建立。", flush=True)
    if options.reset or options.keep or broken_off:
        clear(var)


def main() -> int:
    options = read_options()
    var = var_dir()
    var.mkdir(parents=True, exist_ok=True)
    cluster, broker = None, None
    lock = hold(var / "demo.lock")
    if lock is None:
        print(f"此目录的演示已在运行：{(var / 'demo.lock').read_text() or '正在启动'}", file=sys.stderr)
        return 1
    if not os.environ.get("DATABASE_URL"):
        clear_what_is_unwanted(options, var)
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # as deploy/web and the image
    supervisor = Supervisor(var / "log")

    def stop(*_):
        supervisor.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    is_first = not os.environ.get("DATABASE_URL") and not (postgres_folder() / "prepared").exists()
    static = collect_static() if is_first else None
    try:
        if not os.environ.get("DATABASE_URL"):
            cluster, _ = running_or_started()
            use(cluster)
            supervisor.servers["postgres"] = cluster
        if not os.environ.get("REDIS_URL"):
            broker = Valkey(var / "valkey").start()
            os.environ["REDIS_URL"] = broker.url
            supervisor.servers["valkey"] = broker
        port = web_port()
        address = f"http://127.0.0.1:{port}"
        os.environ.setdefault("SITE_ORIGIN", KEPT_ORIGIN if options.keep else address)
        stamp = cluster.folder / "prepared" if cluster else None
        taken = None
        if stamp and not stamp.exists():
            forget_log(var)
            taken = None if options.fill or options.keep else take_kept(cluster, var)
        start_witnesses(supervisor, var / "witnesses")
        prepare(stamp=stamp, taken=taken, static=static)
        if options.keep and cluster:
            supervisor.stop()
            return keep(cluster, var)
        python = sys.executable
        gunicorn = [
            "-m",
            "gunicorn",
            "portal.wsgi",
            "-c",
            str(ROOT / "deploy/gunicorn.conf.py"),
            "-b",
            f"127.0.0.1:{port}",
            "-w",
            "2",
            "--threads",
            "4",
        ]
        supervisor.start("web", [python, *gunicorn, "-k", "gthread", "--timeout", "120"])
        supervisor.start(
            "worker", [python, "-m", "celery", "-A", "portal", "worker", "-c", "1", "-l", "warning"]
        )
        beat = ["beat", "-l", "warning", "-s", str(var / "beat-schedule"), "--pidfile="]
        supervisor.start("beat", [python, "-m", "celery", "-A", "portal", *beat])
        supervisor.start("relay", [python, "manage.py", "relay_outbox"])
        if not wait_until_serving(address):
            print(f"网页服务未能启动，请查看日志 {var / 'log' / 'web.log'}", file=sys.stderr)
            return 1
        lock.write(address)
        lock.flush()
        print(f"\n示范平台门户已启动：{address}\n")
        sys.stdout.flush()
        manage("demo_accounts")
        print("\n按 Ctrl-C 停止。")
        sys.stdout.flush()
        supervisor.watch()
        return 0
    finally:
        supervisor.stop()
        if broker:
            broker.stop()
        if cluster:
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main())
