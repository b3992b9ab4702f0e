//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Turns deeds into actions on the page as it is seen.
struct Resolver {
    let page: PageIndex
    let finder: Finder
    let memory: Memory
    /// Texts that are not to be shown.
    var secrets: [String] = []

    init(page: PageIndex, memory: Memory, secrets: [String] = []) {
        self.page = page
        self.memory = memory
        self.secrets = secrets
        finder = Finder(page: page, memory: memory)
    }

    /// - Throws: ``Refusal``: nothing is done.
    func plan(_ deed: Deed) throws(Refusal) -> Plan {
        switch deed {
        case .click(let target, let press): return try clicking(target, press)
        case .path(let targets):
            return Plan(
                deeds: targets.enumerated().map {
                    $0.offset + 1 < targets.count
                        ? .reveal($0.element, targets[$0.offset + 1]) : .click($0.element, Deed.Press())
                }
            )
        case .hover(let target): return try pointing(target) { .hover($0) }
        case .focus(let target): return try pointing(target, for: .fill) { .focus($0) }
        case .find(let target): return try finding(target)
        case .type(let value, let field, let mode): return try typing(value, field, mode)
        case .typeKeys(let value): return Plan(actions: [.typeKeys(typed(try text(value)))])
        case .clear(let target): return try clearing(target)
        case .assign(let target, let value): return try assigning(target, value)
        case .pair(let pairs): return try pairing(pairs)
        case .count(let target, let wanted, let last): return try counting(target, to: wanted, from: last)
        case .adjust(let target, let amount, let isUp): return try adjusting(target, amount, isUp: isUp)
        case .choose(let target, let list, let choice): return try choosing(target, list, choice)
        case .check(let target, let isOn): return try checking(target, isOn)
        case .expand(let target, let isOpen): return try expanding(target, isOpen)
        case .press(let key, let times, let target):
            let seen = try target.map { target throws(Refusal) in page.view.seen(try finder.one(target, for: .anything))
            }
            return Plan(actions: [.press(key, times: times, in: seen)])
        case .drag(let target, let destination): return try dragging(target, destination)
        case .scroll(let direction, let times, let target): return try scrolling(direction, times, target)
        case .scrollToEnd(let direction, let target): return try scrolling(direction, 1000, target)
        case .scrollTo(let target): return try pointing(target) { .scrollTo($0) }
        case .upload(let files, let target): return try uploading(files, target)
        case .download(let target): return try downloading(target)
        case .read(let question): return try reading(question, isResult: true)
        case .copy(let question): return try reading(question, isResult: false)
        case .act(let act):
            let acting = Acting(resolver: self)
            do { return try acting.plan(act) } catch {
                if error.kind == .missing, !act.isWhole {
                    if let plan = acting.boxing(act) ?? acting.purchasing(act) { return plan }
                    if act.target.parts.isEmpty, let plan = acting.opening(act) { return plan }
                }
                throw error
            }
        case .search(let value, let place): return try searching(value, place)
        case .several(let deeds): return Plan(deeds: deeds)
        case .all(let deeds):
            for deed in deeds { _ = try plan(deed) }
            return Plan(deeds: deeds)
        case .either(let deeds):
            var first: Refusal?
            for deed in deeds {
                do { return try plan(deed) } catch { first = worse(first, error) }
            }
            throw first ?? Refusal(.missing, "nothing is said")
        case .fillByLabels: return try fillingByLabels()
        case .close(let target): return try closing(target)
        case .submit: return try submitting()
        case .sort(let target, let isDescending): return try sorting(target, isDescending)
        case .addEntries(let entries, let noun): return try adding(entries, noun)
        case .selectText(let target): return try pointing(target) { .selectText(nil, in: $0) }
        case .suggest(let fragments): return try suggested(fragments)
        case .go, .history, .reload, .newTab, .reveal, .switchTab, .closeTab, .answer, .ask, .wait, .waitUntil, .verify,
            .until:
            return Plan(direct: deed)
        }
    }

