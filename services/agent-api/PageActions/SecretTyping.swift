//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Browser
package import Secrets

extension RunSecrets {
    /// What is typed for a text that names secrets, asked for by the page at the last moment; `nil` when it names none, so
    /// that it can be typed like any other.
    ///
    /// In a run without secrets such a text is an ordinary one.
    package func confidential(_ text: String) -> ConfidentialText? {
        guard !isEmpty, !SecretReference.references(in: text).isEmpty else { return nil }
        return { origins in try self.text(of: text, in: origins) }
    }

    /// Refuses a text in a place where secrets are not put in.
    ///
    /// - Throws: ``SecretRefused``.
    package func refuse(in text: String, of action: String) throws(SecretRefused) {
        guard !isEmpty, let reference = SecretReference.references(in: text).first else { return }
        throw .notTyped(reference, by: action)
    }

    /// What a model is told of the secrets that it may use on a page; `nil` when there are none.
    package func note(for url: String) -> String? {
        let names = names(for: url)
        guard !names.isEmpty else { return nil }
        let marks = names.map { SecretReference($0).text }.joined(separator: ", ")
        return """
            You have secrets for this site. You do not see their values; write the name with its marks where the value is to be \
            typed, for example as the text of input: \(marks)
            """
    }
}
