import VitalsCore
import VitalsDetection
import VitalsJSON
import VitalsModel
import VitalsStore

/// Everything that is told of a finding or an alarm, before it becomes text or JSON.
struct Explanation {
    /// The records that it is about.
    let evidence: Evidence
    /// The run that they came out of.
    let run: RecordedRun
    /// Which journal it is.
    let identity: JournalIdentity
    /// What judging again came to.
    let rejudgement: Rejudgement
    /// What was judged.
    let judged: ClosedRange<MonotonicTime>
    /// What is drawn.
    let window: ClosedRange<MonotonicTime>

    /// One number of an evaluation.
    struct Number: Hashable {
        /// Its member, as in the record.
        let member: String
        /// As in the record.
        let raw: Int64
        /// In whole units.
        let text: String
        /// The unit; empty for a count or a time of day.
        let unit: String
        /// What it says.
        let meaning: String
        /// Whether it is a time of day.
        let isMoment: Bool
    }

    /// The body of what the alarm was raised for, or of the finding.
    var body: JSONValue? { try? JSONParser.parse((evidence.cause ?? evidence.asked).body) }

    /// The finding, when a detector's finding is behind it.
    var finding: Record? { evidence.cause.flatMap { $0.kind == .finding ? $0 : nil } }

    /// What the sensor or the gateway was found to do.
    var condition: String {
        let alarm = (try? JSONParser.parse(evidence.asked.body))?["condition"]?.string
        return alarm ?? body?["condition"]?.string ?? evidence.asked.subject
    }

    /// The stream that was judged.
    var stream: String? {
        body?["stream"]?.string ?? (evidence.cause?.kind == .absence ? evidence.cause?.subject : nil)
    }

    /// The name of the detector without its version.
    var detector: String? { finding?.subject }

    /// The numbers of the finding's evaluation, by name.
    var numbers: [Number] {
        guard let detector, case .object(let members)? = body?["evaluation"]?["numbers"] else { return [] }
        return members.compactMap { member in
            member.value.number?.integer.map { number(detector, member.name, $0) }
        }
    }

    /// The unit of the quantity that was judged.
    private var quantityUnit: String {
        guard let stream else { return "" }
        // A rate's detectors count in beats a minute also where intervals are drawn.
        let quantity = PlotSeries.quantity(of: stream, condition: condition, detector: nil)
        return quantity?.unit ?? ""
    }

    /// A number as people read it.
    func number(_ detector: String, _ member: String, _ raw: Int64) -> Number {
        let term = Glossary.term(detector, member)
        let form = NumberForm(member)
        if term?.isMoment == true {
            return Number(
                member: member, raw: raw, text: wall(MonotonicTime(microseconds: raw)).rfc3339, unit: "",
                meaning: term?.meaning ?? "", isMoment: true)
        }
        var unit = term?.unit ?? form.unit ?? ""
        if term?.unit == nil, form.scale == .decimal(places: 2) { unit = quantityUnit }
        return Number(
            member: member, raw: raw, text: form.text(raw), unit: unit, meaning: term?.meaning ?? form.stem.words,
            isMoment: false)
    }

    /// The wall time of a moment of the run, by the clocks of the finding.
    func wall(_ time: MonotonicTime) -> WallTime {
        let stamp = evidence.oldest.stamp
        return WallTime(
            microseconds: stamp.wall.microseconds.addingSaturating((time - stamp.monotonic).microseconds))
    }

    /// The plot's series; nil where the record is about no stream.
    var series: PlotSeries? {
        guard let stream,
            let quantity = PlotSeries.quantity(of: stream, condition: condition, detector: detector)
        else { return nil }
        let series = PlotSeries(quantity, rejudgement.samples)
        return series.points.isEmpty ? nil : series
    }

    /// What the sensor was compared with; nil where one alone was judged.
    var companion: PlotSeries? {
        guard detector == CrossSensor.identity.name else { return nil }
        let series = PlotSeries(.pulseRate, rejudgement.samples)
        return series.points.isEmpty ? nil : series
    }

    /// The levels that the numbers name, where they are of the quantity that is drawn.
    ///
    /// A limit's finding names the level that ends it; the one that began it stands in the evaluation before.
    var levels: [Plot.Level] {
        guard let series, series.quantity != .interval, let detector else { return [] }
        let now = levels(of: numbers, series.quantity)
        guard let before = evaluations.dropLast().last else { return now }
        let earlier = levels(
            of: before.numbers.sorted { $0.key < $1.key }.map { number(detector, $0.key, $0.value) }, series.quantity)
        guard let began = earlier.first(where: { $0.name == "threshold" }),
            let ends = now.first(where: { $0.name == "threshold" }), began != ends
        else { return now }
        return [began, Plot.Level(value: ends.value, name: "to end")] + now.filter { $0 != ends }
    }

    private func levels(of numbers: [Number], _ quantity: PlotSeries.Quantity) -> [Plot.Level] {
        numbers.compactMap { number in
            let form = NumberForm(number.member)
            guard case .decimal = form.scale, number.unit == quantity.unit else { return nil }
            switch form.stem {
            case "threshold", "limit": return Plot.Level(value: form.value(number.raw), name: "threshold")
            case "median", "baseline": return Plot.Level(value: form.value(number.raw), name: form.stem)
            default: return nil
            }
        }
    }
}

extension String {
    /// `quietWindows` as `quiet windows`.
    fileprivate var words: String {
        reduce(into: "") { text, character in
            if character.isUppercase && !text.isEmpty { text += " " }
            text += character.lowercased()
        }
    }
}
