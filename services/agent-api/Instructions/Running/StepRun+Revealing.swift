//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Looking behind tabs and into closed sections.
extension StepRun {
    /// More than this is not opened in search of something.
    private static let openingsAtMost = 12

    /// Plans, and looks behind the tabs and into the closed sections of the page for what is not shown. What was opened in vain is
    /// closed again.
    func revealing(_ deeds: [Deed], _ memory: inout RunMemory) async throws -> Plan {
        do {
            return try await plan(deeds, memory)
        } catch let refusal as Refusal where refusal.kind == .missing || refusal.kind == .unanswered {
            if let plan = try await behindTabs(deeds, memory) { return plan }
            if let plan = try await insideSections(deeds, memory) { return plan }
            if let plan = try await onLaterPages(deeds, memory) { return plan }
            throw refusal
        }
    }

    private func firstPlan(_ deeds: [Deed], _ memory: RunMemory) async throws -> Plan? {
        let resolver = Resolver(page: try await index(), memory: memory.page, secrets: memory.hidden)
        for deed in deeds {
            if let plan = try? resolver.plan(deed) { return plan }
        }
        return nil
    }

    private func behindTabs(_ deeds: [Deed], _ memory: RunMemory) async throws -> Plan? {
        let page = try await index()
        let view = page.view
        let tabs = view.nodes.indices.filter { KindFit.fits($0, .tab, page) && !view.nodes[$0].isDisabled }
        let marks: Set<String> = ["on", "active", "selected", "current", "is-active"]
        guard
            let shown = tabs.first(where: { tab in
                view.nodes[tab].isSelected == true
                    || view.nodes[tab].role != "tab" && view.nodes[tab].hints.contains(where: marks.contains)
            }), tabs.count <= Self.openingsAtMost
        else { return nil }
        for tab in tabs where tab != shown {
            _ = try? await actor.perform(.click(view.seen(tab)))
            if let plan = try await firstPlan(deeds, memory) { return plan }
        }
        _ = try? await actor.perform(.click(view.seen(shown)))
        return nil
    }

    private func insideSections(_ deeds: [Deed], _ memory: RunMemory) async throws -> Plan? {
        var opened: [Seen] = []
        var tried = Set<String>()
        while opened.count < Self.openingsAtMost {
            let view = try await actor.look()
            guard
                let next = view.nodes.indices.first(where: { index in
                    let node = view.nodes[index]
                    return (node.isExpanded == false || Self.seemsClosed(view, index)) && node.role != "combobox"
                        && !node.hasPopup && !node.isDisabled && node.tag != "details"
                        && !tried.contains(Self.name(view, index))
                })
            else { break }
            tried.insert(Self.name(view, next))
            let seen = view.seen(next)
            let opening: PageAction = view.nodes[next].isExpanded == nil ? .click(seen) : .setExpanded(seen, true)
            guard let outcome = try? await actor.perform(opening),
                outcome.effects.isVisible || !outcome.verified.isEmpty
            else { continue }
            opened.append(seen)
            if var plan = try await firstPlan(deeds, memory) {
                plan.found.insert("\"\(seen.name)\" was opened for it", at: 0)
                return plan
            }
        }
        for seen in opened.reversed() {
            let view = try await actor.look()
            let isTold = view.nodes.contains { $0.reference == seen.reference && $0.isExpanded != nil }
            _ = try? await actor.perform(isTold ? .setExpanded(seen, false) : .click(seen))
        }
        return nil
    }

    /// A title or a folder that can be clicked and does not tell whether it is open.
    private static func seemsClosed(_ view: PageView, _ index: Int) -> Bool {
        let node = view.nodes[index]
        guard node.isExpanded == nil, node.isInteractive, node.role != "link", node.href.isEmpty else { return false }
        let closed: Set<Character> = ["▾", "▸", "▼", "►", "▶", "⌄", "﹀", "˅", "❯", "›", "+"]
        let isMarked =
            node.text.count > 2 && node.text.count <= 40
            && [node.text.first, node.text.last].contains { $0.map(closed.contains) ?? false }
        return node.role == "heading" || isMarked
            || node.hints.contains { ["folder", "expandable", "closed", "collapsed"].contains($0) }
    }

    /// Goes on to the next pages for what is looked for by "find", and for an item by its number.
    private func onLaterPages(_ deeds: [Deed], _ memory: RunMemory) async throws -> Plan? {
        let isSearch = deeds.contains { if case .find = $0 { true } else { false } }
        var counted = deeds.compactMap(\.counted).first
        guard isSearch || counted != nil else { return nil }
        for _ in 0..<Self.openingsAtMost {
            let page = try await index()
            if let target = counted {
                let finder = Finder(page: page, memory: memory.page)
                let count = (try? finder.find(target.all, for: .item).count) ?? 0
                guard count > 0, let rest = target.advanced(by: count) else { return nil }
                counted = rest
            }
            let ahead = page.indices.filter { node in
                page.nodes[node].isInteractive && !page.nodes[node].isDisabled
                    && page.labels[node].contains {
                        $0.weight > 0.9
                            && ["next", "next page", ">", "›", "»", "→", "next ›", "next »", "older"].contains(
                                $0.text.lowercased()
                            )
                    }
            }
            guard ahead.count == 1 else { return nil }
            let outcome = try await actor.perform(.click(page.view.seen(ahead[0])))
            let before = page.nodes.filter { $0.parent == nil }.map(\.text)
            guard outcome.effects.isVisible,
                try await index().nodes.filter({ $0.parent == nil }).map(\.text) != before
            else { return nil }
            if let counted {
                let next = deeds.map { $0.counted == nil ? $0 : $0.replacing(counted) }
                if let plan = try await firstPlan(next, memory) { return plan }
            } else if let plan = try await firstPlan(deeds, memory) {
                return plan
            }
        }
        return nil
    }

    private static func name(_ view: PageView, _ index: Int) -> String {
        WordForms.words(of: view.seen(index).name).joined(separator: " ")
    }
}

extension Deed {
    /// The target of a deed on one item by its number: "the 7th result".
    fileprivate var counted: Target? {
        switch self {
        case .click(let target, _), .find(let target):
            target.readings.contains { $0.isCounted } && target.parts.isEmpty ? target : nil
        default: nil
        }
    }

    fileprivate func replacing(_ target: Target) -> Deed {
        switch self {
        case .click(_, let press): .click(target, press)
        case .find: .find(target)
        default: self
        }
    }
}

extension Reading {
    fileprivate var isCounted: Bool {
        kind == .item && name == nil && scopes.isEmpty && (order.map { $0.position > 1 && $0.count == 1 } ?? false)
    }
}

extension Target {
    /// All things of the kind.
    fileprivate var all: Target {
        var target = self
        target.readings = readings.filter(\.isCounted).map { reading in
            var reading = reading
            reading.order = nil
            reading.quantity = .all
            return reading
        }
        return target
    }

    /// The same thing counted from the next page.
    fileprivate func advanced(by count: Int) -> Target? {
        var target = self
        target.readings = readings.filter(\.isCounted).compactMap { reading in
            guard let order = reading.order, order.position > count else { return nil }
            var reading = reading
            reading.order = Reading.Order(position: order.position - count)
            return reading
        }
        return target.readings.isEmpty ? nil : target
    }
}
