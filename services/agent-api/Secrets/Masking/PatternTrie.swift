//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Finds many patterns in one pass over a text (Aho and Corasick, 1975). The time depends only on the text's length,
/// not on the number of patterns.
struct PatternTrie: Sendable {
    /// A node of the trie: a prefix of at least one pattern.
    private struct Node: Sendable {
        var byte: UInt8
        /// The length of the prefix.
        var depth: Int32
        /// The first of its list of children. Nearly all nodes have one child.
        var firstChild: Int32 = -1
        var sibling: Int32 = -1
        /// The node of the longest proper suffix that is a prefix of a pattern.
        var failure: Int32 = 0
        /// The pattern that ends here.
        var pattern: Int32 = -1
        /// The nearest node along the failure links where a pattern ends.
        var output: Int32 = -1
        /// A pattern with this prefix.
        var beginning: Int32
    }

    private var nodes = [Node(byte: 0, depth: 0, beginning: -1)]
    /// The children of the root, where most bytes of a text end up.
    private var first = [Int32](repeating: 0, count: 256)

    /// For each pattern, the next one with the same bytes.
    private var same: [Int32]

    /// - Parameter patterns: Non-empty byte strings.
    init(_ patterns: [[UInt8]]) {
        same = [Int32](repeating: -1, count: patterns.count)
        for (index, pattern) in patterns.enumerated() { insert(pattern, as: Int32(index)) }
        for child in children(of: 0) { first[Int(nodes[child].byte)] = Int32(child) }
        linkFailures()
    }

    /// The state after the next byte.
    func next(_ state: Int32, _ byte: UInt8) -> Int32 {
        var state = state
        while state != 0 {
            var child = nodes[Int(state)].firstChild
            while child >= 0 {
                if nodes[Int(child)].byte == byte { return child }
                child = nodes[Int(child)].sibling
            }
            state = nodes[Int(state)].failure
        }
        return first[Int(byte)]
    }

    /// Calls the body with each pattern that ends here, the longest first.
    func forEachEnd(at state: Int32, _ body: (Int) -> Void) {
        var place = nodes[Int(state)].pattern >= 0 ? state : nodes[Int(state)].output
        while place > 0 {
            var pattern = nodes[Int(place)].pattern
            while pattern >= 0 {
                body(Int(pattern))
                pattern = same[Int(pattern)]
            }
            place = nodes[Int(place)].output
        }
    }

    /// The length of the longest pattern prefix that ends here, and its pattern.
    func beginning(at state: Int32) -> (length: Int, pattern: Int) {
        (Int(nodes[Int(state)].depth), Int(nodes[Int(state)].beginning))
    }

    private mutating func insert(_ pattern: [UInt8], as index: Int32) {
        var place = 0
        for byte in pattern {
            if let child = children(of: place).first(where: { nodes[$0].byte == byte }) {
                place = child
            } else {
                let depth = nodes[place].depth + 1
                nodes.append(Node(byte: byte, depth: depth, sibling: nodes[place].firstChild, beginning: index))
                nodes[place].firstChild = Int32(nodes.count - 1)
                place = nodes.count - 1
            }
        }
        guard place != 0 else { return }
        same[Int(index)] = nodes[place].pattern
        nodes[place].pattern = index
    }

    private func children(of place: Int) -> [Int] {
        var children: [Int] = []
        var child = nodes[place].firstChild
        while child >= 0 {
            children.append(Int(child))
            child = nodes[Int(child)].sibling
        }
        return children
    }

    /// Breadth first, so that a node's failure link exists before its children need it.
    private mutating func linkFailures() {
        var queue = children(of: 0)
        var position = 0
        while position < queue.count {
            let place = queue[position]
            position += 1
            let failure = Int(nodes[place].failure)
            nodes[place].output = nodes[failure].pattern >= 0 ? Int32(failure) : nodes[failure].output
            for child in children(of: place) {
                nodes[child].failure = next(nodes[place].failure, nodes[child].byte)
                queue.append(child)
            }
        }
    }
}
