internal import LMDB
internal import Platform

/// What the tree of a file says about the batches found in its raw bytes.
struct TreeReading {
    /// Whether all pages on its way are sound and its batches make one chain, but for broken ones.
    private(set) var isSound = false
    /// The candidates that it leads to, as places in the list of candidates.
    private(set) var members: [Int32] = []
    /// Records that are no intact batches.
    private(set) var broken: [BrokenBatch] = []
    /// The last sequence number that it leads to; 0 where it leads nowhere.
    private(set) var end: UInt64 = 0
    /// How many records the newest meta page counts, where the meta pages are sound.
    private(set) var entries: UInt64?

    /// The tree of a file that could not be read.
    init() {}

    /// Walks the tree of `file`.
    ///
    /// - Parameters:
    ///   - candidates: the intact batches of this file, ascending by offset.
    ///   - fileIndex: the place of the file in the list of files.
    init(
        _ file: File,
        among candidates: ArraySlice<Candidate>,
        fileIndex: Int
    ) throws(PlatformError) {
        let faults = try MetaCheck.faults(in: file)
        guard let scan = try PageScan(file: file) else { return }
        if faults.isEmpty { entries = scan.meta.main.entries }
        var isChain = true
        var previous: Candidate?
        _ = try scan.scanRecords { place, bytes in
            guard let index = Self.place(of: place.fileOffset, in: candidates),
                Int(candidates[index].length) == bytes.count
            else {
                broken.append(Self.judge(place, bytes, fileIndex))
                previous = nil
                return
            }
            let candidate = candidates[index]
            if candidate.first != place.number || candidate.first <= end { isChain = false }
            if let previous, !candidate.follows(previous) { isChain = false }
            if let other = members.first, candidates[Int(other)].journal != candidate.journal {
                isChain = false
            }
            previous = candidate
            end = candidate.last
            members.append(Int32(index))
        }
        isSound = faults.isEmpty && scan.faults.isEmpty && isChain
    }

    private static func place(of offset: Int, in candidates: ArraySlice<Candidate>) -> Int? {
        var low = candidates.startIndex
        var high = candidates.endIndex
        while low < high {
            let middle = (low + high) / 2
            if candidates[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < candidates.endIndex && candidates[low].offset == offset ? low : nil
    }

    /// What is wrong with a record that is no intact batch.
    private static func judge(
        _ place: RecordPlace,
        _ bytes: Span<UInt8>,
        _ file: Int
    ) -> BrokenBatch {
        var broken: BrokenBatch
        do throws(FormatFault) {
            let batch = try BatchView(bytes)
            var fault = "the batch overlaps another"
            do throws(FormatFault) { try batch.check() } catch { fault = error.meaning }
            broken = BrokenBatch(at: place.fileOffset, header: batch.header, fault)
            broken.isInTree = true
        } catch {
            broken = BrokenBatch(
                record: place.number,
                at: place.fileOffset,
                length: bytes.count,
                error.meaning
            )
        }
        broken.file = file
        return broken
    }
}
