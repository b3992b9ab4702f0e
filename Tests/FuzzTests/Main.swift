//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CFuzzer
import Dispatch
import Foundation

/// Runs libFuzzer on one target: `stepcast-fuzz TARGET [option or corpus of libFuzzer …]`.
@main
enum Main {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let target = FuzzTarget.all.first(where: { $0.name == arguments[1] }) else {
            let names = FuzzTarget.all.map(\.name).joined(separator: " ")
            if arguments.dropFirst().first == "list" {
                print(names)
                exit(0)
            }
            FileHandle.standardError.write(Data("usage: stepcast-fuzz TARGET [option or corpus …]; \(names)\n".utf8))
            exit(64)
        }
        chosen = target
        var count = CInt(arguments.count - 1)
        let rest = [arguments[0]] + arguments.dropFirst(2)
        var pointers: [UnsafeMutablePointer<CChar>?] = rest.map { strdup($0) } + [nil]
        pointers.withUnsafeMutableBufferPointer { buffer in
            var base = buffer.baseAddress
            exit(LLVMFuzzerRunDriver(&count, &base, { runChosenTarget($0, $1) }))
        }
    }

    nonisolated(unsafe) fileprivate static var chosen: FuzzTarget?
}

/// libFuzzer's own main function, which is linked but not called, needs a function of this name.
@_cdecl("LLVMFuzzerTestOneInput")
func runChosenTarget(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    do throws(BrokenPromise) {
        try Main.chosen?.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
    } catch {
        fatalError("a promise was broken: \(error)")
    }
    return 0
}
