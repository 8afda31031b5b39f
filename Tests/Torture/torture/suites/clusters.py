"""T21: clusters of three brokers whose nodes are killed one after the other; T23: one suite against every broker."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

from torture.brokers import Broker, Mosquitto, Nats, Rabbit, nats_cluster, rabbit_cluster
from torture.children import Children
from torture.gateway import Gateway, Receiver
from torture.probe import Probe
from torture.relay import OnlyVersion311, Relay
from torture.rig import log
from torture.suite import Broken, CannotRun, Findings, Options, Suite, until

# Deadlines of the gateways in the clusters: the acknowledgement deadline of the figure, and short delays.
DEADLINES = {"--acknowledge-ms": 5_000, "--connect-ms": 5_000, "--reconnect-min-ms": 100, "--reconnect-max-ms": 2_000,
             "--keep-alive": 10}
# What was asked for: delivery goes on within the acknowledgement deadline and three seconds, and a second of slack.
GAP_SECONDS = 5.0 + 3.0
SLACK_SECONDS = 1.0
# How often the gateways' counts are looked at; they report ten times a second.
LOOK_EVERY = 0.05
# Longer silences are told in the suite's log, seconds.
TOLD_SECONDS = 2.0


class Watch:
    """The longest time without an acknowledgement, seconds, while the cluster takes messages of others.

    It looks from a thread of its own. The suite itself waits for a node that starts (RabbitMQ: up to half a minute), and
    what it does not see meanwhile is no silence of the gateways.
    """

    def __init__(self, gateways: list[Gateway], probe: Probe, folder: Path) -> None:
        self.gateways = gateways
        self.probe = probe
        self.folder = folder
        self.longest = 0.0
        self.whose = ""
        # How long it did not look itself: no gap is known better than this.
        self.blind = 0.0
        self._looked_at = time.monotonic()
        self._last = [(gateway.number("acknowledged"), time.monotonic()) for gateway in gateways]
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._is_over:
            now = time.monotonic()
            self.blind = max(self.blind, now - self._looked_at)
            self._looked_at = now
            for index, gateway in enumerate(self.gateways):
                self._look(index, gateway, now)
            time.sleep(LOOK_EVERY)

    def _look(self, index: int, gateway: Gateway, now: float) -> None:
        acknowledged, since = self._last[index]
        # An election of the cluster's own is nobody's silence but its own.
        gap = now - max(since, self.probe.failed_at)
        if gap > self.longest:
            self.longest, self.whose = gap, gateway.name
        count = gateway.number("acknowledged")
        if count != acknowledged:
            self._last[index] = (count, now)
            if now - since > TOLD_SECONDS:
                self.say(f"{gateway.name}: {now - since:.1f} s without an acknowledgement, for {gap:.1f} s of them the "
                         "cluster took messages")

    def say(self, text: str) -> None:
        """A line of the suite's own log."""
        log(self.folder, f"{time.strftime('%H:%M:%S')} {text}")

    def stop(self) -> None:
        """Ends it."""
        self.blind = max(self.blind, time.monotonic() - self._looked_at)
        self._is_over = True
        self._thread.join(5)


def _kills(nodes: list[Broker], *, rounds: int, every: float, away: float, seed: int,
           restart_settles: float, watch: Watch) -> None:
    """Kills a node, leaves it away for a while, starts it again; and so on."""
    generator = random.Random(seed)
    killed: Broker | None = None
    for _ in range(rounds):
        killed = generator.choice([node for node in nodes if node is not killed])
        watch.say(f"{killed.folder.name} is killed")
        killed.kill()
        time.sleep(away)
        watch.say(f"{killed.folder.name} is started again")
        killed.start(waits=False)
        killed.wait()
        watch.say(f"{killed.folder.name} listens")
        time.sleep(max(restart_settles, every - away))


def _cluster(options: Options, findings: Findings, nodes: list[Broker], children: Children, *, gateways: int, rate: int,
             rounds: int, every: float, away: float, restart_settles: float) -> None:
    # A relay stands for the address that a cluster has to its clients: it leads to the first node that answers. Half of
    # the gateways begin at one end, half at the other.
    ports = [node.port for node in nodes]
    relays = [Relay(*ports), Relay(*reversed(ports))]
    receiver = Receiver(options, Relay(*ports).port, options.folder / "receive.log")
    children.add(receiver.child)
    receiver.wait()
    group = []
    for number in range(gateways):
        gateway = Gateway(
            options, options.folder / f"gateway-{number}.db", relays[number % 2].port, f"torture-{number}", DEADLINES)
        children.add(gateway.child)
        group.append(gateway)
    for gateway in group:
        gateway.tell(f"rate {rate}")
    if until(60, lambda: all(gateway.number("acknowledged") > 0 for gateway in group)) is None:
        raise Broken(f"not every gateway delivers to the cluster: {[g.notices[-1:] for g in group]}")
    # The receiver's subscription is some moments old: what a cluster loses of one that it has not stored on all nodes yet
    # says nothing about gateways. It gets as long as after each kill.
    time.sleep(restart_settles)
    probe = Probe(Relay(*ports).port)
    watch = Watch(group, probe, options.folder)
    _kills(nodes, rounds=rounds, every=every, away=away, seed=options.seed, restart_settles=restart_settles, watch=watch)
    watch.stop()
    probe.stop()
    for gateway in group:
        gateway.tell("rate 0")
    undrained = [gateway.name for gateway in group if gateway.drain(120) is None]
    committed = sum(int(str(gateway.stop()["committed"])) for gateway in group)
    verdict = receiver.verdict(90)
    findings.count("gateways", gateways)
    findings.count("nodes killed", rounds)
    findings.count("longest outage of the cluster itself, s", probe.longest)
    findings.count("records", verdict.records)
    findings.count("lost", verdict.lost)
    findings.count("doubled", verdict.doubled)
    findings.count("copies discarded by identity", verdict.copies)
    is_whole = verdict.is_clean and verdict.records == committed and not undrained
    findings.goal("0 acknowledged and not received, 0 doubled after dedupe",
                  f"{verdict.lost} lost, {verdict.doubled} doubled, {verdict.records} of {committed} records", is_whole)
    if not is_whole:
        print(f"    {verdict.text[-1200:]}\n    undrained {undrained}")
    findings.goal(f"delivery goes on within {GAP_SECONDS:g} s of the cluster taking messages again",
                  f"{watch.longest:.1f} s ({watch.whose})", watch.longest <= GAP_SECONDS + SLACK_SECONDS)
    # A watch that sleeps takes its own gap for theirs; one that has ended would see none.
    findings.goal(f"the gaps are known to within {SLACK_SECONDS:g} s", f"{watch.blind:.1f} s",
                  watch.blind <= SLACK_SECONDS)


