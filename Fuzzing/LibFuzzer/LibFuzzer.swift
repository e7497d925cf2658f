private import CLibFuzzer
private import Glibc

/// Runs libFuzzer, which is made for C.
public enum LibFuzzer {
    /// What reads an input; set once, before the run, on the only thread there is.
    private nonisolated(unsafe) static var read: ([UInt8]) throws -> Void = { _ in }

    /// Feeds `read` until libFuzzer ends.
    ///
    /// - Parameters:
    ///   - arguments: The program's name, then libFuzzer's options and directories of inputs.
    ///   - read: Reads one input; throwing counts as a crash.
    /// - Returns: libFuzzer's exit status.
    public static func run(
        _ arguments: [String],
        _ read: @escaping ([UInt8]) throws -> Void
    ) -> Int32 {
        unsafe self.read = read
        var words: [UnsafeMutablePointer<CChar>?] = unsafe []
        for argument in arguments { unsafe words.append(strdup(argument)) }
        unsafe words.append(nil)
        var count = Int32(arguments.count)
        return unsafe words.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe LLVMFuzzerRunDriver(&count, &start) { data, size in
                unsafe LibFuzzer.take(UnsafeBufferPointer(start: data, count: size))
                return 0
            }
        }
    }

    private static func take(_ data: UnsafeBufferPointer<UInt8>) {
        let bytes = unsafe Array(data)
        do {
            try unsafe read(bytes)
        } catch {
            fatalError("Contradiction: \(error)")
        }
    }
}
