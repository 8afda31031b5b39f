import Dispatch
import Foundation
import Testing
import VitalsCore
import VitalsMQTT
import VitalsStore
import VitalsTestKit

extension DaemonTests {
    /// How many times the daemon is killed: 25, or `VITALS_KILLS` (500 in the full form).
    static var kills: Int { ProcessInfo.processInfo.environment["VITALS_KILLS"].flatMap(Int.init) ?? 25 }

    @Test(
        "killed at random moments and started again, nothing is lost and nothing is there twice (T10, lessons 31, 40)")
    func killed() throws {
        guard MosquittoBroker.isInstalled else { return }
        var result = SuiteResult("kill-9", tests: ["T10"], seed: "50", isFull: Self.kills >= 500)
        let undisturbed = try Self.daemon(seconds: 3_000, speed: 0, mqtt: "enabled = false")
        try undisturbed.start()
        #expect(undisturbed.wait() == 0)
        let expected = try Self.lines(undisturbed.journal)
        #expect(undisturbed.log.contains("the journal is not sealed: who reads the disk reads the records"))
        var random = SplitMix64(seed: 50)
        var gateways = 0
        var (compared, behind) = (0, 0)
        var kills = 0
        var working = 0
        var records: UInt64 = 0
        var faulty = 0
        var helpless = 0
        var readiness: [Double] = []
        // A recording is played to its end after some two dozen kills; then another gateway takes the next ones.
        while kills < Self.kills {
            let broker = try MosquittoBroker(lines: [
                "allow_anonymous true", "persistence true", "persistence_location FOLDER/", "autosave_interval 1",
            ])
            let receiver = try Self.receiver(broker)
            // Every second gateway's journal is sealed.
            let isSealed = gateways.isMultiple(of: 2)
            gateways += 1
            let daemon = try Self.daemon(
                seconds: 3_000, speed: 300, mqtt: "port = \(broker.port)",
                rest: isSealed ? "[journal.seal]\nkey_file = \"FOLDER/journal.key\"" : "")
            var protection = JournalProtection()
            if isSealed {
                protection.key = try KeyFile.create(daemon.folder.appendingPathComponent("journal.key").path)
            }
            let path = daemon.folder.appendingPathComponent("notify").path
            let socket = try ServiceManagerTests.NotifySocket(path: path)
            /// Starts it, and notes how long it takes to be ready, unless that is longer than anybody waits here.
            func start(milliseconds: Int) throws {
                while socket.wait(for: "=", milliseconds: 0) != nil {}
                let began = DispatchTime.now().uptimeNanoseconds
                func passed() -> Int { Int((DispatchTime.now().uptimeNanoseconds - began) / 1_000_000) }
                try daemon.start(environment: ["NOTIFY_SOCKET": path])
                while passed() < milliseconds {
                    guard let message = socket.wait(for: "=", milliseconds: Int32(milliseconds - passed())) else {
                        return
                    }
                    guard message.contains("READY=1") else { continue }
                    readiness.append(Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6)
                    usleep(UInt32(max(0, milliseconds - passed()) * 1_000))
                }
            }
            for _ in 0..<min(25, Self.kills - kills) {
                try start(milliseconds: random.int(20...500))
                // The end came before the kill: that falls on a finished recording, which is a moment too.
                if daemon.isRunning {
                    daemon.kill()
                    working += 1
                }
                kills += 1
                // The recording would make anew what a kill lost: so what the far side has is looked for before the next
                // start. Alarms alone may be ahead of a slow commit, and the log says so then.
                guard let received = receiver.report.journals.first, received.records > 0 else { continue }
                compared += 1
                let kept = try JournalReader(path: daemon.journal, protection: protection)
                if try kept.head < received.last, !daemon.log.contains("published before the commit") { behind += 1 }
                try kept.close()
            }
            #expect(compared > 0 && behind == 0)
            // No kill cuts this one short.
            while socket.wait(for: "=", milliseconds: 0) != nil {}
            try daemon.start(environment: ["NOTIFY_SOCKET": path])
            let began = DispatchTime.now().uptimeNanoseconds
            #expect(socket.wait(for: "READY=1") != nil)
            readiness.append(Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6)
            let status = daemon.wait()
            #expect(status == 0, "\(daemon.log)")
            // No start needed a hand, and none found damage.
            let isDamaged = daemon.log.contains("damaged")
            #expect(!isDamaged)
            if status != 0 || isDamaged { helpless += 1 }
            let isSound = try Self.expectSound(daemon.journal, protection)
            let isSame = try Self.lines(daemon.journal, protection) == expected
            #expect(isSame)
            let isDelivered = try Self.expectDelivered(receiver, daemon.journal)
            if !isSound || !isSame || !isDelivered { faulty += 1 }
            let reader = try JournalReader(path: daemon.journal)
            records += try reader.head
            try reader.close()
        }
        #expect(working > kills / 4, "most kills fell on a daemon that had ended")
        result.count("kills", kills)
        result.count("kills of a working daemon", working)
        result.count("gateways, every second one with a sealed journal", gateways)
        result.count("records received", records)
        result.goal(
            "0 acknowledged records lost, 0 doubled, chain clean", "\(faulty) journals not so", holds: faulty == 0)
        result.goal(
            "what the far side has is in the journal after each kill", "\(behind) of \(compared) kills not so",
            holds: compared > 0 && behind == 0)
        let longest = readiness.max() ?? .infinity
        #expect(longest <= 1_000)
        result.count("restarts of which the readiness was seen", readiness.count)
        result.goal(
            "ready within 1 s of every restart", "\((longest * 10).rounded() / 10) ms at most", holds: longest <= 1_000)
        result.goal("every restart without a manual step", "\(helpless) not so", holds: helpless == 0)
        try result.report()
    }
}
