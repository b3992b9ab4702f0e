//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension DevToolsConnection {
    /// The parameters of `Target.setAutoAttach`: new targets wait until they are prepared, and all sessions share one
    /// connection.
    static let autoAttach: DevToolsValue = ["autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true]

    /// Lets a target run as if we were not there: workers and the like.
    ///
    /// - Parameter parent: the session in which it was attached.
    func release(_ session: String, _ target: DevToolsValue, of parent: String?) {
        post("Runtime.runIfWaitingForDebugger", session: session)
        // A shared or service worker that has not begun yet when we leave would wait for ever.
        if target["type"]?.string?.hasSuffix("_worker") == true { return }
        post("Target.detachFromTarget", ["sessionId": .string(session)], session: parent)
    }
}
