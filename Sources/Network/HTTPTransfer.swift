internal import CCurl
internal import Platform

/// A request under way: libcurl's handle, and what its callbacks have seen.
///
/// Lives on the client's thread, and in a pool while libcurl uses it.
@safe final class HTTPTransfer {
    let job: HTTPJob
    let handle: UnsafeMutableRawPointer
    let bodyLimitBytes: Int
    private let name: String
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var lines: UnsafeMutablePointer<curl_slist>?

    /// Whether any byte of the request may have left.
    private(set) var mayHaveLeft = false
    private var bodyBytesSent = 0
    private var sent: Int64?
    private var answered: Int64?
    private var headerBytes = 0
    private var headers: [HTTPHeader] = []
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var isSecondTry = false

    /// A head of this many bytes is no answer that a venue gives.
    private static let headLimitBytes = 1 << 18

    /// Prepares a handle; `nil` where there is no memory for one.
    init?(_ job: HTTPJob, _ options: HTTPOptions) {
        guard let handle = unsafe curl_easy_init() else {
            unsafe words.deallocate()
            return nil
        }
        unsafe self.handle = unsafe handle
        self.job = job
        name = job.request.name(at: options.address)
        bodyLimitBytes = options.bodyLimitBytes
        unsafe words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        body.reserveCapacity(1 << 12)
    }

