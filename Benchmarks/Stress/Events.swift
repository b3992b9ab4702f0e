//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How often something happened to streams and channels, by what it was.
final class Events {
    private(set) var counts: [String: Int] = [:]
    private(set) var forms: [Form: Int] = [:]

    func note(_ event: String, _ count: Int = 1) { counts[event, default: 0] += count }

    func note(_ form: Form) { forms[form, default: 0] += 1 }
}
