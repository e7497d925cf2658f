internal import CCurl

/// Connections that are kept, and the requests that use them: libcurl's multi handle.
///
/// Everything but ``wake()`` happens on the client's thread; that one may come from any, as long as
/// the pool lives.
@safe final class HTTPPool: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer
    /// By the address of the handle.
    private var transfers: [UInt: HTTPTransfer] = [:]

    private var isClosed = false

    private static let global = curl_global_init(Int(CURL_GLOBAL_ALL))

    /// Makes a pool; `nil` where libcurl gives no handle.
    init?(_ options: HTTPOptions) {
        guard Self.global == CURLE_OK, let multi = unsafe curl_multi_init() else { return nil }
        unsafe self.multi = unsafe multi
        let connections = max(1, options.connectionLimit)
        for option in [CURLMOPT_MAX_HOST_CONNECTIONS, CURLMOPT_MAXCONNECTS] {
            unsafe hf_curl_multi_set_long(multi, option, connections)
        }
    }

    deinit { close() }

    /// Closes the connections; nothing else may be asked of it afterwards.
    func close() {
        if isClosed { return }
        isClosed = true
        for transfer in transfers.values { unsafe curl_multi_remove_handle(multi, transfer.handle) }
        transfers = [:]
        unsafe curl_multi_cleanup(multi)
    }

    /// What is under way, in no order.
    var all: some Collection<HTTPTransfer> { transfers.values }
    /// Whether nothing is under way.
    var isEmpty: Bool { transfers.isEmpty }

    /// Ends the sleep of the thread, or its next one.
    func wake() { unsafe curl_multi_wakeup(multi) }

    /// Takes a request on; false where libcurl does not.
    func add(_ transfer: HTTPTransfer) -> Bool {
        guard unsafe curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else { return false }
        transfers[transfer.key] = transfer
        return true
    }

    /// Lets a request go.
    func remove(_ transfer: HTTPTransfer) {
        guard transfers.removeValue(forKey: transfer.key) != nil else { return }
        unsafe curl_multi_remove_handle(multi, transfer.handle)
    }

    /// Does what can be done without waiting, and tells the callers of what has ended.
    ///
    /// - Returns: False where libcurl cannot go on.
    func perform() -> Bool {
        var count: Int32 = 0
        guard unsafe curl_multi_perform(multi, &count) == CURLM_OK else { return false }
        while let message = unsafe curl_multi_info_read(multi, &count) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            // The message is gone as soon as its handle is taken out.
            let code = unsafe message.pointee.data.result
            let key = unsafe UInt(bitPattern: message.pointee.easy_handle)
            guard let transfer = transfers[key] else { continue }
            remove(transfer)
            transfer.complete(code)
        }
        return true
    }

    /// Sleeps until something can be done, somebody wakes it, or the time is over.
    ///
    /// - Returns: False where libcurl cannot go on.
    func sleep(nanoseconds: Int64) -> Bool {
        let milliseconds = Int32(clamping: nanoseconds / 1_000_000 + 1)
        return unsafe curl_multi_poll(multi, nil, 0, milliseconds, nil) == CURLM_OK
    }
}
