import VitalsCore
import VitalsJSON
import VitalsModel

extension JSONWriter {
    /// An explanation as one object: the records as they stand in the journal, the numbers with their meaning, the
    /// samples that are shown, and the verdict.
    mutating func value(_ explanation: Explanation) {
        let (evidence, run) = (explanation.evidence, explanation.run)
        object { json in
            if let alarm = evidence.alarm { json.record("alarm", alarm) }
            if let cause = evidence.cause { json.record("cause", cause) }
            json.member("condition", explanation.condition)
            json.member("configuration", run.digest)
            json.member("epoch", explanation.identity.epoch)
            json.name("evaluations")
            json.array { json in
                for evaluation in explanation.evaluations { json.value(evaluation.line) }
            }
            json.member("gateway", explanation.identity.gateway)
            json.name("judged")
            json.array { json in
                json.value(explanation.judged.lowerBound.microseconds)
                json.value(explanation.judged.upperBound.microseconds)
            }
            json.name("numbers")
            json.array { json in
                for number in explanation.numbers { json.value(number) }
            }
            json.record("record", evidence.asked)
            json.name("rejudged")
            json.value(explanation.rejudgement)
            json.member("run", run.start.sequence)
            if let series = explanation.series {
                json.name("samples")
                json.value(series)
            }
            json.member("version", run.version)
        }
    }

    /// A record as its line, without the line's end.
    private mutating func record(_ name: String, _ record: Record) {
        var line = JSONWriter()
        // A finding, alarm or absence has no body that could not be written; another kind shows its identity.
        guard (try? RecordLine.write(record, to: &line)) != nil else { return member(name, record.sequence) }
        self.name(name)
        raw(line.bytes.dropLast())
    }

    private mutating func value(_ number: Explanation.Number) {
        object { json in
            json.member("meaning", number.meaning)
            json.member("name", number.member)
            json.member("raw", number.raw)
            json.member("unit", number.unit)
            json.member("value", number.text)
        }
    }

    private mutating func value(_ rejudgement: Rejudgement) {
        object { json in
            if case .different(let differences) = rejudgement.verdict {
                json.name("differences")
                json.array { json in
                    for difference in differences {
                        json.object { json in
                            json.member("made", difference.made)
                            json.member("member", difference.member)
                            json.member("recorded", difference.recorded)
                            json.member("sequence", difference.sequence)
                        }
                    }
                }
            }
            json.member("inputs", rejudgement.inputs)
            if case .impossible(let reason) = rejudgement.verdict { json.member("reason", reason) }
            json.name("records")
            json.array { json in
                json.value(rejudgement.records.lowerBound)
                json.value(rejudgement.records.upperBound)
            }
            json.member("verdict", rejudgement.verdict.name)
        }
    }

    private mutating func value(_ series: PlotSeries) {
        object { json in
            json.member("quantity", series.quantity.name)
            json.member("unit", series.quantity.unit)
            json.name("values")
            json.array { json in
                for point in series.points {
                    json.array { json in
                        json.value(point.time.microseconds)
                        if let value = point.value { json.number(value.shortText) } else { json.null() }
                        json.value(point.trust.name)
                    }
                }
            }
        }
    }
}

extension Rejudgement.Verdict {
    /// One word.
    var name: String {
        switch self {
        case .same(true): "same-records"
        case .same(false): "same-evaluation"
        case .different: "different"
        case .absent: "absent"
        case .impossible: "not-rejudged"
        }
    }
}

extension PlotSeries.Trust {
    /// One word.
    fileprivate var name: String {
        switch self {
        case .good: "good"
        case .doubtful: "doubtful"
        case .none: "none"
        }
    }
}
