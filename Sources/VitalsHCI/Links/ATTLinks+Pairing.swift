import VitalsCore
import VitalsModel
import VitalsSystemd

/// Pairing: Just Works alone.
extension ATTLinks {
    /// Keys are kept by the kernel, so an adapter is made bondable first; a sensor that was paired with before only has
    /// its link encrypted.
    func pair(_ sensor: SensorAddress, _ command: LinkCommand) {
        guard let link = links[sensor], link.isUp else { return answer(command, .notConnected) }
        link.needsHuman = false
        link.isPairing = true
        let adapter = link.adapter.rawValue
        trying {
            try management.send(.setBondable(true), to: adapter) { _ in }
            let pairing = ManagementCommand.pairDevice(link.peer)
            try management.send(pairing, to: adapter, within: LinkLimits.pairDeadline) {
                [weak self, weak link] result in
                guard let self else { return }
                guard let link, links[sensor] === link else { return answer(command, .notConnected) }
                link.isPairing = false
                paired(link, result, command)
                rearm()
            }
        }
    }

    private func paired(_ link: ATTLink, _ result: Result<[UInt8], ManagementFailure>, _ command: LinkCommand) {
        switch result {
        case .success: break
        case .failure(.refused(.alreadyPaired)): kernel.encrypt(link.socket)
        case .failure where link.needsHuman:
            let words = "the sensor wants a passkey or a comparison: the ATT backend pairs without a human alone"
            return answer(command, LinkFailure(.notSupported, words))
        case .failure(let failure):
            if failure == .deadline {
                trying { try management.send(.cancelPairDevice(link.peer), to: link.adapter.rawValue) { _ in } }
            }
            return answer(command, failure.failure(of: .pairDevice(link.peer)))
        }
        bonded.insert(link.sensor)
        if let entry = heard[link.sensor] { emit(.advertised(advertisement(link.sensor, entry))) }
        answer(command)
    }

    /// Just Works asks for consent: it is given to a sensor that the gateway itself is pairing with, and to no other.
    func confirm(_ peer: PeerAddress, isConsent: Bool, on index: AdapterIndex) {
        guard isConsent, links[peer.sensor]?.isPairing == true else {
            return refuse(peer, .refuseConfirmation(peer), on: index)
        }
        trying { try management.send(.confirm(peer), to: index.rawValue) { _ in } }
    }

    /// Nobody is here to compare numbers or to type: the sensor is told so at once, instead of by a time-out.
    func refuse(_ peer: PeerAddress, _ refusal: ManagementCommand, on index: AdapterIndex) {
        links[peer.sensor]?.needsHuman = true
        trying { try management.send(refusal, to: index.rawValue) { _ in } }
    }
}
