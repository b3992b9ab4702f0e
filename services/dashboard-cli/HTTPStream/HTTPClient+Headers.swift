//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension HTTPClient {
    /// Header fields in the order in which they were given or received. Names are compared without regard to case
    /// (RFC 9110 section 5.1); a name may appear several times.
    package struct Headers: Sendable, Hashable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
        package struct Field: Sendable, Hashable {
            /// The name as it was written.
            package var name: String
            /// The value without surrounding white space.
            package var value: String
        }

        /// All fields, in order.
        package private(set) var fields: [Field]

        /// No fields.
        package init() {
            fields = []
        }

        /// Fields from a literal, in the order of the literal. A name may be repeated.
        package init(dictionaryLiteral elements: (String, String)...) {
            fields = elements.map { Field(name: $0.0, value: $0.1) }
        }

        /// The first value of a field. Setting replaces all values of that name, `nil` removes them.
        package subscript(name: String) -> String? {
            get {
                fields.first { Self.matches($0.name, name) }?.value
            }
            set {
                fields.removeAll { Self.matches($0.name, name) }
                if let newValue { fields.append(Field(name: name, value: newValue)) }
            }
        }

        /// All values of a field, in order.
        package func values(of name: String) -> [String] {
            fields.filter { Self.matches($0.name, name) }.map(\.value)
        }

        /// Adds a field after those that are there.
        package mutating func append(_ name: String, _ value: String) {
            fields.append(Field(name: name, value: value))
        }

        /// One `Name: value` a line.
        package var description: String {
            fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        }

        private static func matches(_ one: String, _ other: String) -> Bool {
            one.utf8.count == other.utf8.count && one.lowercased() == other.lowercased()
        }
    }
}
