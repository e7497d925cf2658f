internal import Digests
internal import LMDB
internal import Platform

/// What a scan is asked to look at.
struct ScanRequest: Hashable, Sendable {
    var directory: String
    /// The sequence number whose batch comes first; 0 for everything from the first segment on,
    /// every page counted.
    var from: UInt64 = 0
    /// What the first batch must hash to when it ends with ``from``.
    var expectedHash: SHA256Digest?
    /// Sequence numbers at which batches end whose hashes are wanted.
    var lookups: [UInt64] = []
    /// Whether another process is writing; the last segment is then held still while it is read.
    var isBesideWriter = false
    /// Other places of the journal's archives than those that it names.
    var archives: [String] = []
    /// The kind of event that tells of segments taken out; its payloads are collected.
    var removalKind: UInt16?
}

/// What a scan saw.
struct ScanReport: Hashable, Sendable {
    var findings: [Finding] = []
    var head: Head?
    var journalID: JournalID?
    var hashes: [UInt64: SHA256Digest] = [:]
    /// Where the segments begin, and the hash that their first batch names.
    var begin: UInt64 = 1
    var chainBefore: SHA256Digest?
    /// Payloads of the events that tell of segments taken out.
    var removals: [[UInt8]] = []
    var batches = 0
    var events = 0
    var bytes = 0

    var hasDamage: Bool { findings.contains { $0.severity == .damage } }
}

/// Reads segments by plain reads and checks pages, batches, events and the chain.
///
/// It collects every finding and goes on behind each. Runs in a child process.
struct SegmentScan {
    let request: ScanRequest
    let layout: JournalLayout
    let hasher = SHA256()
    var report = ScanReport()

    // What the next batch must agree with; nil where damage broke the thread.
    var next: UInt64?
    var previousHash: SHA256Digest?
    private var epoch: UInt32 = 0
    private var isFirst = true
    let wanted: Set<UInt64>

    static let findingLimit = 10_000

    init(_ request: ScanRequest) {
        self.request = request
        layout = JournalLayout(directory: request.directory)
        wanted = Set(request.lookups)
    }

    static func run(_ request: ScanRequest) throws(JournalError) -> ScanReport {
        var scan = SegmentScan(request)
        let isArchive = try scan.layout.archiveManifest() != nil
        let numbers = isArchive ? [] : try scan.layout.segmentNumbers()
        scan.report.begin = numbers.first ?? 1
        try scan.scanArchives(before: numbers.first)
        let begin = numbers.lastIndex { $0 <= max(request.from, 1) } ?? 0
        for (index, number) in numbers.enumerated() where index >= begin {
            let isLast = index == numbers.count - 1
            if isLast && request.isBesideWriter {
                try scan.scanPinned(number)
            } else {
                scan.scanSegment(number, isLast: isLast)
            }
        }
        scan.lookUpOlder(numbers)
        try scan.lookUpArchived()
        return scan.report
    }

    mutating func add(_ finding: Finding) {
        if report.findings.count < Self.findingLimit { report.findings.append(finding) }
    }

    /// Scans a segment that is being written while a read transaction keeps its pages.
    ///
    /// A full segment takes about two seconds; the writer grows its file meanwhile.
    private mutating func scanPinned(_ number: UInt64) throws(JournalError) {
        let path = layout.segment(number)
        var attempts = 0
        // The two pages are read while the writer changes them: a mixture passes.
        while attempts < 5, try !MetaPages.areSound(path) { attempts += 1 }
        guard attempts < 5 else { return scanSegment(number, isLast: true) }
        let store = try storing("verify the journal in") { () throws(LMDBError) in
            try Store(path: path, access: .liveReader, mapSize: 0)
        }
        try reading(store) { (_) throws(JournalError) in
            scanSegment(number, isLast: true, checksMeta: false)
        }
    }

    private mutating func checkMeta(_ file: String) throws(PlatformError) {
        for fault in try MetaCheck.faults(inFile: file) {
            add(.damage(.metaPage, file, bytes: 0..<8192, fault))
        }
        for remark in try MetaCheck.remarks(inFile: file) {
            add(
                Finding(
                    .metaPage,
                    .warning,
                    path: file,
                    bytes: 0..<8192,
                    meaning: remark,
                    advice: "nothing is lost; the next commit writes the older page anew"
                )
            )
        }
    }

    private mutating func scanSegment(
        _ number: UInt64,
        isLast: Bool,
        checksMeta: Bool = true
    ) {
        let path = layout.segment(number)
        let file = path + "/data.mdb"
        if let next, next != number {
            let found = "the segment begins with \(number), the one before ends with \(next - 1)"
            add(.damage(.gap, path, sequences: min(next, number)...max(next, number), found))
            self.next = nil
            previousHash = nil
        }
        do throws(PlatformError) {
            if checksMeta { try checkMeta(file) }
            guard let scan = try PageScan(directory: path) else { return }
            let batches = report.batches
            let counts = try scan.scanRecords(from: request.from) { place, bytes in
                let range = place.fileOffset..<(place.fileOffset + bytes.count)
                check(place.number, range, bytes, file, segment: number)
            }
            let pageFaults = scan.faults.count
            try scan.scanFreeList(Self.firstSequence)
            for (index, fault) in scan.faults.enumerated() {
                let start = Int(clamping: fault.page) &* MetaCheck.pageSize
                add(
                    .damage(
                        index < pageFaults ? .page : .freeList,
                        file,
                        bytes: start >= 0 && start < 1 << 60 ? start..<(start + 4096) : nil,
                        fault.meaning
                    )
                )
            }
            if counts.entries == 0, !isLast || isFirst {
                add(.damage(.gap, path, "the segment holds no batch"))
            }
            report.bytes += batches == report.batches ? 0 : scan.fileBytes
        } catch {
            add(
                Finding(
                    .unreadable,
                    .damage,
                    path: file,
                    meaning: "\(error)",
                    advice: "check the disk and the permissions"
                )
            )
            next = nil
            previousHash = nil
        }
    }

