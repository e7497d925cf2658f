internal import LMDB
internal import Platform

/// The check of a segment's first two pages before anything maps the file.
enum MetaPages {
    /// Whether the meta pages of the segment at `path` agree with each other and the file.
    static func areSound(_ path: String) throws(JournalError) -> Bool {
        try translating("read the segment") { () throws(PlatformError) in
            try MetaCheck.faults(inFile: path + "/data.mdb").isEmpty
        }
    }

    /// Throws when the meta pages of the segment at `path` contradict each other or the file.
    static func require(_ path: String, _ action: String) throws(JournalError) {
        let faults = try translating(action) { () throws(PlatformError) in
            try MetaCheck.faults(inFile: path + "/data.mdb")
        }
        if let fault = faults.first {
            throw JournalError(
                .damaged,
                action,
                path,
                reason: fault,
                advice: JournalError.verifyAdvice
            )
        }
    }
}
