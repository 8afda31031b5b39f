public import VitalsCore
public import VitalsModel

extension LinkCommand {
    /// The sensor that it is about.
    public var sensor: SensorAddress? {
        switch self {
        case .connect(let sensor, _), .disconnect(let sensor), .pair(let sensor), .read(let sensor, _),
            .write(let sensor, _, _), .subscribe(let sensor, _, _), .unsubscribe(let sensor, _), .forget(let sensor):
            sensor
        case .startDiscovery, .stopDiscovery, .powerOn, .powerCycle, .reset: nil
        }
    }

    /// The adapter that it is about, where it names one.
    public var adapter: AdapterIndex? {
        switch self {
        case .startDiscovery(let adapter, _), .stopDiscovery(let adapter), .connect(_, let adapter),
            .powerOn(let adapter), .powerCycle(let adapter), .reset(let adapter):
            adapter
        default: nil
        }
    }
}
