import Testing
import VitalsModel

@testable import VitalsCore

@Suite("Tries to subscribe")
struct SubscriptionAttemptTests {
    private let failed = LinkFailure(.other, "org.bluez.Error.Failed")

    @Test("the other way is tried once, then it is given up (lesson 6)")
    func otherWay() {
        var attempt = SubscriptionAttempt(.heartRate, preferred: .acquireNotify)
        #expect(attempt.method == .acquireNotify)
        #expect(attempt.failed(failed) == .switchMethod)
        #expect(attempt.method == .startNotify)
        #expect(attempt.failed(failed) == .giveUp)
    }

    @Test(
        "an old session is ended first, once (lesson 11)",
        arguments: [
            LinkFailure(.inProgress, "In Progress"), LinkFailure(.notPermitted, "Notify acquired"),
            LinkFailure(.other, "org.bluez.Error.Failed: Failed to register notify session"),
        ])
    func oldSession(_ failure: LinkFailure) {
        var attempt = SubscriptionAttempt(.heartRate, preferred: .startNotify)
        #expect(attempt.failed(failure) == .clearAndRetry)
        #expect(attempt.failed(failure) == .switchMethod)
        #expect(attempt.failed(failure) == .giveUp)
    }

    @Test("indications have no other way")
    func indications() {
        var attempt = SubscriptionAttempt(.spotCheck, preferred: .acquireNotify)
        #expect(attempt.method == .startNotify)
        #expect(attempt.failed(failed) == .giveUp)
    }

    @Test("a call that never ended is not made again over the same link (lesson 9)")
    func hung() {
        var attempt = SubscriptionAttempt(.heartRate, preferred: .startNotify)
        #expect(attempt.failed(LinkFailure(.deadline, "no answer")) == .giveUp)
    }

    @Test("which failures want a bond")
    func pairing() {
        let wants = { (kind: LinkFailure.Kind, words: String) in LinkFailure(kind, words).wantsPairing }
        #expect(wants(.notPaired, "") && wants(.authentication, "") && wants(.attribute(0x05), ""))
        #expect(wants(.attribute(0x0F), "") && wants(.attribute(0x0C), ""))
        #expect(wants(.notPermitted, "org.bluez.Error.NotPermitted: Not paired"))
        #expect(!wants(.notPermitted, "Notify acquired") && !wants(.attribute(0x80), ""))
        #expect(!wants(.other, "Not paired"))
    }
}
