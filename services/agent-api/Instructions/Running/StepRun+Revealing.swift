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
        let view = try await actor.look()
        let tabs = view.nodes.indices.filter { view.nodes[$0].role == "tab" && !view.nodes[$0].isDisabled }
        guard let shown = tabs.first(where: { view.nodes[$0].isSelected == true }), tabs.count <= Self.openingsAtMost
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
                    return node.isExpanded == false && node.role != "combobox" && !node.hasPopup && !node.isDisabled
                        && node.tag != "details" && !tried.contains(Self.name(view, index))
                })
            else { break }
            tried.insert(Self.name(view, next))
            let seen = view.seen(next)
            guard (try? await actor.perform(.setExpanded(seen, true))) != nil else { continue }
            opened.append(seen)
            if let plan = try await firstPlan(deeds, memory) { return plan }
        }
        for seen in opened.reversed() { _ = try? await actor.perform(.setExpanded(seen, false)) }
        return nil
    }

    private static func name(_ view: PageView, _ index: Int) -> String {
        Spelling.words(of: view.seen(index).name).joined(separator: " ")
    }
}
