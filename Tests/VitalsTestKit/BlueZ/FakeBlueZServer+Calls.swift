import VitalsCore
import VitalsModel
import VitalsSystemd

/// Method calls, to whom they are made.
extension FakeBlueZServer {
    /// Answers a call, now or later.
    func answer(_ request: BusRequest) -> BusAnswer? {
        guard isRunning else { return nil }
        let interface = request.interface.split(separator: ".").last.map(String.init) ?? ""
        calls["\(interface).\(request.member)", default: 0] += 1
        if isAccessDenied { return BlueZ.denied }
        switch request.interface {
        case BlueZ.objectManager:
            return request.path == "/" && request.member == "GetManagedObjects" ? .values([tree.managed]) : nil
        case BlueZ.properties: return properties(request)
        default: break
        }
        guard tree.has(request.path, request.interface) else {
            return .error(
                BusError(
                    name: BusError.unknownObject,
                    message: "Method \"\(request.member)\" with signature \"\(request.signature)\" on interface"
                        + " \"\(request.interface)\" doesn't exist"))
        }
        switch request.interface {
        case BlueZ.agentManager: return agentManager(request)
        case BlueZ.adapter:
            guard let index = adapterIndex(request.path) else { return nil }
            return adapterCall(request, index)
        case BlueZ.device:
            guard let (address, index) = device(request.path) else { return nil }
            if takesNoAnswer(address) { return .later }
            return deviceCall(request, address, index)
        case BlueZ.characteristic:
            guard let (address, handle) = characteristic(request.path) else { return nil }
            if takesNoAnswer(address) { return .later }
            return characteristicCall(request, address, handle)
        default: return nil
        }
    }

    func adapterIndex(_ path: String) -> AdapterIndex? {
        path.split(separator: "/").dropFirst(2).first.flatMap { AdapterIndex(name: $0) }
    }

    func device(_ path: String) -> (SensorAddress, AdapterIndex)? {
        let parts = path.split(separator: "/")
        guard parts.count >= 4, let index = AdapterIndex(name: parts[2]),
            let address = SensorAddress(parts[3].dropFirst(4).replacing("_", with: ":"))
        else { return nil }
        return (address, index)
    }

    func characteristic(_ path: String) -> (SensorAddress, UInt16)? {
        guard let (address, _) = device(path), let last = path.split(separator: "/").last,
            let declaration = UInt16(last.dropFirst(4), radix: 16)
        else { return nil }
        return (address, declaration + 1)
    }

    private func takesNoAnswer(_ address: SensorAddress) -> Bool {
        guard var faults = sensors[address]?.faults else { return false }
        defer { sensors[address]?.faults = faults }
        return SensorFault.take(&faults) { if case .noAnswer = $0 { true } else { nil } } == true
    }

    private func properties(_ request: BusRequest) -> BusAnswer? {
        let names = request.arguments.prefix(2).compactMap(\.string)
        guard let interface = names.first, let all = tree.properties(request.path, interface) else {
            return .error(BusError(name: BusError.unknownObject, message: "no such object or interface"))
        }
        switch (request.member, names.count) {
        case ("GetAll", _): return .values([.properties(all)])
        case ("Get", 2):
            guard let value = all[names[1]] else {
                return .error(BusError(name: BusError.invalidArguments, message: "No such property '\(names[1])'"))
            }
            return .values([.variant(value)])
        case ("Set", 2):
            guard interface == BlueZ.adapter, names[1] == "Powered", let index = adapterIndex(request.path),
                let isOn = request.arguments.last?.boolean
            else {
                if let value = request.arguments.last?.content { change(request.path, interface, [names[1]: value]) }
                return .values([])
            }
            plan(.power(index, isOn, request), after: timing.power)
            return .later
        default: return nil
        }
    }

    private func agentManager(_ request: BusRequest) -> BusAnswer? {
        switch request.member {
        case "RegisterAgent":
            guard let path = request.arguments.first?.objectPath else { return nil }
            guard agents[request.sender] == nil else { return BlueZ.error("AlreadyExists", "Already Exists") }
            agents[request.sender] = path
        case "UnregisterAgent":
            guard agents.removeValue(forKey: request.sender) != nil else { return BlueZ.doesNotExist }
        case "RequestDefaultAgent": break
        default: return nil
        }
        return .values([])
    }

    /// A client left the bus: bluetoothd ends what it had begun.
    func clientGone(_ name: String) {
        guard name.hasPrefix(":") else { return }
        agents[name] = nil
        guard !keepsSessionsOfTheDead else { return }
        for index in adapters.keys.sorted() where adapters[index]?.sessions[name] != nil { endDiscovery(name, index) }
        for address in sensors.keys.sorted() {
            for (handle, clients) in sensors[address]?.sessions ?? [:] where clients.contains(name) {
                endSession(address, handle, of: name)
            }
            for (handle, acquired) in sensors[address]?.acquired ?? [:] where acquired.client == name {
                endAcquired(address, handle)
            }
        }
    }
}
