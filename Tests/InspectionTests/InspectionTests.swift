import Platform
import TestSupport
import Testing

@testable import Inspection

@Suite(.temporaryDirectory) struct `Example` {
    @Test func `a traded journal`() throws {
        try FileSystem.createDirectories("/tmp/hf-inspect-example")
        let journal = try TradedJournal(in: "/tmp/hf-inspect-example", minutes: 3)
        #expect(try FileSystem.status(journal.path) != nil)
    }
}
