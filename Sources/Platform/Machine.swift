internal import CPlatform
internal import Glibc

/// Facts about the machine that explain how a program behaves on it.
public enum Machine {
    /// The kernel's name and release, as "Linux 6.1.0".
    public static var kernel: String {
        var names = utsname()
        guard unsafe uname(&names) == 0 else { return "unknown" }
        return "\(text(names.sysname)) \(text(names.release))"
    }

    /// The name of the machine, which what leaves it must not tell; `nil` where it has none.
    public static var hostName: String? {
        var names = utsname()
        guard unsafe uname(&names) == 0 else { return nil }
        let name = text(names.nodename)
        return name.isEmpty ? nil : name
    }

    /// The architecture, as "x86_64".
    public static var architecture: String {
        var names = utsname()
        return unsafe uname(&names) == 0 ? text(names.machine) : "unknown"
    }

    /// How many processors are in use.
    public static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Bytes of memory.
    public static var memory: Int {
        max(0, sysconf(Int32(_SC_PHYS_PAGES))) * max(0, sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func text<Characters>(_ characters: Characters) -> String {
        var copy = characters
        return unsafe withUnsafeBytes(of: &copy) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
