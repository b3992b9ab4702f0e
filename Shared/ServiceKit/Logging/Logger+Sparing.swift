//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging

extension Logger {
    /// The same without its `info` lines, for a part whose news the service tells itself; with `LOG_LEVEL=debug` and
    /// below it is complete.
    package var sparing: Logger {
        var logger = self
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }
}
