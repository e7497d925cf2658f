extension LiveWorld {
    var breakers: [(name: String, standing: String)] { desks.flatMap(\.breakerStandings) }

    func closeBreaker(_ name: String?) -> Bool {
        var isKnown = false
        for desk in desks where desk.closeBreaker(name) { isKnown = true }
        return isKnown
    }
}
