//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension JSONWriter {
    /// Encodes a value as JSON. The fields of each object are in the order in which they are encoded; with a
    /// synthesized `encode(to:)` that is the order of its `CodingKeys`.
    ///
    /// `JSONEncoder` does not keep the order, which is part of the protocol.
    ///
    /// - Throws: What the value's own `encode(to:)` throws.
    package static func bytes(of value: some Encodable) throws -> [UInt8] {
        let node = Node()
        try node.encode(value)
        return JSONWriter { $0.write(node) }.bytes
    }

    fileprivate mutating func write(_ node: Node) {
        if let elements = node.elements {
            list(elements, between: "[", "]") { writer, element in writer.write(element) }
        } else if let members = node.members {
            list(members, between: "{", "}") { writer, member in
                writer.member(member.name) { $0.write(member.node) }
            }
        } else {
            value(node.value)
        }
    }
}

/// What is being encoded: a value, the elements of an array, or the members of an object.
private final class Node {
    var value = JSONValue.object([:])
    var elements: [Node]?
    var members: [(name: String, node: Node)]?

    /// Encodes a value and replaces what was encoded before.
    func encode(_ value: some Encodable) throws {
        (elements, members) = (nil, nil)
        switch value {
        case let value as JSONValue: self.value = value
        case let text as String: self.value = .string(text)
        case let bool as Bool: self.value = .bool(bool)
        case let number as Double: self.value = .number(number)
        case let number as any BinaryInteger:
            self.value = Int64(exactly: number).map(JSONValue.integer) ?? .largeInteger("\(number)")
        case let members as [String: any Encodable]:
            // A dictionary has no order.
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { try member(name).encode(value) }
        default: try value.encode(to: NodeEncoder(node: self))
        }
    }

    /// The member with that name. It keeps its place if it is encoded again.
    func member(_ name: String) -> Node {
        if let member = members?.first(where: { $0.name == name }) { return member.node }
        let node = Node()
        members = members ?? []
        members?.append((name, node))
        return node
    }

    /// Adds an element.
    func element() -> Node {
        let node = Node()
        elements = elements ?? []
        elements?.append(node)
        return node
    }
}

private struct NodeEncoder: Encoder, SingleValueEncodingContainer {
    let node: Node
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(KeyedNode<Key>(node: node))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.elements = node.elements ?? []
        return UnkeyedNode(node: node)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { node.value = .null }

    func encode(_ value: some Encodable) throws { try node.encode(value) }
}

private struct KeyedNode<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { node.member(key.stringValue).value = .null }

    func encode(_ value: some Encodable, forKey key: Key) throws { try node.member(key.stringValue).encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        NodeEncoder(node: node.member(key.stringValue)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        NodeEncoder(node: node.member(key.stringValue)).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { NodeEncoder(node: node.member("super")) }

    func superEncoder(forKey key: Key) -> any Encoder { NodeEncoder(node: node.member(key.stringValue)) }
}

private struct UnkeyedNode: UnkeyedEncodingContainer {
    let node: Node
    var codingPath: [any CodingKey] { [] }
    var count: Int { node.elements?.count ?? 0 }

    func encodeNil() { node.element().value = .null }

    func encode(_ value: some Encodable) throws { try node.element().encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        NodeEncoder(node: node.element()).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        NodeEncoder(node: node.element()).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { NodeEncoder(node: node.element()) }
}
