import Glibc
import VitalsCore
import VitalsModel
import VitalsSystemd

/// Links: making them, reading them, ending them.
extension ATTLinks {
    // MARK: Making

    func connect(_ sensor: SensorAddress, _ index: AdapterIndex, _ command: LinkCommand) {
        guard let adapter = adapters[index] else { return answer(command, .noAdapter) }
        guard adapter.information.isUsable else { return answer(command, .adapterOff) }
        if let link = links[sensor] {
            guard case .connecting = link.phase else {
                return answer(command, LinkFailure(.alreadyConnected, "there is a link to the sensor already"))
            }
            return answer(command, LinkFailure(.inProgress, "the sensor is just being connected to"))
        }
        guard let entry = heard[sensor] else {
            return answer(command, LinkFailure(.doesNotExist, "the sensor was not heard yet: begin with discovery"))
        }
        do throws(HCIError) {
            let socket = try kernel.connect(from: adapter.information.address, to: entry.peer)
            let link = ATTLink(
                peer: entry.peer, adapter: index, socket: socket, until: loop.now + LinkLimits.connectDeadline)
            link.connecting = command
            links[sensor] = link
            whenWritable(link)
        } catch {
            answer(command, error.linkFailure)
        }
    }

    /// Has the link looked at when its socket has connected, failed, or room again.
    private func whenWritable(_ link: ATTLink) {
        trying {
            link.writability = try WritabilityWatch(link.socket.descriptor, on: loop) { [weak self, weak link] in
                guard let self, let link else { return }
                link.writability = nil
                if case .connecting = link.phase { connected(link) } else { sendUnsent(link) }
                rearm()
            }
        }
    }

    private func connected(_ link: ATTLink) {
        let number = link.socket.pendingError
        guard number == 0 else {
            return end(link, HCIError.system(number, "connect to \(link.sensor)").linkFailure, reason: nil)
        }
        link.phase = .up
        trying {
            link.readability = try loop.watch(link.socket.descriptor) { [weak self, weak link] in
                guard let self, let link else { return }
                readAvailable(link)
                rearm()
            }
        }
        emit(.connected(link.sensor, link.adapter))
        if let command = link.connecting { answer(command) }
        link.connecting = nil
        let now = loop.now
        work(link) { client, outputs in client.start(at: now, into: &outputs) }
    }

    // MARK: Traffic

    private func readAvailable(_ link: ATTLink) {
        for _ in 0..<VitalsHCILimits.packetsPerTurn {
            switch link.socket.receive(VitalsHCILimits.mtuMax + 1) {
            case .packet(let bytes): take(bytes, link)
            case .nothing: return
            case .end: return lost(link, "the link has ended")
            case .failed(let number): return lost(link, HCIError.words(number))
            }
            guard links[link.sensor] === link else { return }
        }
    }

    private func take(_ bytes: [UInt8], _ link: ATTLink) {
        let now = loop.now
        work(link) { client, outputs in client.receive(bytes, at: now, into: &outputs) }
    }

    /// The socket has ended. What arrived before is still in it, and the reason stands on the management channel.
    private func lost(_ link: ATTLink, _ words: String) {
        trying { try management.readAll() }
        guard links[link.sensor] === link else { return }
        drain(link)
        guard links[link.sensor] === link else { return }
        end(link, LinkFailure(.notConnected, words), reason: words)
    }

    /// Takes what arrived before the link ended. A socket gives its error once, and then what is left in it.
    private func drain(_ link: ATTLink) {
        var errors = 0
        while errors < 2, links[link.sensor] === link {
            switch link.socket.receive(VitalsHCILimits.mtuMax + 1) {
            case .packet(let bytes): take(bytes, link)
            case .failed: errors += 1
            case .nothing, .end: return
            }
        }
    }

    /// Has the client do something, and does what it says. Of a link that has ended meanwhile, only answers are passed on.
    func work(_ link: ATTLink, _ body: (inout ATTClient, inout [ATTClient.Output]) -> Void) {
        var outputs: [ATTClient.Output] = []
        body(&link.client, &outputs)
        for output in outputs {
            switch output {
            case .done(let operation): if let command = link.command(of: operation) { answer(command) }
            case .failed(let operation, let failure):
                if let command = link.command(of: operation) { answer(command, failure) }
            case let output where links[link.sensor] === link: carryOut(output, link)
            default: break
            }
        }
    }

