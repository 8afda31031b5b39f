"""Every suite of this folder, in the order in which they run: the quick ones first."""

from torture.suites import chaos, clusters, cuts, mutations, rogue, tls

SUITES = [
    tls.SUITE, rogue.SUITE, mutations.SUITE, cuts.SUITE, chaos.SUITE, clusters.INTEROP, clusters.NATS, clusters.RABBIT,
]
