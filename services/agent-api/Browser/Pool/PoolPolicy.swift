//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How long a ``BrowserPool`` uses its browsers, and what it keeps of a run.
package struct PoolPolicy: Sendable, Hashable {
    /// After so many runs a browser is replaced by a fresh one: browsers grow slowly.
    package var runsPerBrowser: Int
    /// A browser of which all processes together have more memory of their own than this is replaced, in bytes.
    package var memoryBytes: Int
    /// How many contexts are made ahead, with an empty page each.
    package var spares: Int
    /// The most sessions whose cookies and storage are kept between runs. The one that was not used for the longest time
    /// gives way.
    package var sessions: Int
    /// How long a session is kept after its last run.
    package var sessionIdleTime: Duration
    /// How long a browser that was replaced goes on for the sessions in it.
    package var retirementTime: Duration
    /// A browser that does not answer a simple question in this time is ended.
    package var probeTimeout: Duration

    package init(
        runsPerBrowser: Int = 200,
        memoryBytes: Int = 2 << 30,
        spares: Int = 1,
        sessions: Int = 32,
        sessionIdleTime: Duration = .seconds(600),
        retirementTime: Duration = .seconds(1800),
        probeTimeout: Duration = .seconds(5)
    ) {
        self.runsPerBrowser = runsPerBrowser
        self.memoryBytes = memoryBytes
        self.spares = spares
        self.sessions = sessions
        self.sessionIdleTime = sessionIdleTime
        self.retirementTime = retirementTime
        self.probeTimeout = probeTimeout
    }
}
