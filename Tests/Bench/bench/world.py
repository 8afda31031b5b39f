"""The sensors, for a program in the guest that has to do something to them: a line of JSON in, a line of JSON out.

The program opens /dev/virtio-ports/bench.world for reading and writing. A request names what to `do`, the `sensor` by
its address, and more; the answer is {"ok": true, ...} or {"ok": false, "error": TEXT}.

    {"do": "drop", "sensor": A}                          the link is lost; {"do": "leave", ...}: the sensor ends it
    {"do": "hide", "sensor": A, "seconds": S}            not heard for a time
    {"do": "silence", "sensor": A, "seconds": S}         connected, and sends nothing
    {"do": "hush", "sensor": A, "on": TRUTH}             sends by itself or not, until told otherwise
    {"do": "refuse", "sensor": A, "count": N}            the next links end at once
    {"do": "table", "sensor": A, "services": [NAME...]}  comes back with these services
    {"do": "send", "sensor": A, "characteristic": C, "hex": H}
    {"do": "sent", "sensor": A, "characteristic": C}     adds "values", all that it sent since it was made
    {"do": "state", "sensor": A}                         adds "connected" and "subscribed"
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from .log import SensorLog
from .sensor import Sensor


class World:
    """Serves one port for the sensors of one scenario."""

    def __init__(self, sensors: list[Sensor], log: SensorLog) -> None:
        self._sensors = {sensor.address: sensor for sensor in sensors}
        self._log = log

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers until it is cancelled."""
        while line := await reader.readline():
            answer: dict[str, Any]
            try:
                answer = {"ok": True, **await self._do(json.loads(line))}
            except Exception as error:  # the program is told, and goes on or gives up
                answer = {"ok": False, "error": repr(error)}
            writer.write(json.dumps(answer).encode() + b"\n")

    async def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        sensor = self._sensors[request["sensor"]]
        match request["do"]:
            case "drop":
                await sensor.lose()
            case "leave":
                await sensor.disconnect()
            case "hide":
                await sensor.hide(request["seconds"])
            case "silence":
                sensor.fall_silent(request["seconds"])
            case "hush":
                sensor.is_hushed = request["on"]
            case "refuse":
                sensor.refuse(request["count"])
            case "table":
                await sensor.change_table(request["services"])
            case "send":
                await sensor.send(request["characteristic"], bytes.fromhex(request["hex"]))
            case "sent":
                entries = self._log.find("sent", sensor.name, characteristic=request["characteristic"])
                return {"values": [entry.hex for entry in entries]}
            case "state":
                return {"connected": sensor.connection is not None, "subscribed": sorted(sensor.subscribed)}
            case unknown:
                raise ValueError(f"nothing is called '{unknown}'")
        return {}
