"""Brokers on this machine: mosquitto, NATS, RabbitMQ and amqtt, alone or as a cluster, in folders of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from torture.children import Child, Children, answers, free_port
from torture.suite import Broken, CannotRun, until

# Start-up times, seconds: far above what was seen (mosquitto 0.1, NATS 6, a RabbitMQ node 10).
START_SECONDS = {"mosquitto": 10.0, "nats": 30.0, "rabbitmq": 90.0, "amqtt": 20.0}


def program(name: str, *folders: str) -> str:
    """Where a program is; without it the suite cannot run."""
    found = shutil.which(name, path=os.pathsep.join([*folders, os.environ["PATH"], "/usr/sbin", "/usr/lib/rabbitmq/bin"]))
    if not found:
        raise CannotRun(f"there is no {name}: install its Debian package")
    return found


class Broker:
    """One process of a broker, which may be killed and started again at the same port."""

    kind = "mosquitto"

    def __init__(self, children: Children, folder: Path, port: int | None = None) -> None:
        self.children = children
        self.folder = folder
        self.port = port or free_port()
        self.child: Child | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def command(self) -> tuple[list[object], dict[str, str]]:
        """What starts it, and with which environment."""
        raise NotImplementedError

    def start(self, *, waits: bool = True) -> None:
        """Runs it; returns when it takes connections."""
        words, environment = self.command()
        self.child = self.children.start(words, self.folder / "log", environment=environment)
        if waits:
            self.wait()

    def wait(self) -> None:
        """Returns when it takes connections."""
        if until(START_SECONDS[self.kind], lambda: answers(self.port), 0.05) is None:
            raise Broken(f"{self.kind} does not listen on {self.port}: {self.child.text()[-2000:] if self.child else ''}")

    def kill(self) -> None:
        """Without notice."""
        if self.child:
            self.child.kill()

    def lose_everything(self) -> None:
        """Kills it and deletes what it stored."""
        self.kill()
        shutil.rmtree(self.folder / "store", ignore_errors=True)


class Mosquitto(Broker):
    """Debian's mosquitto, with its defaults but for what a test must see arrive."""

    def __init__(self, children: Children, folder: Path, *, lines: tuple[str, ...] = ("allow_anonymous true",),
                 stores: bool = False, port: int | None = None) -> None:
        super().__init__(children, folder, port)
        self.lines = lines
        self.stores = stores

    def command(self) -> tuple[list[object], dict[str, str]]:
        (self.folder / "store").mkdir(exist_ok=True)
        lines = [f"listener {self.port} 127.0.0.1", "max_queued_messages 5000000", *self.lines]
        if self.stores:
            lines += ["persistence true", f"persistence_location {self.folder}/store/"]
        if os.geteuid() == 0:
            lines.append("user root")
        file = self.folder / "mosquitto.conf"
        file.write_text("\n".join(lines) + "\n")
        return [program("mosquitto"), "-c", file], {}


class Nats(Broker):
    """A NATS server with JetStream and MQTT; `peers` are the cluster ports of all nodes."""

    kind = "nats"

    def __init__(self, children: Children, folder: Path, number: int = 1, peers: tuple[int, ...] = ()) -> None:
        super().__init__(children, folder)
        self.number = number
        self.peers = peers
        self.client_port = free_port()

    def command(self) -> tuple[list[object], dict[str, str]]:
        cluster = ""
        if self.peers:
            routes = ", ".join(f'"nats-route://127.0.0.1:{port}"' for port in self.peers)
            own = self.peers[self.number - 1]
            cluster = f"cluster {{ name: torture, listen: 127.0.0.1:{own}, routes: [{routes}] }}\n"
        file = self.folder / "nats.conf"
        file.write_text(
            f'server_name: n{self.number}\nlisten: 127.0.0.1:{self.client_port}\n'
            f'jetstream {{ store_dir: "{self.folder}/store" }}\nmqtt {{ listen: 127.0.0.1:{self.port} }}\n'
            + cluster)
        return [program("nats-server"), "-c", file], {}