def run_nats(options: Options, findings: Findings) -> None:
    with Children() as children:
        nodes = nats_cluster(children, options.folder)
        full = options.is_full
        _cluster(options, findings, nodes, children, gateways=20 if full else 3, rate=10, rounds=15 if full else 1,
                 every=20.0 if full else 8.0, away=8.0 if full else 3.0, restart_settles=4.0)


def run_rabbit(options: Options, findings: Findings) -> None:
    with Children() as children:
        nodes = rabbit_cluster(children, options.folder)
        full = options.is_full
        _cluster(options, findings, nodes, children, gateways=20 if full else 4, rate=10, rounds=8 if full else 1,
                 every=40.0, away=15.0, restart_settles=20.0)


def run_interop(options: Options, findings: Findings) -> None:
    """The same exchange with every broker: records, the broker killed and started again, the rest, a clean end."""
    peers = 0
    makers = {
        "mosquitto, MQTT 5": lambda children, folder: Mosquitto(children, folder, stores=True),
        "mosquitto, MQTT 3.1.1": lambda children, folder: Mosquitto(children, folder, stores=True),
        "NATS JetStream": lambda children, folder: Nats(children, folder),
        "RabbitMQ": lambda children, folder: Rabbit(children, folder),
        "amqtt": _amqtt,
    }
    for name, make in makers.items():
        if not options.is_full and name == "RabbitMQ":
            # It takes half a minute to start.
            continue
        folder = options.folder / name.replace(" ", "-").replace(",", "")
        try:
            with Children() as children:
                _exchange(options, findings, name, make(children, folder), children, folder)
            peers += 1
        except CannotRun as reason:
            findings.goal(f"{name}: the same suite", f"not here: {reason}", None)
        except Broken as reason:
            findings.goal(f"{name}: the same suite", str(reason), False)
    findings.count("peers", peers)


def _amqtt(children: Children, folder: Path) -> Broker:
    import os

    from torture.brokers import Amqtt

    python = Path(os.environ.get("VITALS_TORTURE_PYTHON", "/nonexistent"))
    if not (python.parent / "amqtt").exists():
        raise CannotRun("amqtt of PyPI is not installed; scripts/torture --full does so")
    return Amqtt(children, folder, python)


def _exchange(options: Options, findings: Findings, name: str, broker: Broker, children: Children, folder: Path) -> None:
    broker.start()
    if broker.kind == "rabbitmq":
        time.sleep(5)
    relay = Relay(broker.port)
    if name.endswith("3.1.1"):
        from torture.relay import Behaviour

        relay.behave(OnlyVersion311(Behaviour()))
    receiver = Receiver(options, broker.port, folder / "receive.log")
    children.add(receiver.child)
    receiver.wait()
    gateway = Gateway(options, folder / "journal.db", relay.port, settings=DEADLINES)
    children.add(gateway.child)
    gateway.tell("rate 50")
    if until(30, lambda: gateway.number("acknowledged") >= 100) is None:
        findings.goal(f"{name}: the same suite", f"nothing is delivered: {gateway.notices[-2:]}", False)
        return
    version = gateway.status.get("version")
    # The link is lost five times, and comes back.
    for _ in range(5):
        relay.behave(OnlyVersion311(Behaviour()) if name.endswith("3.1.1") else None)
        time.sleep(0.5)
    gateway.tell("rate 0")
    drained = gateway.drain(60)
    state = gateway.stop()
    verdict = receiver.verdict(30)
    holds = verdict.is_clean and drained is not None and verdict.records == int(str(state["committed"]))
    findings.goal(f"{name}: 0 lost, 0 doubled over 5 lost connections",
                  f"{verdict.records} records over MQTT {version}, {verdict.lost} lost, {verdict.doubled} doubled", holds)
    if not holds:
        print(f"    {verdict.text[-800:]}\n    {state} {gateway.notices[-4:]}")
    relay.stop()


NATS = Suite("cluster-nats", ("T21", "T23"), "three NATS JetStream nodes, killed in turn", run_nats,
             packages=("nats-server",), needs_network=True)
RABBIT = Suite("cluster-rabbitmq", ("T21", "T23"), "three RabbitMQ nodes with quorum queues, killed in turn", run_rabbit,
               packages=("rabbitmq-server",), needs_network=True)
INTEROP = Suite("interop", ("T23",), "the same exchange with mosquitto, NATS, RabbitMQ and amqtt", run_interop,
                packages=("nats-server", "rabbitmq-server"), needs_network=True)