    /// The number that a batch is stored under, as its first bytes say.
    private static func firstSequence(_ bytes: Span<UInt8>) -> UInt64? {
        do throws(FormatFault) {
            return try BatchHeader.decodePrefix(bytes).firstSequence
        } catch {
            return nil
        }
    }

    /// Checks the batch that stands under `number` in these bytes of `file`.
    mutating func check(
        _ number: UInt64,
        _ range: Range<Int>,
        _ bytes: Span<UInt8>,
        _ file: String,
        segment: UInt64
    ) {
        let batch: BatchView
        do throws(FormatFault) {
            batch = try BatchView(bytes)
        } catch {
            // The key tells where the next batch would begin only if this one could be trusted.
            let sequences = number...number
            add(.damage(.batchHeader, file, sequences: sequences, bytes: range, error.meaning))
            lose(bytes)
            return
        }
        let header = batch.header
        let sequences = header.firstSequence...header.lastSequence
        do throws(FormatFault) {
            try batch.check()
        } catch {
            add(.damage(.event, file, sequences: sequences, bytes: range, error.meaning))
        }
        agree(header, number, file, range, segment: segment)
        let hash = hasher.digest(of: bytes)
        if isFirst { learn(before: header) }
        if segment == report.begin, header.firstSequence == segment {
            report.chainBefore = header.previousHash
        }
        if let kind = request.removalKind { collect(kind, batch) }
        if isFirst, let expected = request.expectedHash,
            request.from == header.lastSequence && hash != expected
                || request.from == header.firstSequence - 1 && header.previousHash != expected
        {
            let meaning = "the batch is not the one the snapshot saw"
            add(.damage(.chain, file, sequences: sequences, bytes: range, meaning))
        }
        if isFirst, header.firstSequence == report.begin, wanted.contains(report.begin - 1) {
            // What lies before was taken out; the chain says how it ended.
            report.hashes[report.begin - 1] = header.previousHash
        }
        isFirst = false
        if wanted.contains(header.lastSequence) { report.hashes[header.lastSequence] = hash }
        next = header.lastSequence + 1
        previousHash = hash
        epoch = max(epoch, header.epoch)
        report.batches += 1
        report.events += Int(header.count)
        report.journalID = report.journalID ?? header.journalID
        report.head = Head(
            sequence: header.lastSequence,
            chainHash: hash,
            epoch: header.epoch,
            commitTime: header.commitTime
        )
    }

    /// Takes the hash that the first batch names for the one that ends before it.
    private mutating func learn(before header: BatchHeader) {
        let before = header.firstSequence - 1
        if wanted.contains(before) { report.hashes[before] = header.previousHash }
    }

    private mutating func collect(_ kind: UInt16, _ batch: BatchView) {
        batch.forEachEvent { event in
            guard event.kind == kind, report.removals.count < Self.findingLimit else { return }
            report.removals.append(event.payload.indices.map { event.payload[$0] })
        }
    }

    /// Goes on behind a batch whose header cannot be believed.
    private mutating func lose(_ bytes: Span<UInt8>) {
        next = nil
        previousHash = hasher.digest(of: bytes)
        isFirst = false
    }

    private mutating func agree(
        _ header: BatchHeader,
        _ number: UInt64,
        _ file: String,
        _ range: Range<Int>,
        segment: UInt64
    ) {
        let sequences = header.firstSequence...header.lastSequence
        func report(_ code: Finding.Code, _ meaning: String) -> Finding {
            .damage(code, file, sequences: sequences, bytes: range, meaning)
        }
        if header.firstSequence != number {
            add(report(.gap, "the batch is stored under \(number)"))
        }
        if let next, next != header.firstSequence {
            add(report(.gap, "sequence number \(next) is missing; this batch follows"))
        }
        if isFirst {
            if header.firstSequence > max(request.from, segment) {
                add(report(.gap, "sequence number \(max(request.from, segment)) is missing"))
            }
            if header.firstSequence == 1, header.previousHash != .zero {
                add(report(.chain, "the first batch names a batch before it"))
            }
        }
        if let previousHash, previousHash != header.previousHash {
            add(report(.chain, "the batch does not name the hash of the batch before it"))
        }
        if let id = self.report.journalID, id != header.journalID {
            add(report(.foreign, "the batch is of journal \(header.journalID), not \(id)"))
        }
        if header.epoch < epoch {
            add(report(.epoch, "epoch \(header.epoch) follows epoch \(epoch)"))
        }
    }

    /// Finds the hashes that were asked for and lie before the first batch of the scan.
    private mutating func lookUpOlder(_ numbers: [UInt64]) {
        for sequence in wanted where report.hashes[sequence] == nil && sequence <= request.from {
            guard let number = numbers.last(where: { $0 <= sequence }) else { continue }
            var found: SHA256Digest?
            let hasher = hasher
            do throws(PlatformError) {
                let scan = try PageScan(directory: layout.segment(number))
                try scan?.firstRecord(from: sequence) { _, bytes in
                    do throws(FormatFault) {
                        let header = try BatchHeader.decode(bytes)
                        if header.lastSequence == sequence { found = hasher.digest(of: bytes) }
                    } catch {
                        found = nil
                    }
                }
            } catch {
                add(.damage(.unreadable, layout.segment(number), "\(error)"))
            }
            report.hashes[sequence] = found
        }
    }
}
