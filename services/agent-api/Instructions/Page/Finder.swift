//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Finds what a target means on a page. No reading that leaves out a word is considered.
struct Finder {
    let page: PageIndex
    var memory = Memory()

    /// Things that fit, all equally well, in the order of the page.
    struct Match: Hashable, Sendable {
        var nodes: [Int]
        var score: Double
        var reading: Reading
    }

    /// What a target means: one thing, or as many as it speaks of.
    ///
    /// - Throws: ``Refusal`` where nothing fits, or several things fit equally well and one is meant.
    func find(
        _ target: Target,
        for purpose: Purpose,
        where isAllowed: (Int) -> Bool = { _ in true }
    ) throws(Refusal) -> [Int] {
        if target.isPronoun, target.readings.first?.scopes.isEmpty == true {
            guard let index = remembered(for: purpose) else {
                throw Refusal(.missing, "nothing was used before that \"\(target.spoken)\" could mean")
            }
            return [index]
        }
        guard let match = best(target, for: purpose, where: isAllowed) else { throw missing(target, for: purpose) }
        return try chosen(match, target, purpose)
    }

    /// The one thing that a target means.
    func one(
        _ target: Target,
        for purpose: Purpose,
        where isAllowed: (Int) -> Bool = { _ in true }
    ) throws(Refusal) -> Int {
        let found = try find(target, for: purpose, where: isAllowed)
        guard found.count == 1 else { throw ambiguous(target, found) }
        return found[0]
    }

    func chosen(_ match: Match, _ target: Target, _ purpose: Purpose) throws(Refusal) -> [Int] {
        var nodes = match.nodes
        if !target.exceptions.isEmpty { nodes = try without(target.exceptions, nodes) }
        switch match.reading.quantity {
        case .all:
            return nodes
        case .both:
            guard nodes.count == 2 else {
                throw Refusal(
                    nodes.count < 2 ? .missing : .ambiguous,
                    "\"\(target.spoken)\" means two, and there are \(nodes.count): \(choices(nodes))"
                )
            }
            return nodes
        case .anyOne: return Array(nodes.prefix(1))
        case .count(let count):
            if nodes.count == count { return nodes }
            throw Refusal(
                nodes.count < count ? .missing : .ambiguous,
                "\"\(target.spoken)\" means \(count), and there are \(nodes.count): \(choices(nodes))"
            )
        case .some(let count):
            guard nodes.count >= count else {
                throw Refusal(
                    .missing,
                    "\"\(target.spoken)\" means \(count), and there are \(nodes.count): \(choices(nodes))"
                )
            }
            return Array(nodes.prefix(count))
        case .one:
            if match.reading.order.map({ $0.count > 1 }) == true { return nodes }
            if nodes.count > 1 { throw ambiguous(target, nodes) }
            return nodes
        }
    }

    func without(_ exceptions: [Target], _ nodes: [Int]) throws(Refusal) -> [Int] {
        var left: [Int] = []
        var excluded = Set<Int>()
        for exception in exceptions {
            guard let match = best(exception, for: .anything) else { throw missing(exception, for: .anything) }
            if match.reading.quantity.isExact { _ = try chosen(match, exception, .anything) }
            for node in nodes
            where match.nodes.contains(where: {
                page.isTitle($0) && page.nodes[$0].role == "heading" && page.section(of: $0).contains(node)
                    && !page.isInside(node, $0)
            }) { excluded.insert(node) }
            for node in nodes
            where match.nodes.contains(where: {
                page.isInside($0, node) || page.isInside(node, $0)
                    || page.items[$0] != nil && page.items[$0] == page.items[node]
            }) {
                excluded.insert(node)
            }
        }
        for node in nodes where !excluded.contains(node) { left.append(node) }
        return left
    }

    func ambiguous(_ target: Target, _ nodes: [Int]) -> Refusal {
        Refusal(.ambiguous, "\"\(target.spoken)\" may mean \(nodes.count) things: \(choices(nodes)); say which one")
    }

    /// The names of things, with what tells them apart.
    func choices(_ nodes: [Int]) -> String {
        let names = nodes.prefix(8).map { node in
            let name = page.called(node)
            return page.place(of: node).map { "\"\(name)\" in \"\($0)\"" } ?? "\"\(name)\""
        }
        return names.joined(separator: ", ") + (nodes.count > 8 ? " and \(nodes.count - 8) more" : "")
    }

    func missing(_ target: Target, for purpose: Purpose) -> Refusal {
        let kind = target.readings.first { $0.kind != nil && $0.name != nil }.flatMap(\.noun)
        let names = nearest(target, purpose)
        let near = names.isEmpty ? "" : "; the nearest names are " + names.map { "\"\($0)\"" }.joined(separator: ", ")
        let words = target.isEmpty ? "" : " \"\(target.spoken)\""
        return Refusal(
            .missing,
            "no \(kind == nil || target.spoken.contains(kind ?? "") ? purpose.noun : kind ?? "element")\(words) on \(page.view.url)\(near)"
        )
    }

    /// Names of what could be used, those that have most in common with the words first.
    func nearest(_ target: Target, _ purpose: Purpose) -> [String] {
        let wanted = Set(WordForms.words(of: target.spoken).map(WordForms.stem))
        var names: [(text: String, score: Int, order: Int)] = []
        for index in page.indices where purpose.allows(index, page) && page.nodes[index].isInteractive {
            let name = page.called(index)
            guard !name.isEmpty, !names.contains(where: { $0.text == name }) else { continue }
            names.append((name, wanted.intersection(WordForms.words(of: name).map(WordForms.stem)).count, index))
            if names.count >= 200 { break }
        }
        return names.sorted { ($1.score, $0.order) < ($0.score, $1.order) }.prefix(5).map(\.text)
    }

    // MARK: Pronouns

    func remembered(for purpose: Purpose) -> Int? {
        let known: [Seen?] =
            switch purpose {
            case .fill: [memory.field, memory.element]
            case .item, .anything, .drag: [memory.item, memory.element]
            default: [memory.element, memory.item]
            }
        for case let seen? in known {
            if let index = index(of: seen),
                purpose == .anything || purpose == .drag || purpose == .item || purpose.allows(index, page)
            {
                return index
            }
        }
        return nil
    }

    func index(of seen: Seen) -> Int? {
        page.indices.first { page.nodes[$0].reference == seen.reference }
            ?? page.indices.first { index in
                guard page.nodes[index].role == seen.role, page.nodes[index].tag == seen.tag, !seen.name.isEmpty else {
                    return false
                }
                let now = page.view.seen(index)
                return now.item == seen.item
                    && (now.name == seen.name || WordForms.words(of: now.name) == WordForms.words(of: seen.name))
            }
    }
}
