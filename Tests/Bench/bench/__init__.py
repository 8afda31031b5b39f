"""The bench: the gateway's own binaries against a real BlueZ, with sensors and an adapter that need no radio."""
