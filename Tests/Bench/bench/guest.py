"""The guest: a machine in software emulation that runs Debian's kernel, systemd, D-Bus and BlueZ."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import dataclasses
import itertools
import shlex
import signal
import tempfile
import time
from pathlib import Path

from bumble.transport import open_transport

from .air import Adapter, Air
from .verdict import BenchError

#: An idle machine takes about 12 s; two that share it with a build, a minute.
BOOT_SECONDS = 180.0
#: For a command of which nothing else is said. systemd takes up to 2 s for its own commands in here.
COMMAND_SECONDS = 60.0
MEMORY_MIB = 1024


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of a command: its exit status, the guest's uptime before and after it, and what it printed."""

    status: int
    begin: float
    end: float
    output: str


class Guest:
    """One boot. What it leaves is in `out`, which it sees as /out."""

    def __init__(self, built: Path, install: Path, out: Path, air: Air) -> None:
        self.out = out
        self.air = air
        self.adapter: Adapter
        #: The port on which programs of the guest ask things of the sensors.
        self.world: tuple[asyncio.StreamReader, asyncio.StreamWriter]
        self._built, self._install = built, install
        # Not in `out`: a socket's path has 107 characters at most.
        self._sockets = tempfile.TemporaryDirectory(prefix="vitals-bench-")
        self._machine: asyncio.subprocess.Process
        self._writer: asyncio.StreamWriter
        self._numbers = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Outcome]] = {}
        self._offset = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def boot(self, survives_kernel_bugs: bool = False) -> None:
        """Starts it, and returns when hci0 is powered.

        A kernel that met a bug of its own is not to be trusted, and the machine ends with it; unless the bug is what
        the run is about.
        """
        sockets = Path(self._sockets.name)
        bugs = "panic_on_oops=0" if survives_kernel_bugs else "oops=panic panic=-1"
        append = f"console=ttyS0 quiet {bugs} mitigations=off random.trust_cpu=on systemd.show_status=0"
        append += " systemd.unit=multi-user.target"
        # Always emulated: where /dev/kvm is, it may be one that cannot boot a stock kernel. Always q35: microvm hangs
        # now and then when it calibrates its timers in emulation.
        arguments = f"""
            -M q35 -accel tcg,thread=multi -cpu max -smp 2 -m {MEMORY_MIB} -nodefaults -no-user-config -nographic
            -no-reboot -serial file:{shlex.quote(str(self.out / "console.log"))}
            -kernel {self._built}/vmlinux -initrd {self._built}/initramfs.img -append {shlex.quote(append)}
            -drive id=root,file={self._built}/root.sqfs,format=raw,if=none,readonly=on -device virtio-blk-pci,drive=root
            -fsdev local,id=install,path={self._install},security_model=none,readonly=on
            -device virtio-9p-pci,fsdev=install,mount_tag=install
            -fsdev local,id=out,path={self.out},security_model=none -device virtio-9p-pci,fsdev=out,mount_tag=out
            -object rng-random,id=random,filename=/dev/urandom -device virtio-rng-pci,rng=random
            -device virtio-serial-pci
            -chardev socket,id=hci,path={sockets}/hci,server=on,wait=off -device virtconsole,chardev=hci
            -chardev socket,id=command,path={sockets}/command,server=on,wait=off
            -device virtserialport,chardev=command,name=bench.command
            -chardev socket,id=world,path={sockets}/world,server=on,wait=off
            -device virtserialport,chardev=world,name=bench.world"""
        (self.out / "commands").mkdir(parents=True)
        with (self.out / "machine.log").open("w") as log:
            self._machine = await asyncio.create_subprocess_exec(
                "qemu-system-x86_64", *shlex.split(arguments), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )
        hello = self._answers["hello"] = asyncio.get_running_loop().create_future()
        reader, self._writer = await self._connect(sockets / "command")
        self.world = await self._connect(sockets / "world")
        transport = await open_transport(f"unix:{sockets}/hci")
        self.adapter = Adapter(transport, self.air)
        self._tasks.append(asyncio.create_task(self._read(reader)))
        self._tasks.append(asyncio.create_task(self._watch()))
        try:
            await asyncio.wait_for(hello, BOOT_SECONDS)
        except TimeoutError:
            late = f"the guest did not start within {BOOT_SECONDS:.0f} s"
            raise BenchError(f"{late}; see {self.out}/console.log") from None
        await self.synchronise()
        await self.run("systemctl start bluetooth", check=True)
        await self.until(ADAPTER_IS_POWERED, 60, "hci0 is powered")

    async def _connect(self, path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while True:
            try:
                return await asyncio.open_unix_connection(path)
            except (FileNotFoundError, ConnectionRefusedError):
                if self._machine.returncode is not None:
                    text = (self.out / "machine.log").read_text()
                    raise BenchError(f"the guest's machine did not start: {text}") from None
                await asyncio.sleep(0.05)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            number, status, begin, end = line.decode().split()
            answer = self._answers.pop(number, None)
            if answer is not None and not answer.done():
                printed = self.out / "commands" / number
                text = printed.read_text(errors="replace") if printed.exists() else ""
                answer.set_result(Outcome(int(status), float(begin), float(end), text))

    async def _watch(self) -> None:
        """What waits for a guest that is gone is told at once."""
        await self._machine.wait()
        self.adapter.unplug()  # what it has to say is said to nobody
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(BenchError(f"the guest died; see {self.out}/console.log"))

    def insist(self) -> None:
        """Ends whatever waits for a guest that is gone."""
        if self._machine.returncode is not None:
            raise BenchError(f"the guest died; see {self.out}/console.log")

    # Time

    async def synchronise(self) -> None:
        """Finds how the guest's uptime and the host's clock differ, by the quickest of some empty commands."""
        best = float("inf")
        for _ in range(5):
            begin = time.monotonic()
            outcome = await self.run("true")
            taken = time.monotonic() - begin
            if taken < best:
                best = taken
                self._offset = begin + taken / 2 - (outcome.begin + outcome.end) / 2

    def host_time(self, uptime: float) -> float:
        """The host's monotonic time at an uptime of the guest; right to some hundredths of a second."""
        return uptime + self._offset

    def uptime(self, host_time: float | None = None) -> float:
        """The guest's uptime at a monotonic time of the host; now, if none is given."""
        return (time.monotonic() if host_time is None else host_time) - self._offset

    # Commands

    async def run(self, command: str, seconds: float = COMMAND_SECONDS, check: bool = False) -> Outcome:
        """Runs a shell command as root."""
        number = str(next(self._numbers))
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        self.insist()
        self._writer.write(f"{number} {base64.b64encode(command.encode()).decode()}\n".encode())
        try:
            outcome: Outcome = await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            raise BenchError(f"in the guest, this took longer than {seconds:.0f} s: {command}") from None
        if check and outcome.status != 0:
            raise BenchError(f"in the guest, this failed with {outcome.status}: {command}\n{outcome.output}")
        return outcome

    async def kill(self, program: str) -> float:
        """kill -9 of all processes of a name; the uptime at which it was done."""
        outcome = await self.run(f"pids=$(pidof {program}) && cat /proc/uptime && kill -KILL $pids", check=True)
        return float(outcome.output.split()[0])

    async def until(self, condition: str, seconds: float, what: str) -> Outcome:
        """Repeats a shell command until it succeeds."""
        loop = f"SECONDS=0; until {condition}; do [ $SECONDS -lt {seconds:.0f} ] || exit 1; sleep 0.2; done"
        outcome = await self.run(loop, seconds + COMMAND_SECONDS)
        if outcome.status != 0:
            raise BenchError(f"waited {seconds:.0f} s, and still not: {what}")
        return outcome

    async def write(self, path: str, text: str) -> None:
        """Writes a file, and the folders above it."""
        staged = self.out / "commands" / f"file-{next(self._numbers)}"
        staged.write_text(text)
        await self.run(f"install -D -m 644 /out/commands/{staged.name} {shlex.quote(path)}", check=True)

    async def stop(self) -> None:
        """Keeps its logs, and switches it off."""
        if self._machine.returncode is None:
            with contextlib.suppress(BenchError):
                await self.run("journalctl -b -o short-monotonic --no-pager >/out/journal.txt; dmesg >/out/dmesg.txt")
        for task in self._tasks:
            task.cancel()
        if self._machine.returncode is None:
            self._machine.send_signal(signal.SIGTERM)
            await self._machine.wait()
        self._sockets.cleanup()


ADAPTER_IS_POWERED = (
    'test "$(busctl get-property org.bluez /org/bluez/hci0 org.bluez.Adapter1 Powered 2>/dev/null)" = "b true"'
)
