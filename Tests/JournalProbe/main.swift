import Journal
import Platform

// A program for tests: it scans, writes until it is killed, or measures.

/// Ends the process with a message.
func fail(_ text: String) -> Never {
    print(text)
    CurrentProcess.exit(3)
}

if let status = RecoveryScan.runIfRequested(CommandLine.arguments) { CurrentProcess.exit(status) }
let words = Array(CommandLine.arguments.dropFirst())
do {
    switch words.first {
    case "write": try writeForEver(directory: words[1], state: words[2], marker: words[3])
    case "hold": try hold(directory: words[1], state: words[2], marker: words[3])
    case "read": try read(directory: words[1])
    case "measure": try measure(directory: words[1])
    case "fill":
        let counts = words.dropFirst(3).compactMap { Int($0) }
        guard counts.count == 3 else { fail("say: fill DIRECTORY STATE BATCHES EVENTS LENGTH") }
        try fill(
            directory: words[1],
            state: words[2],
            batches: counts[0],
            events: counts[1],
            length: counts[2]
        )
    default: fail("say: write, hold, read, measure or fill")
    }
} catch {
    fail("\(error)")
}
