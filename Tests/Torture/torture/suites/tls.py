"""T18, TLS: certificates that must not be trusted, and after each one that must."""

from __future__ import annotations

import subprocess
from pathlib import Path

from torture.brokers import Broker, Mosquitto, program
from torture.children import Children
from torture.gateway import QUICK, Gateway, Receiver
from torture.relay import Bytes, Relay
from torture.rig import HEALTHY_SECONDS
from torture.suite import Broken, Findings, Options, Suite, until

# Attempts that each bad peer has to refuse.
ATTEMPTS = 3
# A peer that is openssl's own server: mosquitto's setting names the lowest version, not the highest.
OLD = ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")


class OldServer(Broker):
    """openssl s_server, which speaks TLS 1.1 and nothing newer."""

    def __init__(self, children: Children, folder: Path, keys: Path) -> None:
        super().__init__(children, folder)
        self.keys = keys

    def command(self) -> tuple[list[object], dict[str, str]]:
        return [program("openssl"), "s_server", "-accept", self.port, "-cert", self.keys / "good.crt", "-key",
                self.keys / "good.key", *OLD], {}


def _openssl(folder: Path, *words: str) -> None:
    done = subprocess.run([program("openssl"), *words], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(f"openssl {words[0]}: {done.stderr[-400:]}")


def _authority(folder: Path, name: str) -> None:
    _openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-keyout", f"{name}.key", "-out", f"{name}.crt", "-subj", f"/CN={name}")


def _certificate(folder: Path, name: str, authority: str, alternative: str, days: str = "2") -> None:
    _openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
             f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    (folder / f"{name}.ext").write_text(f"subjectAltName={alternative}\n")
    _openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key",
             "-CAcreateserial", "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.crt")


def run(options: Options, findings: Findings) -> None:
    keys = options.folder / "keys"
    keys.mkdir()
    for name in ("ca", "other"):
        _authority(keys, name)
    _certificate(keys, "good", "ca", "IP:127.0.0.1")
    _certificate(keys, "stranger", "other", "IP:127.0.0.1")
    _certificate(keys, "name", "ca", "DNS:elsewhere.invalid")
    _certificate(keys, "expired", "ca", "IP:127.0.0.1", days="-1")
    _openssl(keys, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-keyout", "self.key", "-out", "self.crt", "-subj", "/CN=127.0.0.1", "-addext",
             "subjectAltName=IP:127.0.0.1")
    bad = {
        "an unknown authority": ("stranger", ()), "another name": ("name", ()), "an expired certificate": ("expired", ()),
        "a certificate that signed itself": ("self", ()), "TLS 1.1 alone": ("good", OLD),
        "no TLS at all": (None, ()),
    }
    with Children() as children:
        def broker(name: str, certificate: str | None, lines: tuple[str, ...] = ()) -> Broker:
            if lines == OLD:
                old = OldServer(children, options.folder / name.replace(" ", "-"), keys)
                old.start()
                return old
            files = (f"cafile {keys}/ca.crt", f"certfile {keys}/{certificate}.crt", f"keyfile {keys}/{certificate}.key")
            made = Mosquitto(children, options.folder / name.replace(" ", "-"),
                             lines=("allow_anonymous true", *(files if certificate else ()), *lines))
            made.start()
            return made

        good = broker("good", "good")
        relay = Relay(good.port)
        relay.behave(Bytes())
        receiver = Receiver(options, good.port, options.folder / "receive.log", tls=keys / "ca.crt")
        children.add(receiver.child)
        gateway = Gateway(options, options.folder / "journal.db", relay.port,
                          settings={**QUICK, "--ca-file": keys / "ca.crt"})
        children.add(gateway.child)
        gateway.tell("rate 20")
        if until(30, lambda: gateway.number("acknowledged") > 10) is None:
            raise Broken(f"the good broker is not reached: {gateway.notices[-3:]}")
        refused, slowest = 0, 0.0
        for name, (certificate, lines) in bad.items():
            peer = broker(name, certificate, lines)
            relay.upstream(peer.port)
            relay.behave(Bytes())
            before = relay.connections
            until(20, lambda before=before: relay.connections >= before + ATTEMPTS)
            said = peer.child.text() if peer.child else ""
            hears = "New client connected" in said or "CIPHER is" in said
            refused += not hears and relay.connections >= before + ATTEMPTS
            peer.kill()
            relay.upstream(good.port)
            relay.behave(Bytes())
            acknowledged = gateway.number("acknowledged")
            back = until(HEALTHY_SECONDS, lambda a=acknowledged: gateway.is_delivering and gateway.number("acknowledged") > a)
            slowest = max(slowest, HEALTHY_SECONDS + 1 if back is None else back)
        findings.count("bad peers", len(bad))
        findings.goal("every bad peer is refused, and hears nothing", f"{refused} of {len(bad)}", refused == len(bad))
        findings.goal(f"the good broker is reached within {HEALTHY_SECONDS:g} s after each", f"at most {slowest:.2f} s",
                      slowest <= HEALTHY_SECONDS)
        gateway.tell("rate 0")
        drained = gateway.drain(60)
        state = gateway.stop()
        verdict = receiver.verdict()
        findings.count("records", verdict.records)
        findings.goal("0 lost, 0 doubled after dedupe", f"{verdict.lost} lost, {verdict.doubled} doubled",
                      verdict.is_clean and drained is not None and verdict.records == int(str(state["committed"])))


SUITE = Suite("tls", ("T18",), "certificates that must not be trusted: wrong authority, name, time, signer, version", run,
              packages=("openssl",))
