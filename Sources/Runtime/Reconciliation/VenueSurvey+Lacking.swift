internal import Exchange
internal import Projections
internal import Trading

extension VenueSurvey {
    /// Whether a fill that changes an asset is not booked, or it is not known whether one is.
    ///
    /// What is missing of the asset is missing for that reason then, or for another: it is no case,
    /// and none that was one is over.
    func lacksFills(
        settledIn asset: String,
        _ state: TradingState,
        _ reductions: ReductionEvidence
    ) -> Bool {
        parts.contains { part in
            part.settles(in: asset, state)
                && part.lacksFills(state, reductions.reduction(in: part.instrument))
        }
    }
}

extension VenueSurvey.Part {
    /// Whether what is traded in it changes an asset.
    func settles(in asset: String, _ state: TradingState) -> Bool {
        let instrument = state.instruments[Int(self.instrument.rawValue)].instrument
        return [instrument.base, instrument.quote].contains { place in
            state.assets.indices.contains(Int(place.rawValue))
                && state.assets[Int(place.rawValue)].name == asset
        }
    }

    /// Whether a fill of ours, or one with which others closed a position of ours, is not booked,
    /// or is not known.
    fileprivate func lacksFills(
        _ state: TradingState,
        _ reduction: ReductionEvidence.Reduction?
    ) -> Bool {
        guard fills != nil else { return true }
        if reduction != nil { return true }
        let owners = SurveyOwners(state, self)
        return newFills(state).contains { fill in
            fill.kind == .trade && owners.order(of: fill, state) != nil
        }
    }
}
