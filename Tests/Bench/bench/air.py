"""The air between the sensors and the guest's adapter, and that adapter: Bumble's, with what it lacks.

Each correction was found with Bumble 0.0.236, which scripts/bench installs; with another version each has to be looked
at again.
"""

from __future__ import annotations

import asyncio

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.link import LocalLink
from bumble.transport.common import Transport

ADAPTER_ADDRESS = "00:AA:01:00:00:00"


class Air(LocalLink):
    """Carries packets between controllers in this process: in order, at once, and without loss, except for the deaf."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        #: Sensors that neither hear nor are heard: a link to them comes up and ends, with nothing in between.
        self.deaf: set[hci.Address] = set()

    def send_acl_data(
        self, sender_controller: Controller, destination_address: hci.Address, transport: PhysicalTransport, data: bytes
    ) -> None:
        # Bumble names the sender by its random address. BlueZ connects from its public one, and what it sends would
        # belong to no connection: the sender is whom the connection says.
        connection = sender_controller.le_connections.get(destination_address)
        receiver = self.find_le_controller(destination_address)
        if connection is None or receiver is None or self.deaf & {connection.self_address, destination_address}:
            return
        asyncio.get_running_loop().call_soon(receiver.on_link_acl_data, connection.self_address, transport, data)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        if isinstance(packet, ll.TerminateInd) or not self.deaf & {sender_address, receiver_address}:
            super().send_ll_control_pdu(sender_address, receiver_address, packet)


class Adapter(Controller):
    """The guest's adapter, hci0."""

    def __init__(self, transport: Transport, air: Air) -> None:
        super().__init__(
            "hci0",
            host_source=transport.source,
            host_sink=transport.sink,
            link=air,
            public_address=ADAPTER_ADDRESS,
        )
        # Claiming LL Privacy or extended advertising makes the kernel wait 4 s at each connection for the enhanced
        # event, which Bumble does not send.
        self.le_features &= ~(hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)
        #: Links that it makes at a time; one more is refused as controllers do it.
        self.slots = 32
        #: Whether it hears nothing, though it says that it scans. A reset mends it.
        self.is_jammed = False
        #: Whether connecting takes for ever: sensors are heard, and do not answer.
        self.is_stalled = False
        #: Whether it is out of its socket: nothing passes, and the guest is not told of links that end.
        self.is_unplugged = False
        #: How often it was reset.
        self.resets = 0
        self._reported: set[hci.Address] = set()

    @property
    def is_connecting(self) -> bool:
        """Whether the kernel waits for a sensor that it is to connect to: it listens for those on its list alone."""
        listens_for_few = self.le_scan_enable and self.le_scanning_filter_policy & 1 == 1
        return self.pending_le_connection is not None or listens_for_few

    def on_packet(self, packet: bytes) -> None:
        if not self.is_unplugged:
            super().on_packet(packet)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        if not self.is_unplugged:
            super().send_hci_packet(packet)

    def unplug(self) -> None:
        """Pulls it out of its socket: the sensors' links time out, the guest's end when it notices."""
        self.is_unplugged = True
        self._forget()

    def plug(self) -> None:
        """Puts it back."""
        self.is_unplugged = False

    def _forget(self) -> None:
        """All links end, as the sensors see it, and nothing is going on any more."""
        for connection in list(self.le_connections.values()):
            connection.send_ll_control_pdu(ll.TerminateInd(hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR))
        self.le_connections.clear()
        self.pending_le_connection = None
        self.le_scan_enable = False
        self._reported.clear()

    def on_hci_reset_command(self, command: hci.HCI_Reset_Command) -> hci.HCI_StatusReturnParameters:
        # Bumble goes on with its links: the sensors would stay connected to nobody.
        self._forget()
        self.is_jammed = False
        self.resets += 1
        return super().on_hci_reset_command(command)

    def on_hci_le_set_scan_enable_command(
        self, command: hci.HCI_LE_Set_Scan_Enable_Command
    ) -> hci.HCI_StatusReturnParameters:
        self._reported.clear()
        return super().on_hci_le_set_scan_enable_command(command)

    def on_advertising_pdu(self, pdu: ll.AdvInd | ll.AdvExtInd) -> None:
        if self.is_jammed or self.is_unplugged:
            return
        # Bumble reports duplicates also when told to filter them, and an emulated processor is busy with nothing else
        # then. The pending connection is what a filtered packet is still good for.
        scans = self.le_scan_enable
        pending = self.pending_le_connection
        if self.is_stalled:
            self.pending_le_connection = None
        if scans and self.filter_duplicates and pdu.advertiser_address in self._reported:
            self.le_scan_enable = False
        if scans:
            self._reported.add(pdu.advertiser_address)
        super().on_advertising_pdu(pdu)
        self.le_scan_enable = scans
        if self.is_stalled:
            self.pending_le_connection = pending

    def on_hci_le_create_connection_command(self, command: hci.HCI_LE_Create_Connection_Command) -> None:
        if len(self.le_connections) >= self.slots:
            self._send_hci_command_status(hci.HCI_ErrorCode.CONNECTION_LIMIT_EXCEEDED_ERROR, command.op_code)
            return
        super().on_hci_le_create_connection_command(command)

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        # Bumble leaves the connection pending, and disallows every later one.
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        asyncio.get_running_loop().call_soon(self._report_cancelled, pending.peer_address)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def _report_cancelled(self, peer: hci.Address) -> None:
        """The end of a cancelled attempt, after the answer to the command (Core 5.4, volume 4, E, 7.8.13)."""
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=peer.address_type,
                peer_address=peer,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )

    def on_ll_control_pdu(self, sender_address: hci.Address, packet: ll.ControlPdu) -> None:
        if sender_address in self.le_connections:  # else the link ended meanwhile, which Bumble logs as an error
            super().on_ll_control_pdu(sender_address, packet)
