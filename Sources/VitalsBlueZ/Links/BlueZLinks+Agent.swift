import VitalsCore
import VitalsModel
import VitalsSystemd

// MARK: - Pairing

extension BlueZLinks {
    private var agent: PairingAgent { PairingAgent(passkeys: settings.passkeys) }

    /// Registers our agent, once for each bluetoothd: while it has none it makes no bonds, so that registering another one
    /// for each sensor lost some.
    func registerAgent() {
        let arguments: [BusValue] = [.objectPath(PairingAgent.path), .string(agent.capability)]
        let call = BusCall(BlueZ.name, BlueZ.root, BlueZ.agentManager, "RegisterAgent", arguments)
        // Without it a pairing fails, and that failure is reported.
        bus?.call(call, deadline: LinkLimits.callDeadline) { _ in }
    }

    func agentAnswer(_ request: BusRequest) -> BusAnswer? {
        guard request.interface == BlueZ.agent || request.interface.isEmpty else { return nil }
        guard request.sender == owner else { return PairingAgent.rejected }
        let device = request.arguments.first?.objectPath.flatMap { DevicePath($0) }.flatMap { mirror.devices[$0] }
        // bluetoothd pairs by itself when it reads something that wants it, before anybody here asked.
        let isWanted = device.map { used.contains($0.sensor) } ?? false
        return agent.answer(request.member, request.arguments, sensor: device?.sensor, isWanted: isWanted)
    }
}
