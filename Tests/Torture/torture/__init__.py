"""Fault suites against the real journal, commit writer, uplink and libmosquitto."""
