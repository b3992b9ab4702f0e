//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging

extension Logger {
    /// A copy without `info` lines, for a component whose events the service logs itself. With `LOG_LEVEL=debug` or
    /// lower it logs everything.
    package var sparing: Logger {
        var logger = self
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }
}
