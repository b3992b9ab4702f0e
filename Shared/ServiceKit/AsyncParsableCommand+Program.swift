//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import ArgumentParser
import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension AsyncParsableCommand {
    /// Runs the program with this process's command line. An invalid command line exits with status 2, as an invalid
    /// setting does.
    ///
    /// It is synchronous because an asynchronous `main` starts after the runtime has opened files of its own.
    package static func runAsProgram() -> Never {
        fillClosedDescriptors()
        Task {
            do {
                var command = try Self.parseAsRoot()
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
                Self.exit()
            } catch {
                guard Self.exitCode(for: error) == .validationFailure else { Self.exit(withError: error) }
                let message = Self.fullMessage(for: error) + "\n"
                _ = message.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
                Self.exit(withError: ExitCode(2))
            }
        }
        dispatchMain()
    }
}

/// Opens the standard descriptors that the parent process closed. Otherwise a socket could get the number of the
/// standard error, and would be sent the service's log.
private func fillClosedDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
        // `open` returns the lowest free number, which is this one.
        _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
}
