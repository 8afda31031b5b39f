"""T22: a broker that loses everything that it has acknowledged, and a far side that asks for it once more."""

from __future__ import annotations

import secrets
import subprocess
import time

from torture.brokers import Mosquitto
from torture.children import Children
from torture.gateway import QUICK, Gateway, Receiver
from torture.suite import Broken, Findings, Options, Suite, until

RECORDS_FULL, RECORDS_SHORT = 20_000, 1_000
# Records that come after the loss, beside the replay.
LIVE = 100
# The least rate of a backlog, with room.
PATIENCE = 120.0


def run(options: Options, findings: Findings) -> None:
    count = RECORDS_FULL if options.is_full else RECORDS_SHORT
    key = options.folder / "request.key"
    key.write_text(secrets.token_hex(32) + "\n")
    key.chmod(0o600)
    with Children() as children:
        broker = Mosquitto(children, options.folder / "mosquitto", stores=True)
        broker.start()
        # A consumer whose session the broker keeps, and which is away: so the broker holds all, and acknowledges all.
        away = Receiver(options, broker.port, options.folder / "away.log", "torture")
        children.add(away.child)
        time.sleep(1)
        away.child.kill()
        gateway = Gateway(options, options.folder / "journal.db", broker.port,
                          settings={**QUICK, "--request-key-file": key})
        children.add(gateway.child)
        gateway.tell(f"commit {count}")
        if gateway.drain(PATIENCE) is None:
            raise Broken(f"the broker does not take the records: {gateway.notices[-3:]}")
        broker.lose_everything()
        broker.start()
        receiver = Receiver(options, broker.port, options.folder / "receive.log", "torture")
        children.add(receiver.child)
        if until(30, lambda: "connected to" in receiver.child.text()) is None:
            raise Broken("the receiver does not reach the empty broker")
        time.sleep(1)
        if until(30, lambda: gateway.is_delivering) is None:
            raise Broken("the gateway does not come back to the empty broker")
        gateway.tell(f"commit {LIVE}")
        began = time.monotonic()
        asked = subprocess.run(
            [options.binaries / "vitalsctl", "request-replay", "--port", str(broker.port), "--gateway", "torture",
             "--request-key-file", key, "--records", f"1-{count}"], capture_output=True, text=True, check=False)
        (options.folder / "request.log").write_text(asked.stdout + asked.stderr)
        findings.goal("the gateway hears the signed request", asked.stdout.strip() or asked.stderr.strip(), asked.returncode == 0)
        time.sleep(1)
        gateway.drain(PATIENCE)
        findings.count("replayed in, s", time.monotonic() - began)
        state = gateway.stop()
        verdict = receiver.verdict(PATIENCE)
        findings.count("records", verdict.records)
        findings.goal("all of the grace window is there again: 0 lost, 0 doubled",
                      f"{verdict.records} of {state['committed']}, {verdict.lost} lost, {verdict.doubled} doubled",
                      verdict.is_clean and verdict.records == int(str(state["committed"])))


SUITE = Suite("store-lost", ("T22",), "a broker that loses what it acknowledged, and a replay", run)
