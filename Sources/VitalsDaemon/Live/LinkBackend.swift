internal import Foundation
internal import VitalsBlueZ
public import VitalsCore
internal import VitalsHCI
public import VitalsModel
public import VitalsSystemd

/// What carries the links, by the configuration's name for it.
public enum LinkBackend {
    /// Opens a backend; nothing is asked of it yet.
    ///
    /// - Parameter resetFolder: where requests to reset a controller are left for whoever may do it; nil when none are.
    public static func open(
        _ backend: BluetoothSource.Backend, passkeys: [SensorAddress: UInt32] = [:], resetFolder: String? = nil,
        loop: EventLoop
    ) throws -> any LinkPort {
        switch backend {
        case .att: return ATTLinks(loop: loop)
        case .bluez:
            var settings = BlueZSettings()
            settings.passkeys = passkeys
            if let resetFolder {
                settings.resetController = { adapter, completion in
                    completion(request(adapter, in: resetFolder))
                }
            }
            return try BlueZLinks(loop: loop, settings: settings)
        }
    }

    /// An empty file with the adapter's name: vitalsd-adapter-reset.path sees it, and a unit with the capability acts.
    private static func request(_ adapter: AdapterIndex, in folder: String) -> LinkFailure? {
        guard FileManager.default.createFile(atPath: "\(folder)/\(adapter)", contents: nil) else {
            return LinkFailure(.accessDenied, "\(folder) cannot be written; is vitalsd-adapter-reset.path installed?")
        }
        return nil
    }
}
