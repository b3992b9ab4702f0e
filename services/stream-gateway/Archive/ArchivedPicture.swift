//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import FoundationEssentials

/// Which picture: that of the page at the end of a step of a run. There is one for each step, the latest.
package struct PictureName: Hashable, Sendable {
    package var requestID: Identifier
    package var step: Int

    package init(of requestID: Identifier, step: Int) {
        self.requestID = requestID
        self.step = step
    }
}

/// A picture that was looked for.
package struct ArchivedPicture: Hashable, Sendable {
    package var name: PictureName

    /// JPEG; `nil` where there is none.
    package var data: Data?

    package init(_ name: PictureName, data: Data?) {
        self.name = name
        self.data = data
    }
}
