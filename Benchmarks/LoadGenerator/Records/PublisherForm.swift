//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How a publisher hands its records to Redis (protocol, section 2).
enum PublisherForm {
    /// Stepcast's own: one script, which stores the record and publishes it with the entry's id.
    case ours
    /// `XADD` and `PUBLISH` of JSON, one after the other in a pipeline, as programs in Python do.
    case storedAndPublished
    /// `PUBLISH` of JSON, and nothing stored.
    case published
}
