import VitalsCore
import VitalsDetection
import VitalsModel

extension SensorConfiguration {
    /// Takes what the tables under `detection` say.
    mutating func apply(_ reader: ConfigurationReader) throws(ConfigurationError) {
        try applyLimits(reader) { table, name in "detection.\(table).\(name)" }
        heartRateSignal.staleAfter = .seconds(Int64(reader.integer("detection.signal.stale_seconds")))
        oximetrySignal.staleAfter = heartRateSignal.staleAfter
        heartRateSignal.frozenAfter = .seconds(Int64(reader.integer("detection.signal.frozen_seconds")))
        notCurrentAfter = .seconds(Int64(reader.integer("detection.signal.not_current_seconds")))
        sensorOffAfter = .seconds(Int64(reader.integer("detection.signal.sensor_off_seconds")))
        rateRules?.heldRateIsAsystole = reader.truth("detection.rate.held_rate_is_asystole")
        if !reader.truth("detection.rate.enabled") { rateRules = nil }
        if !reader.truth("detection.atrial_fibrillation.enabled") { atrialFibrillation = nil }
        if !reader.truth("detection.ectopy.enabled") { ectopy = nil }
        frequentEctopyBeats = reader.integer("detection.ectopy.frequent_beats")
        if !reader.truth("detection.variability.enabled") { variability = nil }
        let fall = Int32(reader.integer("detection.desaturation_events.fall")) * 100
        desaturationEvents =
            reader.truth("detection.desaturation_events.enabled")
            ? Desaturation.Configuration(fall: fall, deepFall: fall + 100) : nil
        if !reader.truth("detection.early_warning.enabled") { earlyWarning = nil }
        if !reader.truth("detection.cross_sensor.enabled") { crossSensor = nil }
        detectsChange = reader.truth("detection.change.enabled")
        heartRateDiscord = reader.truth("detection.discord.heart_rate") ? .heartRate : nil
        if !reader.truth("detection.discord.ppg") { ppgDiscord = nil }
        detectsTrend = reader.truth("detection.trend.enabled")
    }

    /// Takes what a `[[sensor]]` table says instead.
    mutating func apply(overrides reader: ConfigurationReader) throws(ConfigurationError) {
        try applyLimits(reader) { table, name in
            let key = "sensor.\(table)_\(name)"
            return reader.isSet(key) ? key : nil
        }
    }

    /// `key` names the setting of a table's key, or nil where nothing is set and what is there stays.
    private mutating func applyLimits(
        _ reader: ConfigurationReader, key: (_ table: String, _ name: String) -> String?
    ) throws(ConfigurationError) {
        func integer(_ table: String, _ name: String) -> Int? { key(table, name).map { reader.integer($0) } }

        if let low = integer("heart_rate", "low") { heartRateLow.limit = Int32(low) * 100 }
        if let high = integer("heart_rate", "high") { heartRateHigh.limit = Int32(high) * 100 }
        if let delay = integer("heart_rate", "delay_seconds") {
            heartRateLow.delay = .seconds(Int64(delay))
            heartRateHigh.delay = .seconds(Int64(delay))
        }
        if let beats = integer("heart_rate", "delay_beats") {
            heartRateLow.beats = beats == 0 ? nil : beats
            heartRateHigh.beats = beats == 0 ? nil : beats
        }
        if let hysteresis = integer("heart_rate", "hysteresis") {
            heartRateLow.hysteresis = Int32(hysteresis) * 100
            heartRateHigh.hysteresis = Int32(hysteresis) * 100
        }
        if let low = integer("spo2", "low") {
            spO2Low.limit = Int32(low) * 100
            saturationSeconds?.limit = Int32(low) * 100
        }
        if let delay = integer("spo2", "low_delay_seconds") { spO2Low.delay = .seconds(Int64(delay)) }
        if let limit = integer("spo2", "desaturation") { desaturation.limit = Int32(limit) * 100 }
        if let delay = integer("spo2", "desaturation_delay_seconds") { desaturation.delay = .seconds(Int64(delay)) }
        if let hysteresis = integer("spo2", "hysteresis") {
            spO2Low.hysteresis = Int32(hysteresis) * 100
            desaturation.hysteresis = Int32(hysteresis) * 100
            saturationSeconds?.hysteresis = Int32(hysteresis) * 100
        }
        if let budget = integer("spo2", "saturation_seconds") {
            if budget == 0 { saturationSeconds = nil } else { saturationSeconds?.budget = Int32(budget) }
        }
        guard heartRateLow.limit < heartRateHigh.limit else {
            let place = key("heart_rate", "low") ?? key("heart_rate", "high") ?? "detection.heart_rate.low"
            throw reader.error(at: place, "the low limit of the heart rate must lie below the high one")
        }
        guard desaturation.limit <= spO2Low.limit else {
            let place = key("spo2", "desaturation") ?? key("spo2", "low") ?? "detection.spo2.desaturation"
            throw reader.error(at: place, "'desaturation' must not lie above 'low'")
        }
    }
}
