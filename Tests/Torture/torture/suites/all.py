"""Every suite, in the order in which they run: what is quick comes first."""

from __future__ import annotations

from torture.suites import chaos, clusters, cuts, fuzz, memory, mutations, offline, outage, rogue, soak, store_lost, swift, tls, uptime

SUITES = [
    tls.SUITE,
    rogue.SUITE,
    mutations.SUITE,
    cuts.SUITE,
    chaos.SUITE,
    uptime.SUITE,
    offline.SUITE,
    outage.SUITE,
    store_lost.SUITE,
    clusters.INTEROP,
    clusters.NATS,
    clusters.RABBIT,
    fuzz.SUITE,
    memory.SUITE,
    soak.SUITE,
    *swift.SUITES,
    swift.SIMULATION,
    swift.PLANTED,
    swift.SANITIZERS,
]
