import VitalsCore
import VitalsDaemon
import VitalsJSON
import VitalsModel
import VitalsSystemd

/// What `vitalsctl scan` does: listens for a while, and says who is around.
public final class Scan {
    private let options: ScanOptions
    private let loop: EventLoop
    private let links: any LinkPort
    private let output: any ByteOutput
    private let screen: WatchScreen
    private var model = ScanModel()
    private var listening: Set<AdapterIndex> = []
    private var failure: ToolError?
    private let ends: MonotonicTime
    private var tick: EventLoop.Timer?

    /// A scan over the backend that the options name.
    public convenience init(_ options: ScanOptions) throws {
        let loop = try EventLoop()
        let links = try LinkBackend.open(options.backend, loop: loop)
        self.init(
            options, loop: loop, links: links, output: DescriptorOutput.standard(),
            size: Terminal.isOutput && !options.isJSON ? { Terminal.size } : nil)
    }

    init(
        _ options: ScanOptions, loop: EventLoop, links: any LinkPort, output: any ByteOutput,
        size: (() -> (rows: Int, columns: Int))?
    ) {
        self.options = options
        self.loop = loop
        self.links = links
        self.output = output
        screen = WatchScreen(output, size: size)
        ends = loop.now + .seconds(Int64(options.seconds))
    }

    /// Listens, and prints.
    public func run() throws {
        defer { screen.restore() }
        links.onEvent = { [unowned self] event in take(event) }
        try links.start()
        defer { links.stop() }
        tick = try loop.timer { [unowned self] in try look() }
        try tick?.arm(at: loop.now)
        _ = try loop.run()
        if let failure { throw failure }
        guard !model.adapters.isEmpty else {
            throw ToolError(
                "scan", "there is no Bluetooth adapter, or bluetoothd does not run",
                remedy: "run 'vitalsctl doctor', which says what is missing", status: ExitStatus.unavailable)
        }
        if options.isJSON { try writeLines() } else { try screen.draw(frame(isLast: true), isLast: true) }
    }

    private func look() throws {
        if failure != nil || loop.now >= ends || Interruption.isPending { return loop.exit() }
        if screen.isTerminal { try screen.draw(frame(isLast: false), isLast: false) }
        try tick?.arm(at: loop.now + VitalsToolsLimits.watchInterval)
    }

    private func take(_ event: LinkEvent) {
        model.take(event)
        switch event {
        case .adapter(let index, let state):
            guard options.adapter == nil || options.adapter == index, !listening.contains(index) else { break }
            if state.isPowered {
                listening.insert(index)
                links.perform(.startDiscovery(index, services: []))
            }
        case .failed(.startDiscovery(let index, _), let error):
            // Another program that scans is no obstacle: what it hears, we hear.
            guard error.kind != .inProgress else { break }
            failure = ToolError(
                "\(index)", "cannot listen: \(error)", remedy: "run 'vitalsctl doctor'",
                status: ExitStatus.unavailable)
        default: break
        }
    }

    private func frame(isLast: Bool) -> [String] {
        var table = TextTable([
            ("Address", .left), ("RSSI dBm", .right), ("Heard", .right), ("Adapter", .left), ("State", .left),
            ("Services", .left), ("Name", .left),
        ])
        let devices = model.devices(onlySensors: !options.showsAll)
        for device in devices {
            let state = [device.isConnected ? "connected" : nil, device.isBonded ? "bonded" : nil].compactMap { $0 }
            let services = device.services.map { $0.serviceName ?? $0.description }
            table.add([
                device.address.description, device.rssi == .min ? "—" : "\(device.rssi)", "\(device.count)",
                device.adapter.description, state.isEmpty ? "—" : state.joined(separator: ", "),
                services.isEmpty ? "—" : services.joined(separator: ", "), device.name?.printable ?? "—",
            ])
        }
        let off = model.adapters.filter { !$0.value.isPowered }.keys.sorted().map { "\($0) is off" }
        let rest = max(0, (ends - loop.now).microseconds / 1_000_000)
        let footer =
            [devices.count.counted(options.showsAll ? "device" : "sensor")] + off
            + (isLast ? [] : ["\(rest) s left, ^C ends"])
        return table.lines + [footer.joined(separator: "; ")]
    }

    /// A line of JSON for each.
    private func writeLines() throws {
        for device in model.devices(onlySensors: !options.showsAll) {
            var json = JSONWriter()
            json.object { json in
                json.member("adapter", device.adapter.description)
                json.member("address", device.address.description)
                json.member("bonded", device.isBonded)
                json.member("connected", device.isConnected)
                json.member("heard", device.count)
                if let name = device.name { json.member("name", name) }
                if device.rssi != .min { json.member("rssi", Int(device.rssi)) }
                json.name("services")
                json.array { json in for service in device.services { json.value(service.description) } }
            }
            try output.write(json.bytes + [0x0A])
        }
    }
}
