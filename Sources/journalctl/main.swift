internal import Inspection
internal import Journal
internal import Platform
internal import Runtime

let arguments = CommandLine.arguments
if let status = RecoveryScan.runIfRequested(arguments) { CurrentProcess.exit(status) }
CurrentProcess.exit(
    JournalTool.main(Array(arguments.dropFirst()), program: "journalctl", version: Release.version)
)
