//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How much memory a group of processes has for itself.
enum ProcessGroupMemory {
    /// The pages in memory that the processes share with no file (`statm` of proc(5)), in bytes; `nil` where the system
    /// does not tell.
    static func bytes(of group: Int32) -> Int? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else { return nil }
        var pages = 0
        var isFound = false
        for name in names where name.utf8.first.map({ (0x31...0x39).contains($0) }) ?? false {
            guard self.group(of: name) == group, let memory = read("/proc/\(name)/statm") else { continue }
            let fields = memory.split(separator: " ").prefix(3).compactMap { Int($0) }
            guard fields.count == 3 else { continue }
            isFound = true
            pages += max(0, fields[1] - fields[2])
        }
        return isFound ? pages * Int(sysconf(Int32(_SC_PAGESIZE))) : nil
    }

    /// The process's group: the third field after its name, which stands in parentheses and may hold anything.
    private static func group(of process: String) -> Int32? {
        guard let text = read("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ").prefix(3)
        return fields.count == 3 ? fields.last.flatMap { Int32($0) } : nil
    }

    private static func read(_ path: String) -> String? {
        (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) }
    }
}
