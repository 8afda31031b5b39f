internal import VitalsCore

/// Every key of the configuration, in the order in which `config/vitalsd.toml` shows them.
enum Settings {
    /// What stands above a table in the file.
    static let tables: [(name: String, comment: [String])] = [
        ("gateway", ["Who this gateway is."]),
        ("source", ["Where sensor data come from."]),
        (
            "bluetooth",
            [
                "Live sensors. Those of the [[sensor]] tables are always connected to; all others only if the keys here",
                "admit them. A name alone never admits a sensor: anybody can take any name.",
            ]
        ),
        ("recorder", ["The flight recorder, a service of its own (vitalsd-recorder.service)."]),
        ("journal", ["The SQLite file that keeps everything until a receiver has acknowledged it, and after."]),
        (
            "journal.retention",
            [
                "What the journal keeps. Older records go first, and by class: waveforms (PPG), samples, events (absences,",
                "links, devices, clock), findings, alarms. Only what the broker has acknowledged goes by age. When the bytes",
                "or the disk are used up, data that nobody has go too, and the journal's ledger tells which; alarms that",
                "nobody has never go. Ages count from the journal's own clock, which no step of the wall clock moves.",
            ]
        ),
        (
            "journal.seal",
            [
                "Bodies of records under a key (AES-256-GCM). Times, kinds and sensors stay readable. See docs/security.md.",
                "Keys are files of mode 0600 ('vitalsctl journal key create'), or systemd credentials, by their names.",
            ]
        ),
        (
            "journal.sign",
            ["Checkpoints of the journal, signed (Ed25519), so that nobody can write it anew unseen."]
        ),
        ("kernels", ["The vector code of the detection core. Every choice gives the same bits."]),
        ("mqtt", ["The broker that records are published to."]),
        ("mqtt.tls", ["Encryption of the connection to the broker."]),
        ("detection.heart_rate", ["Heart-rate limits (Heart Rate Measurement, and the pulse rate of oximeters)."]),
        ("detection.spo2", ["SpO2 limits."]),
        ("detection.signal", ["When a signal counts as lost, frozen or off the body."]),
        ("detection.rate", ["Rules on single beats."]),
        ("detection.atrial_fibrillation", ["Irregular rhythm, from RR intervals."]),
        ("detection.ectopy", ["Premature beats, from RR intervals."]),
        ("detection.variability", ["Heart-rate variability in windows of five minutes, from cleaned RR intervals."]),
        ("detection.desaturation_events", ["Falls of SpO2 against the level before them, and how many an hour (ODI)."]),
        (
            "detection.early_warning",
            ["The points of SpO2 and pulse in an early-warning score: two of its seven parts."]
        ),
        ("detection.cross_sensor", ["A strap and an oximeter on one subject, compared."]),
        ("detection.change", ["Change detection over windows of 96 seconds."]),
        ("detection.trend", ["What a quantity has not done in the last hours."]),
        ("detection.discord", ["Shapes unlike anything before them (left matrix profile)."]),
        ("log", ["What the daemon says of itself. Values of patients are never logged, at any level."]),
    ]

    /// What stands above the list of sensors in the file.
    static let sensorComment = [
        "One sensor. Repeat the table for each sensor to connect to, or that differs from the above.",
        "Every key of [detection.heart_rate] and [detection.spo2] may stand here too, with the prefix",
        "\"heart_rate_\" or \"spo2_\".",
    ]

