"""The real daemon with a real broker and a receiver that counts, in a temporary folder; and what /proc says of it."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

# How long a broker may take to listen, and a process to end when it was told to: seconds, far above what they need.
START_SECONDS_MAX = 10
STOP_SECONDS_MAX = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    """Processor time of a process so far, all threads, user and system."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def memory_kib(pid):
    """RssAnon, and private memory (dirty, and clean pages of files that nobody else maps), in KiB."""
    def entries(name):
        lines = pathlib.Path(f"/proc/{pid}/{name}").read_text().splitlines()
        pairs = (line.split(":", 1) for line in lines if line.endswith(" kB"))
        return {key: int(value.split()[0]) for key, value in pairs}

    status, rollup = entries("status"), entries("smaps_rollup")
    return {
        "anonymous": status["RssAnon"],
        "private dirty": rollup["Private_Dirty"],
        "private": rollup["Private_Dirty"] + rollup["Private_Clean"],
    }


class Gateway:
    """A broker, a receiver and a daemon that replays a recording."""

    def __init__(self, binaries, folder, recording, speed, at_end, more=""):
        self.folder = pathlib.Path(folder)
        self.binaries = pathlib.Path(binaries)
        self.children = []
        port = free_port()
        self._start_broker(port)
        self.journal = self.folder / "journal.db"
        configuration = self.folder / "vitalsd.toml"
        configuration.write_text(
            f'[gateway]\nid = "benchmark"\n[source]\npath = "{recording}"\nspeed = {speed}\nat_end = "{at_end}"\n'
            f'[journal]\npath = "{self.journal}"\n[mqtt]\nport = {port}\n{more}')
        self.receiver = self._start(
            "receive", [self.binaries / "vitalsctl", "receive", "--port", port, "--gateway", "benchmark", "--until-stopped"])
        self.daemon = self._start("vitalsd", [self.binaries / "vitalsd", "--config", configuration])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()

    def _start(self, name, command):
        with open(self.folder / f"{name}.out", "wb") as out, open(self.folder / f"{name}.err", "wb") as err:
            child = subprocess.Popen([str(part) for part in command], stdout=out, stderr=err)
        self.children.append(child)
        return child

    def _start_broker(self, port):
        file = self.folder / "mosquitto.conf"
        user = "user root\n" if os.geteuid() == 0 else ""
        file.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\n{user}")
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.broker = self._start("mosquitto", [program, "-c", file])
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self.broker.poll() is not None:
                    raise SystemExit(f"mosquitto does not listen: {self.text('mosquitto.err')}") from None
                time.sleep(0.05)

    def text(self, name):
        return (self.folder / name).read_text(errors="replace").strip()

    def check(self):
        """The daemon must still run."""
        if self.daemon.poll() is not None:
            raise SystemExit(f"vitalsd ended with status {self.daemon.returncode}: {self.text('vitalsd.err')}")

    def stop(self):
        """Stops the daemon cleanly, and returns what the receiver says."""
        if self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGTERM)
        status = self.daemon.wait(timeout=STOP_SECONDS_MAX)
        if status != 0:
            raise SystemExit(f"vitalsd ended with status {status}: {self.text('vitalsd.err')}")
        self.receiver.wait(timeout=STOP_SECONDS_MAX)
        if self.receiver.returncode != 0:
            raise SystemExit(f"the receiver misses something: {self.text('receive.out')} {self.text('receive.err')}")
        return self.text("receive.out")
