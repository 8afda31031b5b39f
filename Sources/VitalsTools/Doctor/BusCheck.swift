import VitalsCore
import VitalsDaemon
import VitalsModel
import VitalsSystemd

/// What the system bus says: whether bluetoothd runs, lets this user in, and has what the configuration wants.
struct BusCheck {
    let source: BluetoothSource?
    /// The bus; nil for the system's.
    var address: String?

    func examine() -> [Diagnosis] {
        let bus: BusConnection
        do {
            let loop = try EventLoop()
            bus = try address.map { try BusConnection(address: $0, loop: loop) } ?? .system(loop: loop)
        } catch {
            return [
                .fault("D-Bus", "the system bus cannot be reached: \(error)", mend: "systemctl start dbus"),
                .unknown("bluetoothd", "the bus is missing"),
            ]
        }
        defer { bus.close() }
        return [.good("D-Bus", "the system bus answers")] + bluetoothd(bus) + clock(bus)
    }

    private func bluetoothd(_ bus: BusConnection) -> [Diagnosis] {
        var call = BusCall("org.bluez", "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        call.startsService = true
        do {
            let answer = try bus.callAndWait(call, deadline: VitalsToolsLimits.doctorDeadline)
            guard let objects = answer.first?.dictionary else {
                return [.fault("bluetoothd", "its answer makes no sense", mend: "apt-get install --reinstall bluez")]
            }
            return [.good("bluetoothd", "answers")] + adapters(objects) + bonds(objects)
        } catch  where error.name == BusError.accessDenied {
            return [
                .fault(
                    "D-Bus policy", "this user may not talk to bluetoothd (\(error.name))",
                    mend:
                        "install config/dbus/vitalsd.conf into /usr/share/dbus-1/system.d, then: systemctl reload dbus")
            ]
        } catch  where [BusError.serviceUnknown, BusError.nameHasNoOwner].contains(error.name) {
            return [
                .fault(
                    "bluetoothd", "it does not run, and the bus cannot start it",
                    mend: "apt-get install bluez && systemctl enable --now bluetooth")
            ]
        } catch {
            return [.fault("bluetoothd", "\(error)", mend: "systemctl restart bluetooth; journalctl -u bluetooth")]
        }
    }

    private func adapters(_ objects: [String: BusValue]) -> [Diagnosis] {
        var found: [Diagnosis] = []
        var present: [(index: AdapterIndex, address: SensorAddress?)] = []
        for (path, interfaces) in objects.sorted(by: { $0.key < $1.key }) {
            guard let adapter = interfaces.dictionary?["org.bluez.Adapter1"]?.dictionary,
                let name = path.split(separator: "/").last.map(String.init)
            else { continue }
            let address = adapter["Address"]?.string ?? "?"
            if let index = AdapterIndex(name: name) { present.append((index, SensorAddress(address))) }
            if adapter["Powered"]?.boolean == true {
                found.append(.good(name, "\(address), on"))
            } else {
                found.append(
                    .warning(name, "\(address), off", mend: "bluetoothctl power on (vitalsd does so by itself)"))
            }
            if adapter["Discovering"]?.boolean == true {
                found.append(
                    .warning(
                        name, "discovery runs: vitalsd looks for a sensor, or another program scans",
                        mend: "if vitalsd is stopped and it goes on: systemctl restart bluetooth"))
            }
        }
        if present.isEmpty {
            found.append(.fault("adapter", "bluetoothd has none", mend: "see 'adapter' and 'rfkill' above"))
        }
        for choice in source?.links.adapters ?? [] {
            let isThere = present.contains { adapter in
                switch choice {
                case .index(let index): adapter.index == index
                case .address(let address): adapter.address == address
                }
            }
            guard !isThere else { continue }
            let name =
                switch choice {
                case .index(let index): index.description
                case .address(let address): address.description
                }
            found.append(
                .fault(
                    "adapter", "\(name) of the configuration is not there",
                    mend: "plug it in, or change 'adapters' of [bluetooth]"))
        }
        return found
    }

    /// Kernels and controllers that lose keys do so from about fifteen bonds on (lesson 14).
    private func bonds(_ objects: [String: BusValue]) -> [Diagnosis] {
        let devices = objects.values.compactMap { $0.dictionary?["org.bluez.Device1"]?.dictionary }
        let bonded = devices.filter { ($0["Bonded"] ?? $0["Paired"])?.boolean == true }.count
        guard bonded > VitalsToolsLimits.bondsMax else { return [] }
        return [
            .warning(
                "bonds",
                "\(bonded) sensors are bonded; some controllers forget keys beyond \(VitalsToolsLimits.bondsMax)",
                mend: "bluetoothctl remove ADDRESS for those that are not used any more")
        ]
    }

    private func clock(_ bus: BusConnection) -> [Diagnosis] {
        var call = BusCall(
            "org.freedesktop.timedate1", "/org/freedesktop/timedate1", "org.freedesktop.DBus.Properties", "Get",
            [.string("org.freedesktop.timedate1"), .string("NTPSynchronized")])
        call.startsService = true
        switch (try? bus.callAndWait(call, deadline: VitalsToolsLimits.doctorDeadline))?.first?.boolean {
        case true?: return [.good("clock", "synchronised")]
        case false?:
            return [
                .warning(
                    "clock", "not synchronised: records say so, and carry times that may be wrong",
                    mend: "timedatectl set-ntp true; timedatectl timesync-status")
            ]
        case nil: return [.unknown("clock", "timedated does not answer, so that records count as not synchronised")]
        }
    }
}
