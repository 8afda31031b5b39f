import VitalsCore
import VitalsModel
import VitalsSystemd

// MARK: - Reading, writing, subscribing

extension BlueZLinks {
    private func attribute(
        _ run: OpenCommand, _ sensor: SensorAddress, _ handle: UInt16
    ) -> (path: CharacteristicPath, characteristic: MirroredCharacteristic)? {
        if let found = mirror.characteristic(sensor, handle: handle) { return found }
        let failure =
            mirror.linked(sensor) == nil
            ? LinkFailure(.notConnected, "there is no link to the sensor")
            : LinkFailure(.doesNotExist, "the sensor has no characteristic with the value handle \(handle)")
        finishLater(run, failure)
        return nil
    }

    private func attributeCall(
        _ path: CharacteristicPath, _ member: String, _ arguments: [BusValue] = []
    ) -> BusCall {
        BusCall(BlueZ.name, path.text, BlueZ.characteristic, member, arguments)
    }

    func read(_ run: OpenCommand, _ sensor: SensorAddress, _ handle: UInt16) {
        guard let path = attribute(run, sensor, handle)?.path else { return }
        call(run, attributeCall(path, "ReadValue", [.properties([:])])) { [weak self] result in
            guard let self else { return }
            // bluetoothd also sends what was read as a signal, ahead of the answer. A characteristic that is subscribed to
            // by signals has it from there.
            if case .success(let values) = result, let bytes = values.first?.bytes {
                var hasSignal = false
                if case .signals? = sessions[path]?.source { hasSignal = true }
                if !hasSignal { report([.value(sensor, handle: handle, bytes: bytes)]) }
            }
            finish(run, result)
        }
    }

    func write(_ run: OpenCommand, _ sensor: SensorAddress, _ handle: UInt16, _ bytes: [UInt8]) {
        guard let path = attribute(run, sensor, handle)?.path else { return }
        let options = BusValue.properties(["type": .string("request")])
        call(run, attributeCall(path, "WriteValue", [.bytes(bytes), options])) { [weak self] in self?.finish(run, $0) }
    }

    func subscribe(_ run: OpenCommand, _ sensor: SensorAddress, _ handle: UInt16, _ method: SubscriptionMethod) {
        guard let path = attribute(run, sensor, handle)?.path else { return }
        switch method {
        case .startNotify: startNotify(run, path)
        case .acquireNotify: acquireNotify(run, path)
        }
    }

    private func startNotify(_ run: OpenCommand, _ path: CharacteristicPath) {
        endSocket(path)
        let isNew = sessions[path] == nil
        if isNew {
            // The first value may come before the answer.
            sessions[path] = NotifySession(path: path, source: .signals(isShared: false))
            askWhetherShared(path)
        }
        sessions[path]?.isEnding = false
        call(run, attributeCall(path, "StartNotify")) { [weak self] result in
            guard let self else { return }
            if case .failure = result, isNew { sessions[path] = nil }
            finish(run, result)
        }
    }

    /// Who notifies before we have asked for it does so for another program. bluetoothd answers in the order of the calls.
    private func askWhetherShared(_ path: CharacteristicPath) {
        let get = BusCall(
            BlueZ.name, path.text, BlueZ.properties, "Get", [.string(BlueZ.characteristic), .string("Notifying")])
        bus?.call(get, deadline: LinkLimits.callDeadline) { [weak self] result in
            guard let self, case .success(let values) = result, values.first?.boolean == true,
                case .signals? = sessions[path]?.source
            else { return }
            sessions[path]?.source = .signals(isShared: true)
        }
    }

    private func acquireNotify(_ run: OpenCommand, _ path: CharacteristicPath) {
        endSocket(path)
        guard sessions[path] != nil else { return acquire(run, path) }
        // bluetoothd gives no descriptor to who has the signals.
        sessions[path]?.isEnding = true
        call(run, attributeCall(path, "StopNotify")) { [weak self] _ in
            self?.sessions[path] = nil
            self?.acquire(run, path)
        }
    }

    private func acquire(_ run: OpenCommand, _ path: CharacteristicPath) {
        call(run, attributeCall(path, "AcquireNotify", [.properties([:])])) { [weak self] result in
            guard let self else { return }
            guard case .success(let values) = result else { return finish(run, result) }
            guard let descriptor = values.first?.descriptor,
                let socket = try? NotifySocket(
                    descriptor, loop: loop, onReadable: { [weak self] in self?.readable(path) })
            else { return finish(run, LinkFailure(.other, "AcquireNotify brought no descriptor")) }
            sessions[path] = NotifySession(path: path, source: .socket(socket))
            finish(run)
        }
    }

    private func endSocket(_ path: CharacteristicPath) {
        guard let socket = sessions[path]?.socket else { return }
        socket.close()
        sessions[path] = nil
    }

    func unsubscribe(_ run: OpenCommand, _ sensor: SensorAddress, _ handle: UInt16) {
        guard let path = attribute(run, sensor, handle)?.path else { return }
        if sessions[path]?.socket != nil {
            endSocket(path)
            return finishLater(run)
        }
        sessions[path]?.isEnding = true
        call(run, attributeCall(path, "StopNotify")) { [weak self] result in
            guard let self else { return }
            sessions[path] = nil
            finish(run, result) { failure in
                failure.kind == .notConnected || failure.kind == .doesNotExist
                    || failure.message.contains("No notify session started")
            }
        }
    }
}
