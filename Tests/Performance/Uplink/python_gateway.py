"""A gateway as it is usually written in Python: sqlite3 and paho-mqtt, with the durability that ours has.

Each record is committed with `synchronous=FULL` before it is published, and deleted when its PUBACK came. Prints one
JSON object: how many messages, and in how many seconds.
"""

import argparse
import json
import sqlite3
import sys
import threading
import time

import paho.mqtt.client as mqtt


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--window", type=int, default=20)
    options = parser.parse_args()
    messages = [json.loads(line) for line in sys.stdin]

    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="python-gateway", protocol=mqtt.MQTTv5)
    client.max_inflight_messages_set(options.window)
    room = threading.Semaphore(options.window)
    lock = threading.Lock()
    done: list[int] = []
    rows: dict[int, int] = {}
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()

    def acknowledged(_client, _user, identifier, _reason, _properties) -> None:
        with lock:
            done.append(identifier)
        room.release()

    client.on_publish = acknowledged
    client.connect("127.0.0.1", options.port)
    client.loop_start()
    if not connected.wait(10):
        raise SystemExit("no connection")

    database = sqlite3.connect(options.database, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE record (id INTEGER PRIMARY KEY, topic TEXT NOT NULL, payload TEXT NOT NULL)")
    began = time.perf_counter()
    deleted = 0

    def forget() -> int:
        with lock:
            finished, done[:] = done[:], []
            # An acknowledgement may come before publish() has told its identifier.
            late = [identifier for identifier in finished if identifier not in rows]
            done.extend(late)
            gone = [rows.pop(identifier) for identifier in finished if identifier in rows]
        if gone:
            database.executemany("DELETE FROM record WHERE id = ?", [(row,) for row in gone])
        return len(gone)

    for message in messages:
        row = database.execute(
            "INSERT INTO record (topic, payload) VALUES (?, ?)", (message["topic"], message["payload"])).lastrowid
        room.acquire()
        info = client.publish(message["topic"], message["payload"], qos=1)
        with lock:
            rows[info.mid] = row
        deleted += forget()
    while deleted < len(messages):
        deleted += forget()
        time.sleep(0.0005)
    seconds = time.perf_counter() - began
    client.disconnect()
    print(json.dumps({"count": len(messages), "seconds": seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
