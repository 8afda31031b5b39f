"""A TCP relay in front of a broker, on a thread of its own, that does to each connection what a behaviour says."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable

from torture import packets
from torture.packets import Packet

# Read from a socket at once.
CHUNK = 16_384


class Cut(Exception):
    """Raised by a behaviour: the connection ends here."""

    def __init__(self, *, resets: bool = False) -> None:
        super().__init__()
        self.resets = resets


class Connection:
    """One client, and its broker once that is asked for."""

    def __init__(self, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.relay = relay
        self.number = number
        self.reader = reader
        self.writer = writer
        self.broker_writer: asyncio.StreamWriter | None = None
        self.level = 5
        self.pubacks = 0
        self._first: Packet | None = None

    async def packet(self) -> Packet | None:
        """The client's next packet."""
        if self._first:
            first, self._first = self._first, None
            return first
        packet = await packets.read(self.reader)
        if packet and packet.kind == packets.CONNECT:
            self.level = packet.level
        return packet

    def put_back(self, packet: Packet) -> None:
        """The next reader of this client sees the packet again."""
        self._first = packet

    async def bytes(self) -> bytes:
        """The client's next bytes; empty at the end."""
        if self._first:
            first, self._first = self._first, None
            return first.raw
        return await self.reader.read(CHUNK)

    async def broker(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connects to the first broker that answers."""
        for port in self.relay.upstreams:
            with contextlib.suppress(OSError):
                reader, self.broker_writer = await asyncio.open_connection("127.0.0.1", port)
                return reader, self.broker_writer
        raise Cut

    async def send(self, data: bytes) -> None:
        """To the client."""
        self.writer.write(data)
        await self.writer.drain()

    def close(self, *, resets: bool) -> None:
        """Ends both sides; with a reset instead of an end, when so asked."""
        for writer in (self.writer, self.broker_writer):
            if writer is None:
                continue
            if resets:
                with contextlib.suppress(OSError):
                    writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            else:
                with contextlib.suppress(OSError):
                    writer.close()


class Behaviour:
    """Passes everything on, packet by packet; subclasses do worse. `hits` counts how often the fault happened."""

    hits = 0

    async def serve(self, connection: Connection) -> None:
        """The whole life of one connection."""
        reader, writer = await connection.broker()
        await both(self._up(connection, writer), self._down(connection, reader))

    async def from_client(self, connection: Connection, packet: Packet) -> bytes:
        """What the broker gets for a packet of the client."""
        return packet.raw

    async def from_broker(self, connection: Connection, packet: Packet) -> bytes:
        """What the client gets for a packet of the broker."""
        return packet.raw

    async def _up(self, connection: Connection, writer: asyncio.StreamWriter) -> None:
        while packet := await connection.packet():
            writer.write(await self.from_client(connection, packet))
            await writer.drain()

    async def _down(self, connection: Connection, reader: asyncio.StreamReader) -> None:
        while packet := await packets.read(reader):
            await connection.send(await self.from_broker(connection, packet))


class Bytes(Behaviour):
    """Passes bytes on as they come, without looking at packets. `up` and `down` are told the bytes of one connection."""

    async def serve(self, connection: Connection) -> None:
        reader, writer = await connection.broker()
        await both(
            self._pump(connection, connection.bytes, writer, self.up),
            self._pump(connection, lambda: reader.read(CHUNK), connection.writer, self.down))

    async def up(self, connection: Connection, data: bytes) -> bytes:
        """What the broker gets."""
        return data

    async def down(self, connection: Connection, data: bytes) -> bytes:
        """What the client gets."""
        return data

    async def _pump(
        self, connection: Connection, read: Callable, writer: asyncio.StreamWriter, change: Callable
    ) -> None:
        while data := await read():
            writer.write(await change(connection, data))
            await writer.drain()


class OnlyVersion311(Behaviour):
    """Refuses MQTT 5 as a broker of 3.1.1 does, then hands the connection to another behaviour."""

    def __init__(self, inner: Behaviour) -> None:
        self.inner = inner

    async def serve(self, connection: Connection) -> None:
        first = await connection.packet()
        if first is None:
            return
        if first.level == 5:
            await connection.send(b"\x20\x02\x00\x01")
            return
        connection.put_back(first)
        await self.inner.serve(connection)


async def both(*halves) -> None:
    """Runs both directions until one ends; the other then ends too."""
    tasks = [asyncio.ensure_future(half) for half in halves]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Relay:
    """Listens on a port of its own; what happens to connections may change at any time, for the next ones."""

    def __init__(self, *upstreams: int) -> None:
        self.upstreams = list(upstreams)
        self.connections = 0
        self.opened: list[float] = []
        self._behaviour: Behaviour = Behaviour()
        self._open: set[Connection] = set()
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.port = 0
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(self, reader, writer, self.connections)
        self.connections += 1
        self.opened.append(time.monotonic())
        self._open.add(connection)
        resets = False
        try:
            await self._behaviour.serve(connection)
        except Cut as cut:
            resets = cut.resets
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(connection)
            connection.close(resets=resets)

    def behave(self, behaviour: Behaviour | None = None, *, cuts: bool = True) -> None:
        """What happens to connections from now on; those that are there are cut unless told otherwise."""

        def change() -> None:
            self._behaviour = behaviour or Behaviour()
            if cuts:
                for connection in list(self._open):
                    connection.close(resets=True)

        self._call(change)

    def upstream(self, *ports: int) -> None:
        """Other brokers from now on."""
        self._call(lambda: setattr(self, "upstreams", list(ports)))

    def _call(self, action: Callable[[], object]) -> None:
        done = threading.Event()

        def wrapped() -> None:
            action()
            done.set()

        self._loop.call_soon_threadsafe(wrapped)
        done.wait(10)

    def stop(self) -> None:
        """Ends it and every connection."""

        async def end() -> None:
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._loop.stop()

        asyncio.run_coroutine_threadsafe(end(), self._loop)
        self._thread.join(5)
