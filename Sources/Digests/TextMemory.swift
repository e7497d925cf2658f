internal import CCrypto

/// Lets libcrypto read and write PEM texts in memory.
enum TextMemory {
    /// Runs `body` on something to read `text` from.
    static func reading<Result>(
        _ text: Span<UInt8>,
        _ body: (OpaquePointer) -> Result?
    ) -> Result? {
        unsafe text.withUnsafeBytes { bytes in
            guard let memory = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else {
                return nil
            }
            defer { unsafe BIO_free(memory) }
            return unsafe body(memory)
        }
    }

    /// What `body` writes; it is wiped from libcrypto's memory, as it may be a private key.
    static func writing(_ body: (OpaquePointer) -> Int32) -> SecretBytes {
        guard let memory = unsafe BIO_new(BIO_s_secmem()) else {
            fatalError("Invariant broken: libcrypto gives memory")
        }
        defer { unsafe BIO_free(memory) }
        guard unsafe body(memory) == 1 else {
            fatalError("Invariant broken: a key can be written to memory")
        }
        let text = SecretBytes(count: unsafe Int(BIO_ctrl_pending(memory)))
        let count = text.withMutableSpan { span in
            unsafe span.withUnsafeMutableBytes { bytes in
                unsafe BIO_read(memory, bytes.baseAddress, Int32(bytes.count))
            }
        }
        if Int(count) != text.count {
            fatalError("Invariant broken: what was written to memory can be read")
        }
        return text
    }

    /// Whether a text holds an ASCII word.
    static func holds(_ word: StaticString, in text: Span<UInt8>) -> Bool {
        let wanted = Array("\(word)".utf8)
        guard text.count >= wanted.count else { return false }
        return (0...(text.count - wanted.count)).contains { start in
            wanted.indices.allSatisfy { text[start + $0] == wanted[$0] }
        }
    }
}
