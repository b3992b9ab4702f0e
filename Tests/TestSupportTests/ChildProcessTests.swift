//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import TestSupport

#if canImport(Glibc)
import Glibc
#endif

@Suite("Child processes of the tests")
struct ChildProcessTests {
    @Test("Output, environment and exit status come through")
    func exitStatus() async throws {
        try await withTemporaryDirectory { directory in
            let child = try ChildProcess(
                "/bin/sh",
                ["-c", "echo \"$COLOUR\"; echo oops >&2; exit 3"],
                environment: ["COLOUR": "green"],
                outputPath: directory.file("out")
            )
            #expect(try await child.waitForExit() == .exited(3))
            #expect(child.output == "green\noops\n")
        }
    }

    @Test("A released process is killed, with its own children")
    func killed() async throws {
        try await withTemporaryDirectory { directory in
            var grandchild: Int32 = 0
            do {
                let child = try ChildProcess(
                    "/bin/sh",
                    ["-c", "sleep 1000 & echo $!; wait"],
                    outputPath: directory.file("out")
                )
                grandchild = try await eventually("the grandchild's id") {
                    child.output.hasSuffix("\n") ? Int32(child.output.dropLast()) : nil
                }
                #expect(isAlive(grandchild))
            }
            try await eventually("the grandchild to end") { !isAlive(grandchild) }
        }
    }

    @Test("A process does not outlive a parent that is killed")
    func orphan() async throws {
        // The guardian is a shell that waits for the end of a socket; here its own behaviour is tested.
        try await withTemporaryDirectory { directory in
            let child = try ChildProcess("/bin/sleep", ["1000"], outputPath: directory.file("out"))
            child.loseParent()
            #expect(try await child.waitForExit() == .signalled(9))
        }
    }

    @Test("A process inherits none of the test process's open files")
    func openFiles() async throws {
        try await withTemporaryDirectory { directory in
            // Not closed on exec, like SwiftNIO's sockets.
            let file = open(directory.file("held"), O_CREAT | O_RDWR, 0o600)
            defer { close(file) }
            #expect(file > 2)
            let child = try ChildProcess(
                "/bin/sh",
                ["-c", "readlink /proc/self/fd/* | grep held; echo done"],
                outputPath: directory.file("out")
            )
            #expect(try await child.waitForExit() == .exited(0))
            #expect(child.output == "done\n")
        }
    }

    @Test("A missing program is reported by its name")
    func missing() async throws {
        let failure = #expect(throws: TestFailure.self) {
            _ = try ChildProcess("/no/such/program", outputPath: "/dev/null")
        }
        #expect(failure?.description.contains("/no/such/program") == true)
    }
}
