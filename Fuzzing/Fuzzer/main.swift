import Decoders
import LibFuzzer
import Platform

// fuzz list                              the decoders
// fuzz run DECODER SCRATCH [option …]    libFuzzer on one of them, with libFuzzer's own options
// fuzz unpack DECODER CORPUS DIRECTORY   its kept inputs and seeds, each as a file of its own
// fuzz pack DECODER DIRECTORY CORPUS     and back

/// A call that is not understood.
struct Usage: Error {}

func perform(_ words: [String]) throws -> Int32 {
    switch words.first {
    case "list":
        for decoder in NamedDecoder.all { print(decoder.name) }
    case "run" where words.count >= 3:
        guard let decoder = NamedDecoder.all.first(where: { $0.name == words[1] }) else {
            throw Usage()
        }
        // A merge starts the program again, by a line for the shell that begins with this name.
        let name = try CurrentProcess.executablePath() + " run \(words[1]) \(words[2])"
        let options = [name, "-max_len=\(decoder.longest)"] + words.dropFirst(3)
        return LibFuzzer.run(options, try decoder.make(scratch: words[2]))
    case "unpack" where words.count == 4:
        try FileSystem.createDirectories(words[3])
        let seeds = try NamedDecoder.all.first { $0.name == words[1] }?.seeds() ?? []
        let inputs = try Corpus.read(Corpus.path(words[1], in: words[2])) + seeds
        for (number, input) in inputs.enumerated() {
            let file = try File(path: "\(words[3])/\(number)", mode: .replace)
            try file.write(input.span, at: 0)
        }
    case "pack" where words.count == 4:
        let names = try FileSystem.list(words[2])
        let inputs = try names.map { try FileSystem.read("\(words[2])/\($0)") }
        try Corpus.write(inputs, to: Corpus.path(words[1], in: words[3]))
    default: throw Usage()
    }
    return 0
}

do {
    CurrentProcess.exit(try perform(Array(CommandLine.arguments.dropFirst())))
} catch {
    print("fuzz: \(error)")
    CurrentProcess.exit(2)
}
