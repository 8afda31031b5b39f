"""The SQLite storage of ThingsBoard's IoT Gateway, as its package on PyPI has it, with paho-mqtt behind it.

Its own `put`, `get_event_pack` and `event_pack_processing_done` are called as the gateway's sending loop calls them:
packs of up to a thousand messages, removed when all of a pack are acknowledged. Its storage commits with
`synchronous=NORMAL`, which is less than ours: a power cut may take what it has committed.
"""

import argparse
import json
import logging
import sys
import threading
import time

import paho.mqtt.client as mqtt
from thingsboard_gateway.storage.sqlite.sqlite_event_storage import SQLiteEventStorage

# The pause of the gateway's own sending loop when there is nothing to send (tb_gateway_service.py).
EMPTY_SECONDS = 0.2


class Logger(logging.Logger):
    """The gateway's loggers have one more level."""

    def trace(self, *_: object, **__: object) -> None:
        """Says nothing."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--window", type=int, default=20)
    options = parser.parse_args()
    messages = [json.loads(line) for line in sys.stdin]

    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="thingsboard", protocol=mqtt.MQTTv5)
    client.max_inflight_messages_set(options.window)
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.connect("127.0.0.1", options.port)
    client.loop_start()
    if not connected.wait(10):
        raise SystemExit("no connection")

    storage = SQLiteEventStorage({"data_file_path": f"{options.folder}/"}, Logger("storage", logging.ERROR), threading.Event())
    began = time.perf_counter()
    for message in messages:
        while not storage.put(json.dumps(message)):
            time.sleep(0.001)
    sent = 0
    while sent < len(messages):
        pack = storage.get_event_pack()
        if not pack:
            time.sleep(EMPTY_SECONDS)
            continue
        waiting = []
        for text in pack:
            message = json.loads(text)
            waiting.append(client.publish(message["topic"], message["payload"], qos=1))
        for info in waiting:
            info.wait_for_publish(30)
        storage.event_pack_processing_done()
        sent += len(pack)
    seconds = time.perf_counter() - began
    storage.stop()
    client.disconnect()
    print(json.dumps({"count": sent, "seconds": seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
