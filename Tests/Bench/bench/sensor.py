"""A virtual sensor: a heart-rate strap, a pulse oximeter, or both, with the faults that such things have."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import struct
import time
from collections import Counter
from collections.abc import Coroutine, Iterable
from typing import Any

from bumble import hci
from bumble.att import ATT_Error, Attribute
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import (
    GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR,
    Characteristic,
    CharacteristicValue,
    Descriptor,
    Service,
)
from bumble.gatt_server import Server
from bumble.host import Host
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.transport.common import AsyncPipeSink

from .air import Air
from .log import SensorLog
from .values import HEART_RATE, MAKERS, OXIMETRY, SPOT_CHECK

READ = Characteristic.Properties.READ
WRITE = Characteristic.Properties.WRITE
NOTIFY = Characteristic.Properties.NOTIFY
INDICATE = Characteristic.Properties.INDICATE

BATTERY = "2A19"
RECORD_ACCESS = "2A52"
CLOCK = "2A2B"

#: Service: its UUID, and its characteristics with what can be done with them. 2A52 only where records are stored.
SERVICES: dict[str, tuple[str, dict[str, Characteristic.Properties]]] = {
    "heart-rate": ("180D", {HEART_RATE: NOTIFY, "2A38": READ, "2A39": WRITE}),
    "oximeter": ("1822", {SPOT_CHECK: INDICATE, OXIMETRY: NOTIFY, "2A60": READ, RECORD_ACCESS: WRITE | INDICATE}),
    "battery": ("180F", {BATTERY: READ | NOTIFY}),
    "device": ("180A", {"2A29": READ, "2A24": READ, "2A25": READ, "2A26": READ}),
    "clock": ("1805", {CLOCK: READ | WRITE | NOTIFY}),
}
#: What is advertised; the others are found after connecting, as with real sensors.
ADVERTISED = ("heart-rate", "oximeter")

#: A link whose other side never answers lasts six connection intervals (Core 5.4, volume 6, B, 4.5.2), of 50 ms here.
ESTABLISHMENT_SECONDS = 0.3
ADVERTISING_INTERVAL_MILLISECONDS = 100
#: Record Access Control Point procedure refused: its indications are not configured.
CCCD_IMPROPERLY_CONFIGURED = 0xFD
WRITE_NOT_PERMITTED = 0x03


@dataclasses.dataclass
class Plan:
    """What a sensor is, before anything happens to it."""

    name: str
    address: str
    services: tuple[str, ...]
    #: Seconds between values of a stream.
    period: float = 0.5
    #: None: open. "": bonds with whoever asks. Six digits: shows them, and whoever wants to bond has to know them.
    passkey: str | None = None
    #: Spot checks that it keeps until they are deleted.
    stored: list[bytes] = dataclasses.field(default_factory=list)
    #: Whether values may come before the answer to the subscription (lesson 8).
    is_hasty: bool = False


def strap(number: int, **more: Any) -> Plan:
    """A heart-rate strap."""
    return Plan(f"Strap {number}", address(number), ("heart-rate", "battery", "device"), **more)


def oximeter(number: int, **more: Any) -> Plan:
    """A pulse oximeter that measures without a break."""
    return Plan(f"Oximeter {number}", address(number), ("oximeter", "battery", "device"), **more)


def both(number: int, **more: Any) -> Plan:
    """A wearable that is strap and oximeter in one."""
    return Plan(f"Both {number}", address(number), ("heart-rate", "oximeter", "battery", "device"), **more)


def address(number: int) -> str:
    """A random static address."""
    return f"C0:00:00:00:00:{number:02X}"


class Sensor:
    """Advertises until somebody connects, and sends while somebody is subscribed."""

    def __init__(self, plan: Plan, air: Air, log: SensorLog) -> None:
        self.plan = plan
        self.name = plan.name
        self.address = plan.address
        self.stored = list(plan.stored)
        self.connection: Connection | None = None
        self.subscribed: set[str] = set()
        #: The next number of each stream; it goes on over all connections.
        self.numbers: Counter[str] = Counter()
        self.is_hushed = False

        self._air = air
        self._log = log
        self._battery = 100
        self._clock_offset = 0.0
        self._hidden_until = self._silent_until = 0.0
        self._silence_ends_with: str | None = None
        self._refusals, self._is_deaf = 0, False
        self._characteristics: dict[str, Characteristic[bytes]] = {}
        self._advertising = asyncio.Lock()
        self._streams: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

        self._controller = Controller(plan.name, link=air)
        host = Host(self._controller, AsyncPipeSink(self._controller))
        self._device = Device(name=plan.name, address=hci.Address(plan.address), host=host)
        self._device.on(Device.EVENT_CONNECTION, self._on_connection)
        self._device.pairing_config_factory = lambda _connection: PairingConfig(
            sc=True, mitm=bool(plan.passkey), bonding=True, delegate=_Display(plan.passkey or None)
        )
        self.set_table(plan.services)

    @property
    def streams(self) -> list[str]:
        """The characteristics that it sends by itself."""
        return [uuid for uuid in (HEART_RATE, OXIMETRY) if uuid in self._characteristics]

    async def power_on(self) -> None:
        """Begins to advertise."""
        await self._device.power_on()
        self._begin(self._advertise())

    async def power_off(self) -> None:
        """Ends the link if there is one, and is never heard of again."""
        self._hidden_until = float("inf")
        await self.disconnect()
        async with self._advertising:
            await self._device.stop_advertising()
        for task in list(self._tasks):
            task.cancel()
        self._air.remove_controller(self._controller)

    # What it is

    def set_table(self, services: Iterable[str]) -> None:
        """Builds the GATT table and the advertisement."""
        services = tuple(services)
        server = Server(self._device)
        self._device.gatt_server = server
        self._device.add_default_services()
        self._characteristics.clear()
        for name in services:
            uuid, members = SERVICES[name]
            parts = [
                self._make(server, member, properties)
                for member, properties in members.items()
                if member != RECORD_ACCESS or self.plan.stored
            ]
            self._device.add_service(Service(UUID(uuid), parts))
        for attribute in server.attributes:
            _protect(attribute)
        advertised = b"".join(bytes.fromhex(SERVICES[name][0])[::-1] for name in services if name in ADVERTISED)
        data = [
            (AdvertisingData.FLAGS, b"\x06"),
            (AdvertisingData.COMPLETE_LOCAL_NAME, self.name.encode()),
            (AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, advertised),
        ]
        self._device.advertising_data = bytes(AdvertisingData(data))
        if len(self._device.advertising_data) > 31:
            raise ValueError(f"{self.name}: the advertisement has no room for a name of this length")

    def _make(self, server: Server, uuid: str, properties: Characteristic.Properties) -> Characteristic[bytes]:
        permissions = Characteristic.Permissions.READABLE | Characteristic.Permissions.WRITEABLE
        if self.plan.passkey is not None:
            permissions |= Characteristic.Permissions.READ_REQUIRES_ENCRYPTION
            permissions |= Characteristic.Permissions.WRITE_REQUIRES_ENCRYPTION
        value = CharacteristicValue(
            read=lambda _bearer: self._read(uuid), write=lambda _bearer, data: self._write(uuid, data)
        )
        own = permissions if properties & WRITE else permissions & ~Characteristic.Permissions.WRITEABLE
        characteristic: Characteristic[bytes] = Characteristic(UUID(uuid), properties, own, value)
        if properties & (NOTIFY | INDICATE):
            characteristic.on(
                Characteristic.EVENT_SUBSCRIPTION,
                lambda _bearer, notifies, indicates: self._on_subscription(uuid, notifies or indicates),
            )
            # Bumble would add one that everybody may write, bonded or not.
            cccd = Descriptor(
                GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR,
                permissions,
                server.make_descriptor_value(characteristic),
            )
            characteristic.descriptors = [cccd]
            self._characteristics[uuid] = characteristic
        return characteristic

    def _read(self, uuid: str) -> bytes:
        match uuid:
            case "2A38":
                return b"\x01"  # the chest
            case "2A60":  # PLX Features: Pulse Amplitude Index; stored spot checks, with the time of each
                return struct.pack("<H", 0x40 | (0x0C if self.plan.stored else 0))
            case "2A19":
                return bytes([self._battery])
            case "2A29":
                return b"Virtual"
            case "2A24":
                return b"Bench"
            case "2A25":
                return self.address.encode()
            case "2A26":
                return b"1.0"
            case "2A2B":
                return current_time(time.time() + self._clock_offset)
        raise ATT_Error(error_code=0x02)

    def _write(self, uuid: str, data: bytes) -> None:
        self._log.add("written", self.name, characteristic=uuid, hex=data.hex())
        if uuid == RECORD_ACCESS:
            if RECORD_ACCESS not in self.subscribed:
                raise ATT_Error(error_code=CCCD_IMPROPERLY_CONFIGURED)
            self._begin(self._access_records(data))
        elif uuid == CLOCK:
            self._clock_offset = 0.0
        elif uuid == "2A39" and data != b"\x01":
            raise ATT_Error(error_code=0x80)  # Control Point Not Supported

    async def _access_records(self, request: bytes) -> None:
        """Record Access Control Point (Pulse Oximeter Service 1.0.1, 3.4): all records reported, deleted or counted."""
        code = request[0] if request else 0
        success, code_unsupported, operator_unsupported, no_records = 1, 2, 4, 6
        if request[1:] != b"\x01":
            await self.send(RECORD_ACCESS, bytes([0x06, 0, code, operator_unsupported]))
        elif code == 1:
            for record in list(self.stored):
                await self.send(SPOT_CHECK, record)
            await self.send(RECORD_ACCESS, bytes([0x06, 0, code, success if self.stored else no_records]))
        elif code == 2:
            self.stored.clear()
            await self.send(RECORD_ACCESS, bytes([0x06, 0, code, success]))
        elif code == 4:
            await self.send(RECORD_ACCESS, b"\x05\x00" + struct.pack("<H", len(self.stored)))
        else:
            await self.send(RECORD_ACCESS, bytes([0x06, 0, code, code_unsupported]))

    # Its link

    async def _advertise(self) -> None:
        while (left := self._hidden_until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 3600))
        async with self._advertising:
            if self.connection is None:
                interval = ADVERTISING_INTERVAL_MILLISECONDS
                await self._device.start_advertising(
                    advertising_interval_min=interval, advertising_interval_max=interval
                )

    def _on_connection(self, connection: Connection) -> None:
        if self._refusals > 0:
            self._refusals -= 1
            self._log.add("refused", self.name)
            connection.on(Connection.EVENT_DISCONNECTION, lambda _reason: self._begin(self._advertise()))
            self._begin(self._end_refused(connection, self._is_deaf))
            return
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
        self.connection = connection
        self._log.add("connected", self.name)

    async def _end_refused(self, connection: Connection, is_deaf: bool) -> None:
        if is_deaf:
            self._air.deaf.add(self._device.random_address)
        await asyncio.sleep(ESTABLISHMENT_SECONDS)
        with contextlib.suppress(Exception):  # the central may have been quicker
            await connection.disconnect(hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR)
        self._air.deaf.discard(self._device.random_address)

    def _on_disconnection(self, reason: int) -> None:
        self._log.add("disconnected", self.name, reason=reason)
        self.connection = None
        if self._silence_ends_with is not None:
            self._silent_until, self._silence_ends_with = 0.0, None
        self.subscribed.clear()
        for stream in self._streams.values():
            stream.cancel()
        self._streams.clear()
        self._begin(self._advertise())

    def _on_subscription(self, uuid: str, is_on: bool) -> None:
        self._log.add("subscribed" if is_on else "unsubscribed", self.name, characteristic=uuid)
        if stream := self._streams.pop(uuid, None):
            stream.cancel()
        if not is_on:
            self.subscribed.discard(uuid)
            return
        if self._silence_ends_with == "subscription":
            self._silent_until, self._silence_ends_with = 0.0, None
        self.subscribed.add(uuid)
        if uuid in (HEART_RATE, OXIMETRY):
            self._streams[uuid] = self._begin(self._stream(uuid))

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        async def guarded() -> None:
            try:
                await work
            except Exception as error:  # the sensor goes on; the log shows it, and whoever waits gives up in time
                self._log.add("error", self.name, text=repr(error))

        task = asyncio.get_running_loop().create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # Its values

    async def _stream(self, uuid: str) -> None:
        """The first value follows the subscription at once: a gateway that is not ready yet loses it (lesson 8)."""
        if not self.plan.is_hasty:
            await asyncio.sleep(0)  # the answer to the subscription goes first
        due = time.monotonic()
        while True:
            if not self.is_hushed and time.monotonic() >= self._silent_until:
                await self.send(uuid, MAKERS[uuid](self.numbers[uuid]), counted=True)
            due += self.plan.period
            await asyncio.sleep(due - time.monotonic())

    async def send(self, uuid: str, payload: bytes, counted: bool = False) -> None:
        """Sends a value to whoever is subscribed; what it logs is what goes out."""
        if self.connection is None or uuid not in self.subscribed:
            self._log.add("unwanted", self.name, characteristic=uuid, hex=payload.hex())
            return
        number = None
        if counted:
            number = self.numbers[uuid]
            self.numbers[uuid] += 1
        self._log.add("sent", self.name, characteristic=uuid, number=number, hex=payload.hex())
        characteristic = self._characteristics[uuid]
        if characteristic.properties & NOTIFY:
            await self._device.notify_subscriber(self.connection, characteristic, payload)
        else:
            await self._device.indicate_subscriber(self.connection, characteristic, payload)

    async def measure_spot(self) -> None:
        """Takes a spot check and indicates it."""
        await self.send(SPOT_CHECK, MAKERS[SPOT_CHECK](self.numbers[SPOT_CHECK]), counted=True)

    async def set_battery(self, percent: int) -> None:
        """Has another battery level from now on."""
        self._battery = percent
        if BATTERY in self.subscribed:
            await self.send(BATTERY, bytes([percent]))

    # What can happen to it

    async def disconnect(self, reason: int = hci.HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR) -> None:
        """Ends the link, if there is one."""
        if self.connection is not None:
            self._log.add("fault", self.name, fault="disconnect", reason=int(reason))
            with contextlib.suppress(Exception):  # the central may have been quicker
                await self.connection.disconnect(hci.HCI_ErrorCode(reason))

    async def lose(self) -> None:
        """Ends the link as a supervision time-out does."""
        await self.disconnect(hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)

    async def hide(self, seconds: float) -> None:
        """Is not heard for a time. A link that is up stays."""
        self._log.add("fault", self.name, fault="hide", seconds=seconds)
        self._hidden_until = time.monotonic() + seconds
        async with self._advertising:
            await self._device.stop_advertising()
        self._begin(self._advertise())

    def fall_silent(self, seconds: float = float("inf"), ends_with: str | None = None) -> None:
        """Sends nothing, with the link up: for a time, or until the next "subscription" or "connection"."""
        self._log.add("fault", self.name, fault="silent", ends_with=ends_with)
        self._silent_until = time.monotonic() + seconds
        self._silence_ends_with = ends_with

    def refuse(self, count: int, is_deaf: bool = False) -> None:
        """The next links end at once; of the deaf also without an answer to anything."""
        self._log.add("fault", self.name, fault="refuse", count=count, deaf=is_deaf)
        self._refusals, self._is_deaf = count, is_deaf

    async def change_table(self, services: Iterable[str]) -> None:
        """Comes back with another GATT table, as after an update of its firmware."""
        self._log.add("fault", self.name, fault="table", services=list(services))
        await self.disconnect()
        async with self._advertising:
            await self._device.stop_advertising()
            self.set_table(services)
        await self._advertise()

    async def forget_bonds(self) -> None:
        """Loses its keys, as after a reset."""
        self._log.add("fault", self.name, fault="forget-bonds")
        if self._device.keystore is not None:
            await self._device.keystore.delete_all()


def _protect(attribute: Attribute[Any]) -> None:
    """Refuses writing where it is not permitted: Bumble 0.0.236 lets a client overwrite declarations, and BlueZ writes
    to handles that it remembers of another table.
    """

    async def refuse(_bearer: Any, _value: bytes) -> None:
        raise ATT_Error(error_code=WRITE_NOT_PERMITTED, att_handle=attribute.handle)

    if not attribute.permissions & Attribute.WRITEABLE:
        attribute.write_value = refuse  # type: ignore[method-assign,assignment]


class _Display(PairingDelegate):
    """A display that always shows the same digits, or none at all."""

    def __init__(self, passkey: str | None) -> None:
        kind = PairingDelegate.DISPLAY_OUTPUT_ONLY if passkey else PairingDelegate.NO_OUTPUT_NO_INPUT
        super().__init__(io_capability=kind)
        self._passkey = passkey

    async def generate_passkey(self) -> int:
        return int(self._passkey or 0)


def current_time(seconds: float) -> bytes:
    """Current Time, UTC, with nothing adjusted."""
    moment = time.gmtime(seconds)
    return struct.pack(
        "<HBBBBBBBB",
        moment.tm_year,
        moment.tm_mon,
        moment.tm_mday,
        moment.tm_hour,
        moment.tm_min,
        moment.tm_sec,
        moment.tm_wday + 1,
        int(seconds % 1 * 256),
        0,
    )