    private func carryOut(_ output: ATTClient.Output, _ link: ATTLink) {
        let sensor = link.sensor
        switch output {
        case .send(let packet): send(packet, link)
        case .resolved(let characteristics): emit(.resolved(sensor, characteristics))
        case .value(let handle, let bytes): emit(.value(sensor, handle: handle, bytes: bytes))
        case .subscriptionEnded(let handle): emit(.subscriptionEnded(sensor, handle: handle))
        case .broken(let failure):
            tellKernelToDisconnect(link)
            end(link, failure, reason: failure.message)
        case .done, .failed: break
        }
    }

    private func send(_ packet: [UInt8], _ link: ATTLink) {
        guard link.unsent.count < VitalsHCILimits.unsentPacketsMax else {
            tellKernelToDisconnect(link)
            let words = "the sensor takes no packets"
            return end(link, LinkFailure(.other, words), reason: words)
        }
        link.unsent.append(packet)
        sendUnsent(link)
    }

    private func sendUnsent(_ link: ATTLink) {
        while let packet = link.unsent.first, link.writability == nil {
            switch link.socket.send(packet) {
            case .done: link.unsent.removeFirst()
            case .full: return whenWritable(link)
            // The socket can be read too then, and says what became of the link.
            case .failed: return link.unsent.removeAll()
            }
        }
    }

    // MARK: Ending

    func disconnect(_ sensor: SensorAddress, _ command: LinkCommand) {
        guard let link = links[sensor] else { return answer(command) }
        link.waitingForEnd.append(command)
        switch link.phase {
        case .connecting:
            end(link, LinkFailure(.notConnected, "the attempt to connect was given up"), reason: nil)
        case .ending: break
        case .up:
            link.phase = .ending
            let disconnect = ManagementCommand.disconnect(link.peer)
            trying {
                try management.send(disconnect, to: link.adapter.rawValue) { [weak self, weak link] _ in
                    guard let self, let link, links[link.sensor] === link else { return }
                    // Whatever the kernel said: closing the socket ends the link too, two seconds later.
                    drain(link)
                    end(link, .notConnected, reason: "terminated-by-local-host")
                    rearm()
                }
            }
        }
    }

    /// The kernel says that a link has ended.
    func disconnected(_ peer: PeerAddress, _ reason: ManagementEvent.DisconnectReason, on index: AdapterIndex) {
        guard let link = links[peer.sensor], link.adapter == index else { return }
        if case .connecting = link.phase { return }
        drain(link)
        guard links[peer.sensor] === link else { return }
        end(link, LinkFailure(.notConnected, "the link has ended: \(reason.name)"), reason: reason.name)
    }

    func tellKernelToDisconnect(_ link: ATTLink) {
        trying { try management.send(.disconnect(link.peer), to: link.adapter.rawValue) { _ in } }
    }

    /// Ends a link, or an attempt to make it, and answers all that waits for it.
    func end(_ link: ATTLink, _ failure: LinkFailure, reason: String?) {
        guard links[link.sensor] === link else { return }
        links[link.sensor] = nil
        link.close()
        work(link) { client, outputs in client.end(failure, into: &outputs) }
        if case .connecting = link.phase {
            if let command = link.connecting { answer(command, failure) }
        } else {
            emit(.disconnected(link.sensor, reason: reason))
        }
        for command in link.waitingForEnd { answer(command) }
    }

    /// Gives up what took too long.
    func expire(_ link: ATTLink, at now: MonotonicTime) {
        if case .connecting(let deadline) = link.phase, deadline <= now {
            return end(link, LinkFailure(.deadline, "no link came about in time"), reason: nil)
        }
        work(link) { client, outputs in client.expire(at: now, into: &outputs) }
    }
}

extension HCIError {
    /// The failure of a command, with the kernel's words.
    var linkFailure: LinkFailure {
        let kind: LinkFailure.Kind =
            switch code {
            case .accessDenied: .accessDenied
            case .noAdapter: .doesNotExist
            case .blocked: .notReady
            case .deadline: .deadline
            case .system(EHOSTUNREACH), .system(ENETDOWN), .system(EHOSTDOWN): .notReady
            case .system(EBUSY), .system(EALREADY): .inProgress
            case .system(EMLINK), .system(ENOMEM): .connectionLimit
            case .unsupported, .refused, .file, .malformed, .system: .other
            }
        return LinkFailure(kind, description)
    }
}