    /// The refusal that says more: that several things fit says more than that none does.
    func worse(_ first: Refusal?, _ second: Refusal) -> Refusal {
        guard let first else { return second }
        return first.kind == .missing && second.kind != .missing ? second : first
    }

    // MARK: Values

    func typed(_ text: String) -> TypedText { TypedText(text, isHidden: secrets.contains(text)) }

    func text(_ value: Value) throws(Refusal) -> String {
        switch value {
        case .text(let text): return text
        case .remembered:
            if let value = memory.value { return value }
            guard let solution = try? Answers(finder).answer(.computed) else {
                throw Refusal(.missing, "nothing was read or copied before")
            }
            return solution
        case .asked(let question, let change):
            let answer = try Answers(finder).answer(question)
            if case .text(let changed) = ValueGrammar.changed(answer, change) { return changed }
            return answer
        case .computed: return try Answers(finder).answer(.computed)
        case .mixed(let text):
            throw Refusal(
                .missing,
                "of \(text), only a part is in quotation marks; put all that is to be entered into them"
            )
        case .suggested(let fragments):
            throw Refusal(.missing, "only a field that suggests something takes what \(fragments.spoken)")
        }
    }

    // MARK: Clicking and pointing

    func clicking(_ target: Target, _ press: Deed.Press) throws(Refusal) -> Plan {
        if let parts = try partsOf(target, for: .click) { return Plan(deeds: parts.map { .click($0, press) }) }
        let nodes = try clickable(target)
        guard let first = nodes.first else { throw finder.missing(target, for: .click) }
        for node in nodes where page.nodes[node].isDisabled { throw disabled(node) }
        let click = PageAction.Click(
            button: press.button == .right ? .right : .left,
            count: press.count,
            modifiers: Set(
                press.keys.compactMap { key in
                    switch key {
                    case "shift": .shift
                    case "ctrl", "control": .control
                    case "alt": .alt
                    case "meta": .meta
                    default: nil
                    }
                }
            )
        )
        var plan = Plan(
            actions: nodes.map { .click(page.view.seen($0), click) },
            element: page.view.seen(first),
            item: item(around: first)
        )
        plan.needsEffect = nodes.contains { node in
            !Purpose.click.allows(node, page) && outer(of: node) == nil
                || press.isOpening && !["button", "link"].contains(page.nodes[node].role) && outer(of: node) == nil
        }
        return plan
    }

    func disabled(_ node: Int) -> Refusal { Refusal(.unusable, "\"\(page.called(node))\" is disabled") }

    func item(around node: Int) -> Seen? { page.items[node].map { page.view.seen($0) } }

    /// The parts of "A, B and C", unless one thing bears the whole as its name. Each of them must be there.
    func partsOf(_ target: Target, for purpose: Purpose) throws(Refusal) -> [Target]? {
        guard !target.parts.isEmpty else { return nil }
        if let whole = finder.best(target, for: purpose), whole.score > 0.9 { return nil }
        for part in target.parts where !part.isPronoun {
            _ = try finder.find(part, for: purpose == .click ? .anything : purpose)
        }
        return target.parts.map { part in
            var part = part
            if part.exceptions.isEmpty { part.exceptions = target.exceptions }
            return part
        }
    }

