internal import Glibc
internal import Synchronization

/// Looks names up on threads of its own: the system's way to do it blocks, for seconds at worst.
final class NameResolver: Sendable {
    /// What came of a look-up.
    struct Answer: Sendable {
        let number: UInt64
        /// The address as text; `nil` where there is none.
        let address: String?
        /// Why there is none.
        let reason: String
    }

    private let answers = Mutex<[Answer]>([])
    private let notify: @Sendable () -> Void

    /// Makes one that calls `notify` on another thread when an answer is there.
    init(notify: @escaping @Sendable () -> Void) { self.notify = notify }

    /// Begins to look up `host`; the answer bears `number`.
    func look(up host: String, number: UInt64) {
        let job = Job(host: host, number: number, resolver: self)
        let argument = unsafe Unmanaged.passRetained(job).toOpaque()
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            argument
        )
        guard status == 0 else {
            unsafe Unmanaged<Job>.fromOpaque(argument).release()
            return give(Answer(number: number, address: nil, reason: "no thread to look it up"))
        }
        pthread_detach(thread)
    }

    /// Takes the answers that are there.
    func take() -> [Answer] {
        answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
    }

    private func give(_ answer: Answer) {
        answers.withLock { $0.append(answer) }
        notify()
    }

    private final class Job: Sendable {
        private let host: String
        private let number: UInt64
        private let resolver: NameResolver

        init(host: String, number: UInt64, resolver: NameResolver) {
            self.host = host
            self.number = number
            self.resolver = resolver
        }

        func run() {
            var hints = unsafe addrinfo()
            unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            unsafe hints.ai_flags = AI_ADDRCONFIG
            var list: UnsafeMutablePointer<addrinfo>?
            let code = unsafe getaddrinfo(host, nil, &hints, &list)
            guard code == 0, let first = unsafe list else {
                let words = unsafe String(cString: gai_strerror(code))
                return resolver.give(Answer(number: number, address: nil, reason: words))
            }
            defer { unsafe freeaddrinfo(first) }
            // The system sorts by what can be reached best.
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let size = socklen_t(text.count)
            let found = unsafe first.pointee
            let status = unsafe getnameinfo(
                found.ai_addr,
                found.ai_addrlen,
                &text,
                size,
                nil,
                0,
                NI_NUMERICHOST
            )
            let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let name = status == 0 ? String(decoding: bytes, as: UTF8.self) : nil
            resolver.give(Answer(number: number, address: name, reason: "the address has no text"))
        }
    }
}
