import Digests
import JSON
import Platform

@testable import Inspection
@testable import Journal

/// Whole journals that somebody made who knows the format.
///
/// Every checksum is right, the chain holds, and the events are hostile. All commands that read
/// are tried.
///
/// The first byte chooses the command, the second what stands beside the segments. Then come the
/// batches, each behind its length; the last is the body of a snapshot where one is wanted.
final class JournalDecoder: Decoder {
    private let directory: String
    private let layout: JournalLayout
    private var parser = JSONParser(maximumBytes: 8 << 20, maximumDepth: 32)

    private static let commands = [
        ["show"], ["show", "--json"], ["state"], ["state", "--json"], ["stat"],
        ["stat", "--json"], ["segments", "--json"], ["verify"], ["verify", "--json"],
        ["replay", "--json"], ["replay", "--from-genesis"], ["diff", "genesis", "head"],
        ["diff", "genesis", "head", "--json"], ["show", "--symbol", "BTCUSDT", "-n", "3"],
        ["show", "--order", "12", "--json"], ["show", "--deal", "10"],
        ["show", "--since", "1970-01-01", "--from", "2"], ["why", "12"], ["why", "12", "--json"],
        ["trace", "1"], ["trace", "1", "--json"],
    ]

    init(scratch: String) {
        directory = scratch + "/journal"
        layout = JournalLayout(directory: directory)
    }

    func take(_ bytes: [UInt8]) throws {
        guard bytes.count >= 4 else { return }
        try FileSystem.removeTree(directory)
        for path in [layout.segments, layout.snapshots] { try FileSystem.createDirectories(path) }
        var parts = Repair.parts(Array(bytes[2...]))
        let body = bytes[1] & 1 != 0 ? parts.popLast() : nil
        let gaps = bytes[1] & 8 != 0 ? parts.popLast() : nil
        guard !parts.isEmpty, let head = try write(parts, isSplit: bytes[1] & 2 != 0) else {
            return
        }
        if let gaps { try File(path: layout.gaps, mode: .create).write(gaps.span, at: 0) }
        if let body { try snapshot(body, at: head, isNamedElse: bytes[1] & 4 != 0) }
        try run(Self.commands[Int(bytes[0]) % Self.commands.count])
    }

    /// Writes the batches and a witness of the last.
    private func write(_ parts: [[UInt8]], isSplit: Bool) throws -> Head? {
        var next: UInt64 = 1
        var chain = SHA256Digest.zero
        var head: Head?
        for run in isSplit ? parts.map({ [$0] }) : [parts] {
            var builder = try SegmentBuilder(
                in: layout.segments,
                first: next,
                mapSize: 1 << 24
            )
            for part in run {
                let batch = Forged.batch(part, first: next, after: chain)
                try builder.append(batch.span)
                chain = SHA256().digest(of: batch.span)
                next += UInt64(Repair.uint32(batch, at: 40))
                head = Head(
                    sequence: next - 1,
                    chainHash: chain,
                    epoch: UInt32(part.first ?? 0),
                    commitTime: 0
                )
            }
            _ = try builder.finish()
        }
        guard let head else { return nil }
        let slot = WitnessSlot(
            journalID: JournalID(low: 0, high: 0),
            epoch: head.epoch,
            sequence: head.sequence,
            chainHash: chain,
            counter: 1,
            home: JournalID(low: 0, high: 0)
        )
        var buffer = ByteBuffer(capacity: 2 * WitnessSlot.length)
        slot.encode(into: &buffer)
        while buffer.count < 2 * WitnessSlot.length { buffer.append(UInt32(0)) }
        let file = try File(path: layout.witness, mode: .create)
        try file.write(buffer.bytes, at: 0)
        _ = try File(path: layout.lock, mode: .create)
        return head
    }

    private func snapshot(_ body: [UInt8], at head: Head, isNamedElse: Bool) throws {
        let store = SnapshotStore(directory: directory, journalID: JournalID(low: 0, high: 0))
        let sequence = isNamedElse ? UInt64.max - 1 : head.sequence
        let named = Head(
            sequence: sequence,
            chainHash: head.chainHash,
            epoch: head.epoch,
            commitTime: 0
        )
        try store.save(head: named, stateHash: SHA256().digest(of: body.span), body: body)
    }

    private func run(_ words: [String]) throws {
        let output = Gathered()
        let console = Console(
            showsProgress: false,
            output: { text in
                output.text += text
                return true
            },
            messages: { _ in true }
        )
        let settings = ToolSettings(
            program: "journalctl",
            version: "1.2.3",
            scan: .inProcess,
            stateDirectory: "/nonexistent",
            isStopWanted: { true }
        )
        let status = JournalTool(settings, console).run(["--journal", directory] + words)
        try require((0...2).contains(status), "an exit status is 0, 1 or 2")
        guard words.contains("--json") else { return }
        for line in output.text.utf8.split(separator: 0x0A) {
            try StateChecks.requireObject(Array(line), with: &parser)
        }
    }
}

/// Text that a console wrote.
private final class Gathered {
    var text = ""
}
