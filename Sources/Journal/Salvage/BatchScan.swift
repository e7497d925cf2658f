internal import Platform

/// Finds batches in raw bytes, whatever pages and trees say about them.
///
/// A batch lies in one piece, in a leaf page as well as over overflow pages, so its magic, its
/// header's checksum and its length are all that is needed.
struct BatchScan {
    private let size: Int
    private var window: ByteWindow
    /// How many more bytes of broken batches are looked through.
    ///
    /// A damaged file has about as many as it is long; made to, every few bytes of it could claim
    /// to be a batch of all the rest.
    private var patience: Int
    /// The byte at which the search gave up, as too many batches were broken; `nil` at the end.
    private(set) var abandonedAt: Int?

    /// Bytes that the disk did not give.
    var unreadable: [Range<Int>] { window.unreadable }

    /// Makes a scan of the first `size` bytes of `source`.
    init(_ source: any ByteSource, size: Int) {
        self.size = size
        patience = 16 * size + (64 << 20)
        window = ByteWindow(source, size: size, step: 4 << 20)
    }

    /// Scans from front to back; `progress` gets how many bytes are done.
    ///
    /// - Throws: `PlatformError` for what is not the disk's failure to give some bytes.
    mutating func run(
        _ receiver: some BatchReceiver,
        progress: (Int) -> Void
    ) throws(PlatformError) {
        let magic = BatchHeader.magicBytes
        var position = 0
        var told = 0
        while size - position >= magic.count {
            if position - told >= 4 << 20 {
                progress(position)
                told = position
            }
            // A file may claim terabytes and hold none of them.
            position = try window.nextData(from: position)
            if size - position < magic.count { break }
            let there = try window.forward(from: position, least: Layout.headerLength)
            let found = window.bytes(there).firstOffset(of: magic.span, from: 0)
            // The magic may begin in the last bytes.
            guard let found else {
                position = there.upperBound - magic.count + 1
                continue
            }
            let (next, wasted) = try examine(position + found, receiver)
            position = next
            patience -= wasted
            guard patience > 0 else {
                abandonedAt = position
                return
            }
        }
        progress(size)
    }

    /// Looks at what begins at `start`, and returns where to go on, and how many bytes of a broken
    /// batch were looked through.
    private mutating func examine(
        _ start: Int,
        _ receiver: some BatchReceiver
    ) throws(PlatformError) -> (next: Int, wasted: Int) {
        let onward = start + BatchHeader.magicBytes.count
        let front = try window.exactly(start, Layout.headerLength)
        let header: BatchHeader
        do throws(FormatFault) {
            header = try BatchHeader.decodePrefix(window.bytes(front))
        } catch {
            receiver.take(BrokenBatch(at: start, front: window.bytes(front), error.meaning))
            return (onward, 0)
        }
        let length = Int(header.length)
        guard length <= size - start else {
            let fault = "the file ends \(size - start) bytes into a batch of \(length)"
            receiver.take(BrokenBatch(at: start, header: header, fault))
            return (onward, 0)
        }
        let whole = try window.exactly(start, length)
        let batch = BatchView(header: header, bytes: window.bytes(whole))
        do throws(FormatFault) {
            try batch.check()
        } catch {
            receiver.take(BrokenBatch(at: start, header: header, error.meaning))
            return (onward, length)
        }
        receiver.take(batch, at: start)
        return (start + length, 0)
    }
}

/// Who is told what a scan finds.
protocol BatchReceiver: AnyObject {
    /// Takes a batch whose header and events are sound, and the place of its first byte.
    func take(_ batch: BatchView, at offset: Int)
    /// Takes what begins as a batch does and is none.
    func take(_ batch: BrokenBatch)
}