    /// All settings outside `[[sensor]]`.
    static let all: [Setting] = [
        .init(
            table: "gateway", name: "id", kind: .text(default: "gateway", rule: .topicLevel),
            comment: ["The gateway's name in topics and identities: letters, digits, '_' and '-'."]),
        .init(
            table: "source", name: "kind", kind: .choice(default: "bluetooth", of: ["bluetooth", "replay"]),
            comment: ["\"bluetooth\": live sensors; \"replay\": a recorded capture, also when only 'path' is set."]),
        .init(
            table: "source", name: "path", kind: .text(default: "", rule: .any),
            comment: ["The capture to replay: btsnoop, JSON Lines, or gzipped JSON Lines."]),
        .init(
            table: "source", name: "speed", kind: .decimal(default: 1, range: 0...1_000_000, unit: "times real time"),
            comment: ["How fast to replay; 0 is as fast as the journal takes it."]),
        .init(
            table: "source", name: "at_end", kind: .choice(default: "exit", of: ["exit", "stay"]),
            comment: ["After the last event: \"exit\" once all is published, or \"stay\" until stopped."]),
        .init(
            table: "bluetooth", name: "backend", kind: .choice(default: "bluez", of: ["bluez", "att"]),
            comment: [
                "\"bluez\": through bluetoothd. \"att\": through the kernel's own sockets, for gateways that run no",
                "bluetoothd; it needs CAP_NET_ADMIN (systemd/vitalsd-att.conf).",
            ]),
        .init(
            table: "bluetooth", name: "adapters", kind: .texts(example: ["hci0"], rule: .adapter),
            comment: ["The adapters to use, by name or address. Empty: all."]),
        .init(
            table: "bluetooth", name: "slots", kind: .integer(default: 5, range: 1...32, unit: "links"),
            comment: ["Links that one adapter keeps at a time. Most controllers manage 5 to 10."]),
        .init(
            table: "bluetooth", name: "rotation_seconds", kind: .integer(default: 300, range: 30...86_400, unit: "s"),
            comment: ["With all slots taken: how long a link stays while a sensor of the same priority waits."]),
        .init(
            table: "bluetooth", name: "admit_bonded", kind: .truth(default: false),
            comment: ["Connect to every sensor that this gateway holds a bond with."]),
        .init(
            table: "bluetooth", name: "admit_services", kind: .texts(example: ["180D", "1822"], rule: .uuid),
            comment: ["Connect to every sensor that advertises one of these services. For trials: it takes anybody's."]),
        .init(
            table: "bluetooth", name: "stale_seconds", kind: .integer(default: 10, range: 2...300, unit: "s"),
            comment: [
                "Silence of a subscribed stream after which it is subscribed to again, then connected to again, then the",
                "adapter is recovered; each step takes this long.",
            ]),
        .init(
            table: "bluetooth", name: "adapter_silence_seconds", kind: .integer(default: 60, range: 5...90, unit: "s"),
            comment: ["Silence of a listening adapter after which it is recovered."]),
        .init(
            table: "bluetooth", name: "reset_folder", kind: .text(default: "", rule: .any),
            comment: [
                "Where vitalsd-adapter-reset.path looks for requests to reset a controller, the last step of its recovery:",
                "/run/vitalsd/adapter-reset. Empty: none are made.",
            ]),
        .init(
            table: "bluetooth", name: "quality_seconds", kind: .integer(default: 300, range: 10...86_400, unit: "s"),
            comment: ["How often signal strength and counters of each link are recorded."]),
        .init(
            table: "recorder", name: "freeze_folder", kind: .text(default: "", rule: .any),
            comment: [
                "Where the recorder looks for requests to keep the last minutes: one is made when an alarm is raised.",
                "Empty: none are made.",
            ]),
        .init(
            table: "journal", name: "path", kind: .text(default: "/var/lib/vitalsd/journal.db", rule: .any),
            comment: ["The journal. It is created when it does not exist, and never deleted."]),
        .init(
            table: "journal", name: "block_seconds", kind: .integer(default: 20, range: 1...300, unit: "s"),
            comment: [
                "How long samples gather in a block before they are kept and published: longer is smaller,",
                "shorter is sooner. Findings and alarms never wait for it.",
            ]),
        .init(
            table: "journal.retention", name: "max_bytes",
            kind: .integer(
                default: Int(RetentionLimits.maxBytes), range: Int(RetentionLimits.maxBytesLeast)...(1 << 44),
                unit: "bytes"),
            comment: [
                "The journal's files together: the database, its WAL file and the ballast, which a full disk frees."
            ]
        ),
        days(of: .waveforms, "Days that blocks of waveforms stay. 0: until their bytes are needed."),
        days(of: .samples, "The same for all other blocks of samples."),
        days(of: .events, "The same for absences, links, malformed packets, devices and steps of the clock."),
        days(of: .findings, "The same for findings."),
        days(of: .alarms, "The same for alarms and starts."),
        .init(
            table: "journal.retention", name: "grace_hours",
            kind: .integer(default: RetentionLimits.graceHours, range: 0...RetentionLimits.graceHoursMost, unit: "h"),
            comment: [
                "How long acknowledged records stay all the same, for a broker that loses what it acknowledged."
            ]),
        .init(
            table: "journal.seal", name: "key_file", kind: .text(default: "", rule: .any),
            comment: [
                "The key: a path, or a credential's name without a slash. Without it the journal is not sealed. Who loses the",
                "key loses all that it sealed: keep a copy apart from the gateway.",
            ]),
        .init(
            table: "journal.seal", name: "former_key_file", kind: .text(default: "", rule: .any),
            comment: ["The key before it. With both, a start changes from this one to the new one; then take it out."]),
        .init(
            table: "journal.sign", name: "key_file", kind: .text(default: "", rule: .any),
            comment: [
                "The secret that signs: a path, or a credential's name. A path at which nothing is gets a new secret at the",
                "first start. Without it checkpoints are made and published too, but not signed.",
            ]),
        .init(
            table: "kernels", name: "level",
            kind: .choice(default: "auto", of: ["auto", "scalar", "baseline", "x86-64-v3", "x86-64-v4", "arm64"]),
            comment: ["\"auto\" takes the best that the processor has."]),
        .init(
            table: "mqtt", name: "enabled", kind: .truth(default: true),
            comment: ["Without it records stay in the journal."]),
        .init(
            table: "mqtt", name: "host", kind: .text(default: "127.0.0.1", rule: .any),
            comment: ["The broker's name or address."]),
        .init(
            table: "mqtt", name: "port", kind: .integer(default: 1883, range: 1...65_535, unit: ""),
            comment: ["The broker's port; 8883 is usual with TLS."]),
        .init(
            table: "mqtt", name: "client_id", kind: .text(default: "", rule: .any),
            comment: ["Empty: \"vitalsd-\" and the gateway's id."]),
        .init(
            table: "mqtt", name: "username", kind: .text(default: "", rule: .any),
            comment: ["Empty: none."]),
        .init(
            table: "mqtt", name: "password_file", kind: .text(default: "", rule: .any),
            comment: ["A file that holds the password alone, mode 0600. Empty: none."]),
        .init(
            table: "mqtt", name: "keep_alive_seconds", kind: .integer(default: 30, range: 5...3_600, unit: "s"),
            comment: ["After one and a half times this without a sign the broker publishes our last will."]),
        .init(
            table: "mqtt", name: "acknowledgement_deadline_seconds",
            kind: .integer(default: 10, range: 1...600, unit: "s"),
            comment: ["A broker that has not acknowledged within this is left and connected to again."]),
        .init(
            table: "mqtt", name: "backlog_records_per_second",
            kind: .integer(default: 20_000, range: 50...20_000, unit: "records/s"),
            comment: [
                "The most that a backlog goes out with after an outage, beside live data, which go first. It goes slower by",
                "itself when the broker answers slowly.",
            ]),
        .init(
            table: "mqtt", name: "alarm_budget_milliseconds",
            kind: .integer(default: 500, range: 200...60_000, unit: "ms"),
            comment: ["An alarm that the disk has not taken within this is published without waiting for it."]),
        .init(
            table: "mqtt", name: "request_key_file", kind: .text(default: "", rule: .any),
            comment: [
                "A file with the key, mode 0600, that the far side signs its requests with: to send records again, and what",
                "it has applied (docs/uplink.md). Empty: no requests are heard.",
            ]),
        .init(
            table: "mqtt.tls", name: "enabled", kind: .truth(default: false),
            comment: ["TLS 1.2 or later, with the broker's name checked."]),
        .init(
            table: "mqtt.tls", name: "ca_file", kind: .text(default: "", rule: .any),
            comment: ["Certificates of the authorities to trust, PEM. Empty: the system's."]),
        .init(
            table: "mqtt.tls", name: "certificate_file", kind: .text(default: "", rule: .any),
            comment: ["The gateway's own certificate, PEM; a renewed one is taken within two minutes. Empty: none."]),
        .init(
            table: "mqtt.tls", name: "key_file", kind: .text(default: "", rule: .any),
            comment: ["The key of that certificate, PEM, mode 0600."]),
        .init(
            table: "detection.heart_rate", name: "low",
            kind: .integer(default: 40, range: 10...300, unit: "beats/min"), comment: ["Alarm below this."]),
        .init(
            table: "detection.heart_rate", name: "high",
            kind: .integer(default: 130, range: 10...300, unit: "beats/min"), comment: ["Alarm above this."]),
        .init(
            table: "detection.heart_rate", name: "delay_seconds",
            kind: .integer(default: 10, range: 0...300, unit: "s"),
            comment: ["How long a rate has to be beyond its limit."]),
        .init(
            table: "detection.heart_rate", name: "delay_beats",
            kind: .integer(default: 5, range: 0...300, unit: "beats"),
            comment: ["Or for how many beats, whichever comes first; 0: time alone."]),
        .init(
            table: "detection.heart_rate", name: "hysteresis",
            kind: .integer(default: 2, range: 0...50, unit: "beats/min"),
            comment: ["How far back inside the limit a rate has to be to end the alarm."]),
        .init(
            table: "detection.spo2", name: "low", kind: .integer(default: 90, range: 50...100, unit: "%"),
            comment: ["Alarm below this."]),
        .init(
            table: "detection.spo2", name: "low_delay_seconds", kind: .integer(default: 15, range: 0...300, unit: "s"),
            comment: ["How long SpO2 has to be below it."]),
        .init(
            table: "detection.spo2", name: "desaturation", kind: .integer(default: 85, range: 50...100, unit: "%"),
            comment: ["Alarm of high priority below this."]),
        .init(
            table: "detection.spo2", name: "desaturation_delay_seconds",
            kind: .integer(default: 5, range: 0...300, unit: "s"), comment: ["How long SpO2 has to be below it."]),
        .init(
            table: "detection.spo2", name: "hysteresis", kind: .integer(default: 2, range: 0...20, unit: "%"),
            comment: ["How far above the limit SpO2 has to be to end the alarm."]),
        .init(
            table: "detection.spo2", name: "saturation_seconds",
            kind: .integer(default: 50, range: 0...1_000, unit: "% s"),
            comment: ["Depth below `low` times duration that raises an alarm of its own; 0: never."]),
        .init(
            table: "detection.signal", name: "stale_seconds", kind: .integer(default: 3, range: 1...300, unit: "s"),
            comment: ["Silence after which a stream is stale; three RR intervals, if that is longer."]),
        .init(
            table: "detection.signal", name: "not_current_seconds",
            kind: .integer(default: 30, range: 2...600, unit: "s"),
            comment: ["Silence after which an alarm says that values are not current."]),
        .init(
            table: "detection.signal", name: "frozen_seconds",
            kind: .integer(default: 60, range: 10...3_600, unit: "s"),
            comment: ["Identical heart-rate packets for this long are frozen, not a heart."]),
        .init(
            table: "detection.signal", name: "sensor_off_seconds",
            kind: .integer(default: 10, range: 0...600, unit: "s"),
            comment: ["Lost contact for this long raises an alarm."]),
        .init(
            table: "detection.rate", name: "enabled", kind: .truth(default: true),
            comment: ["Pause, asystole, extreme bradycardia and tachycardia."]),
        .init(
            table: "detection.rate", name: "held_rate_is_asystole", kind: .truth(default: false),
            comment: [
                "What a strap means that goes on with the same rate and sends no interval any more. It may have frozen, or",
                "hold the last rate of a heart that stands still. false: a technical alarm after 8 s; true: asystole after 4 s.",
            ]),
        .init(
            table: "detection.atrial_fibrillation", name: "enabled", kind: .truth(default: true),
            comment: ["Episodes of atrial fibrillation (Zhou 2015)."]),
        .init(
            table: "detection.ectopy", name: "enabled", kind: .truth(default: true),
            comment: ["Premature beats, bigeminy and trigeminy."]),
        .init(
            table: "detection.ectopy", name: "frequent_beats",
            kind: .integer(default: 3, range: 1...1_000, unit: "beats"),
            comment: ["Premature beats of five minutes that make a finding."]),
        .init(
            table: "detection.variability", name: "enabled", kind: .truth(default: true),
            comment: ["One finding every five minutes."]),
        .init(
            table: "detection.desaturation_events", name: "enabled", kind: .truth(default: true),
            comment: ["Findings, without an alarm: the limits of [detection.spo2] alarm."]),
        .init(
            table: "detection.desaturation_events", name: "fall", kind: .integer(default: 3, range: 1...20, unit: "%"),
            comment: ["The fall with which an event begins. A second index counts those one deeper."]),
        .init(
            table: "detection.early_warning", name: "enabled", kind: .truth(default: true),
            comment: ["A finding whenever the points change, at most once a minute."]),
        .init(
            table: "detection.cross_sensor", name: "enabled", kind: .truth(default: true),
            comment: ["A finding when the rates of two sensors with the same 'subject' differ for more than 15 s."]),
        .init(
            table: "detection.change", name: "enabled", kind: .truth(default: true),
            comment: ["Findings, without an alarm, when a window differs from the minute before it."]),
        .init(
            table: "detection.trend", name: "enabled", kind: .truth(default: true),
            comment: ["Findings, without an alarm, after an hour of learning."]),
        .init(
            table: "detection.discord", name: "heart_rate", kind: .truth(default: false),
            comment: ["Findings about the course of the heart rate. They take 360 kB of memory a sensor."]),
        .init(
            table: "detection.discord", name: "ppg", kind: .truth(default: true),
            comment: ["Findings about the shape of a photoplethysmogram."]),
        .init(
            table: "log", name: "level",
            kind: .choice(default: "info", of: ["debug", "info", "notice", "warning", "error"]),
            comment: ["The least level that is logged."]),
    ]

