import Foundation
import VitalsCore
import VitalsTestKit

// LinkConformanceRunner bluez|att|fake|simulated [TEXT]   checks the rules whose sentence holds TEXT, a line for each
// LinkConformanceRunner cycles COUNT                      connects so often to the fake, and prints what it cost as JSON
//
// Exit status: 0 when all holds, 1 when not, 64 for a wrong command line, 70 when there is nothing to run it on.

let arguments = Array(CommandLine.arguments.dropFirst())

func say(_ line: String, to handle: FileHandle = .standardOutput) { handle.write(Data((line + "\n").utf8)) }

/// Checks the rules that the world can be asked for; true when all of them hold. The world has ended when this returns.
func check(_ place: Place, _ text: String) throws -> Bool {
    let world = try place.world()
    var areAllGood = true
    for rule in LinkConformance.allCases
    where (text.isEmpty || rule.rawValue.contains(text)) && rule.needs.isSubset(of: world.abilities) {
        let found = rule.check(in: world)
        say(found.map { "FAIL \(rule.rawValue): \($0)" } ?? "ok \(rule.rawValue)")
        if found != nil { areAllGood = false }
    }
    return areAllGood
}

do {
    switch (arguments.first, arguments.count) {
    case ("cycles", 2):
        guard let count = Int(arguments[1]), count >= 100 else {
            say("cycles needs a number of at least 100, not \(arguments[1])", to: .standardError)
            exit(64)
        }
        say(try ConnectCycles(count: count).run().json)
    case (let name?, 1...2):
        guard let place = Place(rawValue: name) else { fallthrough }
        exit(try check(place, arguments.count == 2 ? arguments[1] : "") ? 0 : 1)
    default:
        say("usage: LinkConformanceRunner bluez|att|fake|simulated [TEXT] | cycles COUNT", to: .standardError)
        exit(64)
    }
} catch {
    say("LinkConformanceRunner: \(error)", to: .standardError)
    exit(70)
}
