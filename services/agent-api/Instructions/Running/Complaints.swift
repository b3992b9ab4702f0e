//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What pages say when something is wrong.
enum Complaints {
    private static let words = [
        "please fill", "please enter", "please select", "please choose", "please check", "is required", "are required",
        "required field", "is invalid", "not valid", "is not a valid", "must be", "must have", "must match",
        "do not match", "don't match",
        "does not match", "is missing", "failed", "incorrect", "is wrong", "wrong password", "already taken",
        "already exists", "not allowed", "cannot be", "can't be", "error:", "too short", "too long", "too many",
        "not enough", "please try again",
        "please accept", "differ", "must agree", "must accept", "characters", "not an email", "not a number",
        "could not", "unable to", "denied", "please agree", "please complete", "fill in everything", "fill in all",
        "not found", "please pick", "please provide", "please correct", "please specify", "please type",
    ]

    static func isOne(_ text: String) -> Bool {
        let text = text.lowercased()
        // "Please choose" is what a list shows before something is chosen.
        if text.hasPrefix("please"), text.split(separator: " ").count <= 3 { return false }
        return text.count < 200 && words.contains { text.contains($0) }
    }
}
