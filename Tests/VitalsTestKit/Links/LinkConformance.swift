/// What every `LinkPort` does, in a world whose sensors are in reach and not connected. One case is one rule; it says in
/// words what it found, so that a program in a virtual machine can run it as a test does.
public enum LinkConformance: String, CaseIterable, Sendable {
    case serviceComesFirst = "the service is reported first, then its adapters"
    case discoveryHears = "discovery hears sensors, with their services and strength, until it is stopped"
    case discoveryIsAnsweredEachTime = "discovery that is started or stopped twice is answered twice"
    case connectingGivesATable = "connecting gives one link, and then its table"
    case connectingTwiceGivesOneLink = "connecting to what is connected makes no second link"
    case nobodyIsGivenUp = "an attempt to connect to nobody is ended by disconnecting, and both are answered"
    case disconnectingNothingIsDone = "disconnecting without a link is done"
    case disconnectingEndsTheLink = "disconnecting ends the link once, and no value comes after it"
    case notificationsComeOnce = "each notification comes once, in order (lesson 8)"
    case acquiredNotificationsComeOnce = "each notification comes once, in order, also by descriptor"
    case indicationsComeOnce = "each indication comes once, in order, before the answer of the control point"
    case subscribingTwiceDoublesNothing = "subscribing twice doubles nothing (lesson 5)"
    case unsubscribingEndsValues = "no value comes after unsubscribing"
    case readingGivesOneValue = "reading gives one value, before the answer"
    case readingTheSubscribedGivesOneValue = "reading what is subscribed to gives one value too"
    case writesAreAnswered = "a write is done, or fails with the sensor's own error"
    case unknownHandlesFail = "what the table does not have fails"
    case nothingWithoutALink = "reading, writing and subscribing fail without a link"
    case commandsAtOnceAreAnswered = "commands given all at once are all answered"
    case reconnectionsDoubleNothing = "after many reconnections each notification still comes once (lesson 5)"
    case droppedLinksAreReported = "a link that is lost is reported once, and can be made again"
    case sensorsDoNotMix = "two sensors at once lose nothing to each other (lesson 18)"
    case stopIsSilence = "nothing is reported after stop"
    case stopLeavesNothingBehind = "stop ends discovery and links (lesson 3)"
    case forgottenSensorsAreHeardAnew = "a forgotten sensor is reported as such, and heard anew"
    case bondsAreMade = "what needs a bond fails without one, and works after pairing"
    case powerCycleEndsLinks = "an adapter that is switched off and on ends its links, and works again"
    case adapterGoneEndsLinks = "an adapter that goes ends its links and commands, and works when it is back"
    case serviceGoneEndsAll = "a service that goes ends all links and commands, and works when it is back (lesson 4)"

    /// What a world must be able to do for the rule to be checked in it.
    public var needs: Set<LinkAbility> {
        switch self {
        case .droppedLinksAreReported: [.drop]
        case .forgottenSensorsAreHeardAnew: [.forget]
        case .bondsAreMade: [.pair]
        case .adapterGoneEndsLinks: [.adapter]
        case .serviceGoneEndsAll: [.service]
        default: []
        }
    }

    /// Checks the rule; nil when it holds, else what was found.
    public func check(in world: any LinkWorld) -> String? {
        do {
            let watch = try LinkWatch(world)
            defer { watch.stop() }
            try LinkRules(world, watch).check(self)
            try watch.judge()
            return nil
        } catch let failure as LinkWatch.Failure {
            return failure.description
        } catch {
            return "\(error)"
        }
    }
}
