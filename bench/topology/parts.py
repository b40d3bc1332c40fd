"""One process of the topology: started, asked whether it is ready, killed, frozen, started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 600  # seconds for a process to become ready; on a busy machine it takes minutes


@dataclass
class Part:
    """A process with everything that it starts; `user` when it may not be root's."""

    name: str
    command: list[str]
    folder: Path
    ready: Callable[[], bool] = lambda: True
    env: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    process: subprocess.Popen | None = None

    def start(self) -> Part:
        command = self.command
        if self.user and os.geteuid() == 0:
            command = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--init-groups", *command]
        own = self.folder / self.name
        own.mkdir(parents=True, exist_ok=True)
        if self.user:
            shutil.chown(own, self.user, self.user)
        temporary = own / "tmp"  # each container has its own
        temporary.mkdir(exist_ok=True)
        temporary.chmod(0o1777)
        with (self.folder / f"{self.name}.log").open("a") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": str(temporary), **self.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def wait(self) -> Part:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended at once:\n{self.last_words()}")
            if answers(self.ready):
                return self
            time.sleep(0.2)
        raise SystemExit(f"{self.name} is not ready after {PATIENCE} s:\n{self.last_words()}")

    def last_words(self) -> str:
        return (self.folder / f"{self.name}.log").read_text(errors="replace")[-3000:]

    def send(self, what: int) -> None:
        """To the process and its children."""
        for group in self.groups():
            try:
                os.killpg(group, what)
            except ProcessLookupError:
                continue

    def groups(self) -> set[int]:
        """Its own group and those that children made for themselves (the database's server does)."""
        parents, found = {}, {self.process.pid}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                parents[int(entry.name)] = (int(fields[1]), int(fields[2]))
        family = {self.process.pid}
        for _ in range(5):
            family |= {pid for pid, (parent, _) in parents.items() if parent in family}
        return found | {
            parents[pid][1] for pid in family if pid in parents and parents[pid][1] != os.getpgid(0)
        }

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.process.wait(10)

    def freeze(self) -> None:
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)

    def stop(self, patience: float = 40) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()


def answers(asked: Callable[[], bool]) -> bool:
    try:
        return asked()
    except Exception:  # not there yet, in whatever way
        return False
