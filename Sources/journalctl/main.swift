internal import Inspection
internal import Journal
internal import Platform

let arguments = CommandLine.arguments
if let status = RecoveryScan.runIfRequested(arguments) { CurrentProcess.exit(status) }
CurrentProcess.exit(
    JournalTool.main(Array(arguments.dropFirst()), program: "journalctl", version: "0.1.0")
)
