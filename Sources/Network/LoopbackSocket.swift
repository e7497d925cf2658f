internal import Glibc
internal import Platform

/// Sockets of 127.0.0.1, which nobody outside this machine reaches.
enum LoopbackSocket {
    /// What reading or writing gave.
    enum Outcome {
        case count(Int)
        case later
        case end
    }

    /// Begins to listen at a port; 0 lets the system choose.
    static func listen(at port: UInt16) throws(SocketError) -> (descriptor: Int32, port: UInt16) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw last("create a socket", port) }
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, size) == 0 && Glibc.listen(descriptor, 128) == 0
                    && getsockname(descriptor, pointer, &size) == 0
            }
        }
        guard isListening else {
            let error = last("listen at 127.0.0.1", port)
            Glibc.close(descriptor)
            throw error
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Takes one who waits.
    ///
    /// - Returns: A descriptor, -1 where nobody waits, `nil` where there are no descriptors left.
    static func accept(_ listener: Int32) -> Int32? {
        while true {
            let descriptor = Descriptor.accept(from: listener)
            if descriptor >= 0 {
                var yes: Int32 = 1
                unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
                return descriptor
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return nil
            default: return -1
            }
        }
    }

    static func read(_ descriptor: Int32, into bytes: inout [UInt8]) -> Outcome {
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        return count == 0 ? .end : outcome(count)
    }

    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Outcome {
        outcome(
            unsafe bytes.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        )
    }

    /// A second descriptor of the same socket; -1 where there is none left.
    static func duplicate(_ descriptor: Int32) -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }

    /// Says that nothing more will be sent.
    static func finish(_ descriptor: Int32) { shutdown(descriptor, Int32(SHUT_WR)) }

    static func close(_ descriptor: Int32) { Glibc.close(descriptor) }

    private static func outcome(_ count: Int) -> Outcome {
        if count >= 0 { return .count(count) }
        return [EAGAIN, EWOULDBLOCK, EINTR].contains(errno) ? .later : .end
    }

    private static func last(_ action: String, _ port: UInt16) -> SocketError {
        let words = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
        return SocketError("cannot \(action), port \(port): \(words)")
    }
}