    /// What tells it apart from others under way: the address of its handle.
    var key: UInt { unsafe UInt(bitPattern: handle) }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(lines)
        unsafe words.deallocate()
    }

    // MARK: What the handle is told

    /// Tells the handle what to send, where, and within which limits.
    func configure(_ options: HTTPOptions) throws(CurlFault) {
        let request = job.request
        if let fault = request.wireFault { throw CurlFault(cause: .malformedRequest, text: fault) }
        try setAddress(options)
        try setLimits(options)
        try setBody(request)
        try set(CURLOPT_REQUEST_TARGET, request.target)
        for line in request.wireLines {
            guard let longer = unsafe curl_slist_append(lines, line) else {
                throw CurlFault(CURLE_OUT_OF_MEMORY)
            }
            unsafe lines = unsafe longer
        }
        try unsafe check(hf_curl_set_lines(handle, CURLOPT_HTTPHEADER, lines))
        try set(CURLOPT_USERAGENT, options.userAgent)
        try set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        try listen()
    }

    private func setAddress(_ options: HTTPOptions) throws(CurlFault) {
        let address = options.address
        // The target is set apart: no part of libcurl takes it apart, and no error text has it.
        try set(CURLOPT_URL, "\(address)/")
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_PROTOCOLS_STR, address.isEncrypted ? "https" : "http")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        // An empty text is no proxy at all, whatever the environment says.
        try set(CURLOPT_PROXY, address.isEncrypted ? options.proxy?.url ?? "" : "")
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let file = options.authorityFile { try set(CURLOPT_CAINFO, file) }
        // Without a directory libcurl keeps the parsed authorities from connection to connection.
        try unsafe check(hf_curl_set_text(handle, CURLOPT_CAPATH, nil))
        let isShared = address.isEncrypted && options.takesHTTP2
        try set(CURLOPT_HTTP_VERSION, isShared ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        // Several at once wait for the first handshake to tell whether they may share it.
        try set(CURLOPT_PIPEWAIT, isShared ? 1 : 0)
    }

    private func setLimits(_ options: HTTPOptions) throws(CurlFault) {
        // Zero would be libcurl's own limit. The total limit is the loop's: libcurl 7.88 forgets
        // its own for a request that waits until a connection is free.
        try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, options.connectLimitMilliseconds))
        try unsafe check(
            hf_curl_set_offset(handle, CURLOPT_MAXFILESIZE_LARGE, Int(options.bodyLimitBytes))
        )
        try set(CURLOPT_MAXAGE_CONN, max(1, options.idleLimitSeconds))
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        // Signals belong to the process, not to a library's timers.
        try set(CURLOPT_NOSIGNAL, 1)
        // Else ending a request that is being resolved waits for the resolver, and all with it.
        try set(CURLOPT_QUICK_EXIT, 1)
    }

    private func setBody(_ request: HTTPRequest) throws(CurlFault) {
        let wantsBody = request.method == .post || request.method == .put || !request.body.isEmpty
        if wantsBody {
            try set(CURLOPT_POST, 1)
            let count = request.body.count
            try unsafe check(hf_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, count))
            var bytes = request.body
            // With a size that is set before, libcurl copies as many bytes.
            let code = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe hf_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
            }
            try check(code)
        } else {
            try set(CURLOPT_HTTPGET, 1)
        }
        try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    private func listen() throws(CurlFault) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        try unsafe check(hf_curl_set_text(handle, CURLOPT_ERRORBUFFER, words))
        try unsafe check(hf_curl_set_gate(handle, mayWriteNow))
        try unsafe check(hf_curl_set_pointer(handle, CURLOPT_PREREQDATA, context))
        try set(CURLOPT_VERBOSE, 1)
        try unsafe check(hf_curl_set_observer(handle, seeBytes))
        try unsafe check(hf_curl_set_pointer(handle, CURLOPT_DEBUGDATA, context))
        try unsafe check(hf_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION, takeHeader))
        try unsafe check(hf_curl_set_pointer(handle, CURLOPT_HEADERDATA, context))
        try unsafe check(hf_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION, takeBody))
        try unsafe check(hf_curl_set_pointer(handle, CURLOPT_WRITEDATA, context))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(CurlFault) {
        try unsafe check(hf_curl_set_long(handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(CurlFault) {
        try unsafe check(hf_curl_set_text(handle, option, value))
    }

    private func check(_ code: CURLcode) throws(CurlFault) {
        if code != CURLE_OK { throw CurlFault(code) }
    }

    // MARK: What the callbacks tell

    /// A connection is there and the request is about to be written.
    ///
    /// libcurl writes a request again, whatever its method, where a kept connection broke before
    /// the first byte of an answer. The server may have acted on the first one: no second time.
    func opensGate() -> Bool {
        if mayHaveLeft {
            isSecondTry = true
            return false
        }
        mayHaveLeft = true
        return true
    }

    /// Bytes of the request were handed to the system.
    func sees(_ kind: curl_infotype, count: Int) {
        guard mayHaveLeft, kind == CURLINFO_HEADER_OUT || kind == CURLINFO_DATA_OUT else { return }
        sent = Clock.monotonic()
        if kind == CURLINFO_DATA_OUT { bodyBytesSent += count }
    }

    /// Takes a line of the head, or of a trailer, which says nothing that we ask for.
    func takes(headerLine: UnsafeRawBufferPointer) -> Bool {
        headerBytes += headerLine.count
        if headerBytes > Self.headLimitBytes {
            isTooLarge = true
            return false
        }
        guard body.isEmpty else { return true }
        let line = unsafe String(decoding: headerLine, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // The head of an interim answer is followed by that of the real one.
            headers = []
            answered = Clock.monotonic()
        } else if let colon = line.utf8.firstIndex(of: 0x3A) {
            let value = line[line.utf8.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            let end = value.lastIndex { !$0.isWhitespace }.map { value.index(after: $0) }
            headers.append(
                HTTPHeader(String(line[..<colon]), String(value[..<(end ?? value.startIndex)]))
            )
        }
        return true
    }

    /// Takes a part of the body, decompressed.
    func takes(bodyPart: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bodyPart.count <= bodyLimitBytes else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bodyPart)
        return true
    }

    // MARK: The end

    /// Tells the caller what came of it.
    func complete(_ code: CURLcode) {
        guard code != CURLE_OK else {
            var status = 0
            unsafe hf_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
            tell(.success(HTTPResponse(status: status, headers: headers, body: body)))
            return
        }
        var cause = HTTPFailure.Cause(code)
        // What it says of a head that holds a zero byte.
        if code == CURLE_BAD_FUNCTION_ARGUMENT { cause = .unreadable }
        if isTooLarge { cause = .tooLarge }
        if isSecondTry { cause = .reset }
        // Not every fault leaves words.
        let words = unsafe String(cString: self.words)
        let detail = words.isEmpty ? CurlFault(code).text : words
        fail(cause, isSecondTry ? "a kept connection was closed" : detail)
    }

    /// Tells the caller that it ended for a reason outside the transfer.
    func fail(_ cause: HTTPFailure.Cause, _ detail: String = "") {
        let harmless = detail.utf8.map { (0x20...0x7E).contains($0) ? $0 : UInt8(0x3F) }
        let failure = HTTPFailure(
            request: name,
            stage: stage,
            cause: cause,
            detail: String(decoding: harmless, as: UTF8.self)
        )
        tell(.failure(failure))
    }

    private var stage: HTTPFailure.Stage {
        if answered != nil { return .receiving }
        guard mayHaveLeft else { return .connecting }
        return sent != nil && bodyBytesSent >= job.request.body.count ? .waiting : .sending
    }

    private func tell(_ result: Result<HTTPResponse, HTTPFailure>) {
        var connections = 0
        unsafe hf_curl_get_long(handle, CURLINFO_NUM_CONNECTS, &connections)
        let moments = HTTPMoments(
            asked: job.asked,
            sent: sent,
            answered: answered,
            ended: Clock.monotonic(),
            isOnNewConnection: connections > 0
        )
        job.completion(HTTPOutcome(result: result, moments: moments))
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
}

private let mayWriteNow: curl_prereq_callback = { context, _, _, _, _ in
    let isOpen = unsafe transfer(context)?.opensGate() ?? false
    return isOpen ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

private let seeBytes: curl_debug_callback = { _, kind, _, count, context in
    unsafe transfer(context)?.sees(kind, count: count)
    return 0
}

private let takeHeader: curl_write_callback = { bytes, size, count, context in
    let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer(context)?.takes(headerLine: line) == true ? size * count : 0
}

private let takeBody: curl_write_callback = { bytes, size, count, context in
    let part = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer(context)?.takes(bodyPart: part) == true ? size * count : 0
}