class Rabbit(Broker):
    """A RabbitMQ node with quorum queues for MQTT."""

    kind = "rabbitmq"
    cookie = "vitalsd-torture"

    def __init__(self, children: Children, folder: Path, number: int = 1, nodes: int = 1) -> None:
        super().__init__(children, folder)
        self.number = number
        self.nodes = nodes
        self.name = f"r{number}@localhost"
        self.ports = [free_port(), free_port()]
        # Nodes find each other through the port mapper of this namespace, by name.
        self.home = folder.parent / "home"

    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home), "RABBITMQ_NODENAME": self.name, "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.ports[0]), "RABBITMQ_DIST_PORT": str(self.ports[1]),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "store"), "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"), "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
            "ERL_EPMD_ADDRESS": "127.0.0.1", "LC_ALL": "C.UTF-8",
        }

    def command(self) -> tuple[list[object], dict[str, str]]:
        self.home.mkdir(parents=True, exist_ok=True)
        cookie = self.home / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(self.cookie)
            cookie.chmod(0o400)
        lines = [
            f"mqtt.listeners.tcp.1 = 127.0.0.1:{self.port}", "mqtt.allow_anonymous = true",
            "mqtt.default_user = guest", "mqtt.default_pass = guest", "mqtt.durable_queue_type = quorum",
            "cluster_partition_handling = pause_minority", "log.console = false",
        ]
        if self.nodes > 1:
            lines.append("cluster_formation.peer_discovery_backend = classic_config")
            lines += [f"cluster_formation.classic_config.nodes.{n} = r{n}@localhost" for n in range(1, self.nodes + 1)]
        (self.folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        (self.folder / "plugins").write_text("[rabbitmq_mqtt].\n")
        # The wrappers in PATH give up root's rights; the program behind them does not, and all it writes is ours.
        return [program("rabbitmq-server", "/usr/lib/rabbitmq/bin")], self.environment()

    def start(self, *, waits: bool = True) -> None:
        words, environment = self.command()
        # A session of its own, so that the whole node can be ended: the shell in front of it starts the emulator.
        self.child = self.children.start(words, self.folder / "log", environment=environment, start_new_session=True)
        if waits:
            self.wait()

    def kill(self) -> None:
        file = self.folder / "pid"
        if file.exists():
            subprocess.run(["kill", "-9", file.read_text().strip()], check=False, capture_output=True)
        super().kill()

    def cluster_size(self) -> int:
        """Nodes of its cluster that run, as it sees them."""
        try:
            done = subprocess.run(
                [program("rabbitmqctl", "/usr/lib/rabbitmq/bin"), "-n", self.name, "--erlang-cookie", self.cookie,
                 "cluster_status", "--formatter", "json"],
                capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **self.environment()})
            return len(json.loads(done.stdout)["running_nodes"])
        except (subprocess.TimeoutExpired, ValueError, KeyError):
            return 0


class Amqtt(Broker):
    """The broker of PyPI's amqtt, a peer written from the specification by others."""

    kind = "amqtt"

    def __init__(self, children: Children, folder: Path, python: Path) -> None:
        super().__init__(children, folder)
        self.python = python

    def command(self) -> tuple[list[object], dict[str, str]]:
        file = self.folder / "amqtt.yaml"
        file.write_text(
            f"listeners:\n  default:\n    type: tcp\n    bind: 127.0.0.1:{self.port}\n"
            "plugins:\n  amqtt.plugins.authentication.AnonymousAuthPlugin:\n    allow_anonymous: true\n")
        return [self.python.parent / "amqtt", "-c", file], {}


def nats_cluster(children: Children, folder: Path) -> list[Broker]:
    """Three nodes that know each other, ready for MQTT."""
    peers = tuple(free_port() for _ in range(3))
    nodes: list[Broker] = [Nats(children, folder / f"n{n}", n, peers) for n in (1, 2, 3)]
    for node in nodes:
        node.start(waits=False)
    for node in nodes:
        node.wait()
    # The streams of MQTT can be made only when the nodes have a leader.
    until(30, lambda: any(node.child and "metadata leader" in node.child.text() for node in nodes))
    time.sleep(2)
    return nodes


def rabbit_cluster(children: Children, folder: Path) -> list[Broker]:
    """Three nodes with quorum queues, ready for MQTT."""
    nodes: list[Broker] = [Rabbit(children, folder / f"r{n}", n, 3) for n in (1, 2, 3)]
    for node in nodes:
        node.start(waits=False)
        time.sleep(6)
    for node in nodes:
        node.wait()
    first = nodes[0]
    assert isinstance(first, Rabbit)
    if until(90, lambda: first.cluster_size() == 3, 1) is None:
        raise Broken("the three RabbitMQ nodes do not become a cluster")
    return nodes