    /// What is clicked for a target: a control of that name; what is used in an item; or what is drawn or stands there, by its exact name.
    func clickable(_ target: Target) throws(Refusal) -> [Int] {
        var refusal: Refusal
        do {
            let found = try finder.find(target, for: .click)
            // What has the whole name goes before a control that has it among others.
            if let match = finder.best(target, for: .click), match.score < 0.93, match.reading.quantity == .one,
                let exact = finder.best(target, for: .anything), exact.score > 0.97, exact.nodes.count == 1,
                found.contains(where: { page.isInside(exact.nodes[0], $0) })
            {
                return [outer(of: exact.nodes[0], within: found) ?? exact.nodes[0]]
            }
            return found
        } catch {
            refusal = error
        }
        if refusal.kind == .ambiguous {
            // "Find the mail by Ann. Click the star."
            if let place = memory.place.flatMap(finder.index(of:)), let match = finder.best(target, for: .click) {
                let inside = match.nodes.filter { page.isInside($0, place) }
                if inside.count == 1 { return inside }
            }
            // "The mail from Ann" is a row, and her name in it.
            if let match = finder.best(target, for: .click), match.reading.quantity == .one,
                match.reading.noun != nil || match.reading.kind == .item || match.reading.kind == .row,
                let item = Acting(resolver: self).common(match.nodes)
            {
                return [try handle(of: item, target)]
            }
            // The same link twice is one link.
            if let match = finder.best(target, for: .click), match.nodes.count > 1, let first = match.nodes.first,
                match.reading.quantity == .one, !page.nodes[first].href.isEmpty,
                match.nodes.allSatisfy({
                    page.nodes[$0].href == page.nodes[first].href && page.nodes[$0].text == page.nodes[first].text
                })
            {
                return [first]
            }
            throw refusal
        }
        if let match = finder.best(target, for: .item), match.score > 0.6,
            match.reading.name == nil || match.reading.kind != nil || match.reading.noun != nil || match.score > 0.9,
            match.reading.kind.map({ [.item, .row, .image, .listGroup, .node].contains($0) }) ?? true
        {
            let items = try finder.find(target, for: .item)
            return try items.map { item throws(Refusal) in try handle(of: item, target) }
        }
        if let match = finder.best(target, for: .anything),
            match.score >= 0.88 || match.reading.kind != nil && match.score > 0.6
        {
            let found = try finder.find(target, for: .anything)
            let usable = found.compactMap { node in outer(of: node) ?? inner(of: node) ?? node }
            return usable
        }
        throw refusal
    }

    /// The control that a text is in, where it is none of the larger ones that only have it among others.
    func outer(of node: Int, within larger: [Int]) -> Int? {
        outer(of: node).flatMap { larger.contains($0) ? nil : $0 }
    }

    /// The control that a text is in.
    func outer(of node: Int) -> Int? {
        page.view.ancestors(of: node).first { page.nodes[$0].isInteractive && !page.nodes[$0].isEditable }
    }

    /// The only control in a box.
    func inner(of node: Int) -> Int? {
        let inside = page.descendants(of: node).filter { page.nodes[$0].isInteractive }
        return inside.count == 1 ? inside[0] : nil
    }

    /// What one clicks in an item: itself, or the link or control that has its name.
    func handle(of item: Int, _ target: Target) throws(Refusal) -> Int {
        if page.nodes[item].isInteractive { return item }
        let inside = page.descendants(of: item).filter {
            page.nodes[$0].isInteractive && !page.nodes[$0].isEditable && !KindFit.fits($0, .checkbox, page)
        }
        if inside.count == 1 { return inside[0] }
        let links = inside.filter { page.nodes[$0].role == "link" }
        if let link = links.first,
            links.count == 1 || page.view.ancestors(of: link).contains(where: { page.nodes[$0].role == "heading" })
        {
            return link
        }
        if inside.isEmpty { return item }
        throw finder.ambiguous(target, inside)
    }

    func pointing(
        _ target: Target,
        for purpose: Purpose = .anything,
        _ action: (Seen) -> PageAction
    ) throws(Refusal) -> Plan {
        let node: Int
        if purpose != .anything, let found = try? finder.one(target, for: purpose) {
            node = found
        } else {
            node = try finder.one(target, for: .anything)
        }
        return Plan(actions: [action(page.view.seen(node))], element: page.view.seen(node), item: item(around: node))
    }

    func finding(_ target: Target) throws(Refusal) -> Plan {
        let node = try finder.one(target, for: .anything)
        var plan = Plan(
            actions: [.scrollTo(page.view.seen(node))],
            element: page.view.seen(node),
            item: item(around: node)
        )
        plan.place = plan.item ?? page.view.seen(node)
        plan.found = page.nodes[node].isInViewport ? ["\"\(page.called(node))\" is on the page"] : []
        if page.nodes[node].isInViewport { plan.actions = [] }
        return plan
    }
}
