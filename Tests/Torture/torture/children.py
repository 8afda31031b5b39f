"""Child processes: each in a log of its own, none left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from pathlib import Path

# A process that was told to end gets so many seconds before it is killed.
STOP_SECONDS = 10.0


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Child:
    """A process and its log."""

    def __init__(self, command: list[object], log: Path, *, environment: dict[str, str] | None = None, **options) -> None:
        self.log = log
        # What leads a session of its own is ended with all that it started.
        self.leads = bool(options.get("start_new_session"))
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdout=options.pop("stdout", file), stderr=file,
                env={**os.environ, **(environment or {})}, **options)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def kill(self) -> None:
        """Kills it without notice, and waits until it is gone."""
        if self.leads:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ends it in order; kills it when it does not end."""
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def text(self) -> str:
        """What it said."""
        return self.log.read_text(errors="replace").strip()


class Children:
    """Several processes, all gone when the block ends."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self._children):
            child.signal(signal.SIGCONT)
            if child.runs or child.leads:
                child.kill()

    def start(self, *arguments, **options) -> Child:
        """Starts one."""
        return self.add(Child(*arguments, **options))

    def add(self, child: Child) -> Child:
        """Takes one that runs."""
        self._children.append(child)
        return child


def memory_kib(pid: int) -> int:
    """Private memory of a process that no file backs, KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0


def descriptors(pid: int) -> int:
    """Open files of a process."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def threads(pid: int) -> int:
    """Threads of a process."""
    return len(os.listdir(f"/proc/{pid}/task"))
