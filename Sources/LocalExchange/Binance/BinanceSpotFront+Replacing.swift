internal import JSON
internal import Network
internal import Trading

// An order in the place of another: the only way to another price that clients know on spot.
extension BinanceSpotFront {
    /// Cancels an order and places another one; the venue tells of both, and says in the status
    /// whether both, one or none were done.
    func replace(
        _ parameters: BinanceParameters,
        _ account: Int,
        at now: Timestamp
    ) throws(BinanceError) -> HTTPResponse {
        let goesOn: Bool
        switch try parameters.required("cancelReplaceMode") {
        case "STOP_ON_FAILURE": goesOn = false
        case "ALLOW_FAILURE": goesOn = true
        default: throw .illegal("cancelReplaceMode")
        }
        // What cannot be an order is refused before anything is cancelled.
        _ = try wish(parameters)
        let cancelled = Result { () throws(BinanceError) -> JSONText in
            let order = try named(
                parameters,
                account,
                .unknownOnCancel,
                number: "cancelOrderId",
                name: "cancelOrigClientOrderId"
            )
            return try cancel(order, parameters.text("cancelNewClientOrderId"), at: now)
        }
        guard goesOn || (try? cancelled.get()) != nil else {
            return Self.told(cancelled, nil)
        }
        let placed = Result { () throws(BinanceError) -> JSONText in
            try place(parameters, account, isTest: false, at: now)
        }
        return Self.told(cancelled, placed)
    }

    private typealias Half = Result<JSONText, BinanceError>

    private static func told(_ cancelled: Half, _ placed: Half?) -> HTTPResponse {
        func word(_ half: Half?) -> JSONText {
            switch half {
            case .success?: .text("SUCCESS")
            case .failure?: .text("FAILURE")
            case nil: .text("NOT_ATTEMPTED")
            }
        }
        func body(_ half: Half?) -> JSONText {
            switch half {
            case .success(let value)?: value
            case .failure(let error)?: error.body
            case nil: .null
            }
        }
        let data = JSONText.object([
            ("cancelResult", word(cancelled)), ("newOrderResult", word(placed)),
            ("cancelResponse", body(cancelled)), ("newOrderResponse", body(placed)),
        ])
        let done = [cancelled, placed].count { half in
            if case .success? = half { true } else { false }
        }
        if done == 2 { return .json(data) }
        let isPart = done == 1
        return .json(
            .object([
                ("code", .integer(isPart ? -2021 : -2022)),
                (
                    "msg",
                    .text(
                        isPart
                            ? "Order cancel-replace partially failed."
                            : "Order cancel-replace failed."
                    )
                ),
                ("data", data),
            ]),
            status: isPart ? 409 : 400
        )
    }
}
