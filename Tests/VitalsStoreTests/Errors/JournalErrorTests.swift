import Testing

@testable import VitalsStore

@Suite("What the journal's errors say")
struct JournalErrorTests {
    private func sentence(_ code: JournalError.Code, detail: String? = nil) -> String {
        JournalError(code, "open", path: "/j", detail: detail).description
    }

    @Test("Each error says what, where, and what to do")
    func sentences() {
        #expect(
            sentence(.invalidName("a/b"))
                == "journal /j: open: 'a/b' is no valid name: use 1 to 64 of A-Z a-z 0-9 _ -")
        #expect(
            sentence(.cannotCreate("Permission denied"))
                == "journal /j: open: cannot be created: Permission denied; check the path, its directory and their permissions"
        )
        #expect(sentence(.absent) == "journal /j: open: no such file; check the path")
        #expect(
            sentence(.noAccess) == """
                journal /j: open: no access; check the permissions of the file and its directory, and that it is not \
                read-only
                """)
        #expect(
            sentence(.inUse)
                == "journal /j: open: another process writes it; stop that vitalsd first, or read the journal only")
        #expect(
            sentence(.notAJournal) == """
                journal /j: open: not a journal of vitalsd; it was left as it is: choose another path, or move the \
                file away
                """)
        #expect(
            sentence(.newerFormat(found: 3, known: 1)) == """
                journal /j: open: format 3 was written by a newer vitalsd, this one knows 1; install the newer one
                """)
        #expect(
            sentence(.otherGateway("north")) == """
                journal /j: open: belongs to gateway 'north'; choose another path, or set that gateway's name
                """)
        #expect(
            sentence(.damaged(sequence: 7, what: "column body")) == """
                journal /j: open: damaged at record 7: column body; nothing was deleted: keep the file, and take \
                over what is intact with 'vitalsctl journal salvage'
                """)
        #expect(
            sentence(.outOfSequence(expected: 5, found: 9))
                == "journal /j: open: record 9 does not follow: 5 is next; nothing was stored")
        #expect(
            sentence(.differs(sequence: 5)) == """
                journal /j: open: record 5 is already there with other content; this input, configuration or version \
                is not the one that wrote the journal
                """)
        #expect(
            sentence(.invalidAcknowledgement)
                == "journal /j: open: sequence 0 cannot be acknowledged; nothing was noted")
        #expect(
            sentence(.diskFull, detail: "SQLite 13: database or disk is full") == """
                journal /j: open: the disk is full; free some space, committed records are safe \
                (SQLite 13: database or disk is full)
                """)
        #expect(
            sentence(.inputOutput) == """
                journal /j: open: reading or writing failed; check the disk, committed records are verified at the \
                next start
                """)
        #expect(
            sentence(.busy) == "journal /j: open: another process holds a lock; try again, or find it with 'fuser'")
        #expect(sentence(.closed) == "journal /j: open: the journal is closed")
        #expect(sentence(.sqlite(1)) == "journal /j: open: SQLite error 1")
    }

    @Test("Only a full disk and a lock pass by themselves")
    func transient() {
        let codes: [JournalError.Code] = [.diskFull, .busy, .inputOutput, .closed, .noAccess, .sqlite(1), .notAJournal]
        let transient = codes.filter { JournalError($0, "append", path: "/j").isTransient }
        #expect(transient == [.diskFull, .busy])
    }
}
