internal import Journal
internal import Runtime
internal import Trading

extension RemovalReading {
    /// How the events of this program tell of segments taken out.
    static var ofEvents: RemovalReading {
        RemovalReading(kind: SegmentsRemoved.kind.rawValue) { payload in
            do throws(CodecFailure) {
                let event = try EventCodec().decode(
                    kind: SegmentsRemoved.kind.rawValue,
                    version: SegmentsRemoved.version,
                    payload.span
                )
                guard case .segmentsRemoved(let removed) = event else { return nil }
                return removed.removal
            } catch {
                return nil
            }
        }
    }
}
