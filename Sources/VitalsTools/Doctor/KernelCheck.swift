import Foundation

/// What the kernel says of Bluetooth adapters, without any service.
struct KernelCheck {
    let root: String

    func examine() -> [Diagnosis] {
        let adapters = names(in: "/sys/class/bluetooth").filter { $0.hasPrefix("hci") && !$0.contains(":") }
        guard !adapters.isEmpty else {
            return [
                .fault(
                    "adapter", "the kernel knows no Bluetooth adapter",
                    mend:
                        "plug one in; 'dmesg | grep -i bluetooth' says what happened to one that is there (firmware missing?)"
                )
            ] + blocks()
        }
        return [.good("adapter", adapters.joined(separator: ", "))] + blocks()
    }

    /// Switches that keep a radio silent (rfkill(8)).
    private func blocks() -> [Diagnosis] {
        let switches = names(in: "/sys/class/rfkill").filter { text("/sys/class/rfkill/\($0)/type") == "bluetooth" }
        var found: [Diagnosis] = []
        for name in switches {
            let device = text("/sys/class/rfkill/\(name)/name") ?? name
            if text("/sys/class/rfkill/\(name)/hard") == "1" {
                found.append(
                    .fault(
                        "rfkill", "\(device) is switched off by hardware",
                        mend: "use the switch or the firmware setup of the machine"))
            } else if text("/sys/class/rfkill/\(name)/soft") == "1" {
                found.append(.fault("rfkill", "\(device) is blocked", mend: "rfkill unblock bluetooth"))
            }
        }
        return found.isEmpty ? [.good("rfkill", switches.isEmpty ? "no switch" : "not blocked")] : found
    }

    private func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? []).sorted()
    }

    private func text(_ path: String) -> String? {
        (try? String(contentsOfFile: root + path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
