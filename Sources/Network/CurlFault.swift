internal import CCurl

/// Why libcurl did not take something.
struct CurlFault: Error {
    let cause: HTTPFailure.Cause
    let text: String

    init(cause: HTTPFailure.Cause, text: String) {
        self.cause = cause
        self.text = text
    }

    init(_ code: CURLcode) {
        self.init(
            cause: HTTPFailure.Cause(code),
            text: unsafe String(cString: curl_easy_strerror(code))
        )
    }
}

extension HTTPFailure.Cause {
    /// What libcurl's number means to us.
    init(_ code: CURLcode) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .cannotResolve
        case CURLE_COULDNT_CONNECT, CURLE_PROXY: self = .cannotConnect
        case CURLE_PEER_FAILED_VERIFICATION: self = .untrusted
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_ENGINE_INITFAILED:
            self = .encryption
        case CURLE_OPERATION_TIMEDOUT: self = .timedOut
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE,
            CURLE_HTTP2, CURLE_HTTP2_STREAM:
            self = .reset
        case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
            CURLE_WRITE_ERROR:
            // Its decoders "cannot write" what they cannot unpack.
            self = .unreadable
        default: self = .other
        }
    }
}