    /// The settings of one sensor's link, and whom it is on.
    static let linkNames = [
        "subject", "priority", "bond_required", "passkey", "notify", "fetch_stored_records", "delete_stored_records",
        "set_clock",
    ]

    /// The settings of one `[[sensor]]`, all of them optional but the address.
    static let sensor: [Setting] =
        [
            .init(
                table: "sensor", name: "address", kind: .text(default: "", rule: .address),
                comment: ["The sensor's Bluetooth address: the identity address where it has one."]),
            .init(
                table: "sensor", name: "subject", kind: .text(default: "", rule: .any),
                comment: [
                    "Whom it is on: sensors with the same text are compared with each other. The text stays in this file."
                ]),
            .init(
                table: "sensor", name: "priority", kind: .integer(default: 5, range: 0...9, unit: ""),
                comment: ["Who gets a connection slot first: the higher number."]),
            .init(
                table: "sensor", name: "bond_required", kind: .truth(default: false),
                comment: ["Read it only over a bond; it is paired when there is none."]),
            .init(
                table: "sensor", name: "passkey", kind: .integer(default: 0, range: 0...999_999, unit: ""),
                comment: ["The six digits that it is paired with. Not set: Just Works."]),
            .init(
                table: "sensor", name: "notify",
                kind: .choice(default: "start-notify", of: ["start-notify", "acquire-notify"]),
                comment: ["How BlueZ is asked for its notifications first; the other way is tried when it fails."]),
            .init(
                table: "sensor", name: "fetch_stored_records", kind: .truth(default: true),
                comment: ["Fetch the spot checks that it stores, at each connection."]),
            .init(
                table: "sensor", name: "delete_stored_records", kind: .truth(default: false),
                comment: ["Delete them on the sensor once they are durable here."]),
            .init(
                table: "sensor", name: "set_clock", kind: .truth(default: false),
                comment: ["Set its clock, when the gateway's is synchronised."]),
        ]
        + all.filter { $0.table == "detection.heart_rate" }.map { $0.asOverride(prefix: "heart_rate_") }
        + all.filter { $0.table == "detection.spo2" }.map { $0.asOverride(prefix: "spo2_") }
}

extension Settings {
    /// How long a class of records stays.
    private static func days(of retentionClass: RetentionClass, _ comment: String) -> Setting {
        Setting(
            table: "journal.retention", name: "\(retentionClass.name)_days",
            kind: .integer(
                default: RetentionLimits.days[retentionClass] ?? 0, range: 0...RetentionLimits.daysMost, unit: "days"),
            comment: [comment])
    }
}

extension Setting {
    fileprivate func asOverride(prefix: String) -> Setting {
        Setting(table: "sensor", name: prefix + name, kind: kind, comment: comment)
    }
}
