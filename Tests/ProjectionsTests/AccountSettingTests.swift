import TestSupport
import Testing
import Trading

@testable import Projections

@Suite struct `A setting of the account` {
    @Test(arguments: AccountSettingPhase.allCases)
    func `leaves nothing in the state`(phase: AccountSettingPhase) {
        let setting = AccountSetting(
            market: "binance-futures",
            symbol: "NOT LISTED",
            setting: .leverage,
            value: "7",
            phase: phase,
            detail: "it is 10"
        )
        var (with, without) = (Ledger(), Ledger())
        #expect(with.fold(.accountSetting(setting)) == nil)
        #expect(without.fold(.recoveryStepped(RecoveryStepped(step: 1, detail: ""))) == nil)
        let isSame = with.state.canonical == without.state.canonical
        #expect(isSame)
    }
}
