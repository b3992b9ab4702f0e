//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// What a deed comes to on a page.
struct Plan: Sendable {
    /// Actions, one after the other.
    var actions: [PageAction] = []
    /// What is not about the elements of the page.
    var direct: Deed?
    /// Deeds to do one after the other, each on the page as it is then.
    var deeds: [Deed] = []
    /// What is to be read.
    var reading: (what: String, answer: String, isResult: Bool)?
    /// What was found to be so already.
    var found: [String] = []
    /// What is used, for "it" in what follows.
    var element: Seen?
    var item: Seen?
    /// Where the next steps look first: what was found.
    var place: Seen?
    /// What to do instead when the actions have no effect that can be seen.
    var otherwise: [PageAction] = []
    /// Text that is written once something to write in has appeared, and to whom.
    var writing: Deed.Act?
    /// Which words went where, for the log.
    var note: String?
    /// Whether it fails where no effect can be seen.
    var needsEffect = false
}

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
                        ? .either([.expand($0.element, true), .hover($0.element)]) : .click($0.element, Deed.Press())
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
                if error.kind == .missing, !act.isWhole, act.target.parts.isEmpty, let plan = acting.opening(act) {
                    return plan
                }
                throw error
            }
        case .search(let value, let place): return try searching(value, place)
        case .several(let deeds): return Plan(deeds: deeds)
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
        case .go, .history, .reload, .newTab, .switchTab, .closeTab, .answer, .wait, .waitUntil, .verify, .until:
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
    private func clickable(_ target: Target) throws(Refusal) -> [Int] {
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
    private func outer(of node: Int, within larger: [Int]) -> Int? {
        outer(of: node).flatMap { larger.contains($0) ? nil : $0 }
    }

    /// The control that a text is in.
    private func outer(of node: Int) -> Int? {
        page.view.ancestors(of: node).first { page.nodes[$0].isInteractive && !page.nodes[$0].isEditable }
    }

    /// The only control in a box.
    private func inner(of node: Int) -> Int? {
        let inside = page.descendants(of: node).filter { page.nodes[$0].isInteractive }
        return inside.count == 1 ? inside[0] : nil
    }

    /// What one clicks in an item: itself, or the link or control that has its name.
    private func handle(of item: Int, _ target: Target) throws(Refusal) -> Int {
        if page.nodes[item].isInteractive { return item }
        let inside = page.descendants(of: item).filter { page.nodes[$0].isInteractive && !page.nodes[$0].isEditable }
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

    private func pointing(
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

    private func finding(_ target: Target) throws(Refusal) -> Plan {
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

    // MARK: Others

    private func expanding(_ target: Target, _ isOpen: Bool) throws(Refusal) -> Plan {
        if let parts = try partsOf(target, for: .expand) { return Plan(deeds: parts.map { .expand($0, isOpen) }) }
        let isAll = target.readings.contains { $0.quantity == .all }
        let nodes = try finder.find(target, for: .expand) { !isAll || page.nodes[$0].isExpanded != nil }
        guard let first = nodes.first else { throw finder.missing(target, for: .expand) }
        var plan = Plan(element: page.view.seen(first), item: item(around: first))
        for node in nodes {
            if page.nodes[node].isExpanded == isOpen {
                plan.found.append("\"\(page.called(node))\" is \(isOpen ? "open" : "closed") already")
            } else if page.nodes[node].isExpanded != nil {
                plan.actions.append(.setExpanded(page.view.seen(node), isOpen))
            } else {
                plan.needsEffect = !KindFit.isList(page.nodes[node])
                plan.actions.append(.click(page.view.seen(node)))
            }
        }
        return plan
    }

    private func dragging(_ target: Target, _ destination: Deed.Destination) throws(Refusal) -> Plan {
        let thing = try finder.one(target, for: .drag)
        let seen = page.view.seen(thing)
        func place(_ target: Target) throws(Refusal) -> Int {
            try finder.one(target, for: .anything) {
                !page.isInside($0, thing) && !page.isInside(thing, $0)
                    || PageIndex.isItem(page.nodes[$0]) == false && !page.isInside($0, thing)
            }
        }
        let to: PageAction.DragDestination
        switch destination {
        case .onto(let target): to = .onto(page.view.seen(try place(target)))
        case .before(let target): to = .before(page.view.seen(try place(target)))
        case .after(let target): to = .after(page.view.seen(try place(target)))
        case .by(let direction, let distance):
            to = .by(
                x: direction == .left ? -Double(distance) : direction == .right ? Double(distance) : 0,
                y: direction == .up ? -Double(distance) : direction == .down ? Double(distance) : 0
            )
        case .step, .position:
            let item = page.items[thing] ?? thing
            guard let parent = page.nodes[item].parent else { throw finder.missing(target, for: .drag) }
            let siblings = page.children[parent].filter {
                page.nodes[$0].role == page.nodes[item].role && PageIndex.isItem(page.nodes[$0])
            }
            guard let place = siblings.firstIndex(of: item) else {
                throw Refusal(.missing, "\"\(page.called(thing))\" is not in a list")
            }
            let goal: Int =
                switch destination {
                case .step(let isUp, let count): isUp ? place - count : place + count
                case .position(let position): position > 0 ? position - 1 : siblings.count + position
                default: place
                }
            guard siblings.indices.contains(goal) else {
                throw Refusal(
                    .missing,
                    "\"\(page.called(thing))\" is at place \(place + 1) of \(siblings.count) and cannot be moved there"
                )
            }
            if goal == place { return Plan(found: ["\"\(page.called(thing))\" is there already"]) }
            // Buttons of its own say it best.
            if case .step(let isUp, 1) = destination,
                let button = page.descendants(of: item).first(where: { node in
                    page.nodes[node].isInteractive
                        && page.labels[node].contains {
                            $0.words == (isUp ? ["up"] : ["down"])
                                || $0.words == (isUp ? ["move", "up"] : ["move", "down"])
                                || ["↑", "▲", "⬆"].contains($0.text) && isUp
                                || ["↓", "▼", "⬇"].contains($0.text) && !isUp
                        }
                })
            {
                return Plan(actions: [.click(page.view.seen(button))], element: seen, item: page.view.seen(item))
            }
            to = goal < place ? .before(page.view.seen(siblings[goal])) : .after(page.view.seen(siblings[goal]))
            return Plan(actions: [.drag(page.view.seen(item), to: to)], element: seen, item: page.view.seen(item))
        }
        return Plan(actions: [.drag(seen, to: to)], element: seen, item: item(around: thing))
    }

    private func scrolling(_ direction: Deed.Direction, _ times: Int, _ target: Target?) throws(Refusal) -> Plan {
        var seen: Seen?
        if let target, !target.isEmpty {
            let node = try finder.one(target, for: .anything)
            let box = [node] + page.view.ancestors(of: node) + Array(page.descendants(of: node))
            seen = page.view.seen(box.first { page.nodes[$0].scrolls } ?? node)
        }
        let way: ScrollDirection =
            switch direction {
            case .up: .up
            case .down: .down
            case .left: .left
            case .right: .right
            }
        return Plan(actions: [.scroll(way, pages: Double(times), in: seen)])
    }

    private func uploading(_ files: [String], _ target: Target?) throws(Refusal) -> Plan {
        let fields = page.indices.filter { page.nodes[$0].inputType == "file" }
        if let target, !target.isEmpty, let node = try? finder.one(target, for: .upload) {
            return Plan(actions: [.upload(files, to: page.view.seen(node))], element: page.view.seen(node))
        }
        if fields.count == 1 {
            return Plan(actions: [.upload(files, to: page.view.seen(fields[0]))], element: page.view.seen(fields[0]))
        }
        if let target, !target.isEmpty { throw finder.missing(target, for: .upload) }
        if fields.count > 1 {
            throw Refusal(.ambiguous, "there are \(fields.count) file fields: \(finder.choices(fields)); say which one")
        }
        let buttons = page.indices.filter { node in
            page.nodes[node].isInteractive
                && page.labels[node].contains { label in
                    label.words.contains { ["upload", "browse", "attach", "file", "files"].contains($0) }
                }
        }
        guard buttons.count == 1 else {
            throw Refusal(buttons.isEmpty ? .missing : .ambiguous, "no file field on \(page.view.url)")
        }
        return Plan(actions: [.upload(files, to: page.view.seen(buttons[0]))])
    }

    private func downloading(_ target: Target) throws(Refusal) -> Plan {
        let act = Deed.Act(words: ["download"], target: target, clause: Name("download \(target.spoken)"))
        if let node = try? finder.one(target, for: .click) {
            return Plan(actions: [.download(page.view.seen(node))], element: page.view.seen(node))
        }
        var plan = try Acting(resolver: self).plan(act)
        plan.actions = plan.actions.map { if case .click(let seen, _) = $0 { .download(seen) } else { $0 } }
        return plan
    }

    private func reading(_ question: Question, isResult: Bool) throws(Refusal) -> Plan {
        let answer = try Answers(finder).answer(question)
        return Plan(reading: (question.spoken, answer, isResult))
    }

    private func closing(_ target: Target) throws(Refusal) -> Plan {
        let names = ["close", "×", "✕", "✖", "x", "dismiss", "ok", "got it", "no thanks", "cancel"]
        let boxes: [Int]
        if target.isEmpty || target.isPronoun
            || ["popup", "pop-up", "dialog", "modal", "overlay", "window", "banner"].contains(
                target.spoken.lowercased()
            )
        {
            boxes = page.indices.filter { KindFit.fits($0, .dialog, page) && page.nodes[$0].role != "status" }
        } else {
            boxes = try finder.find(target, for: .anything)
        }
        for name in names {
            let found = page.indices.filter { node in
                page.nodes[node].isInteractive && (boxes.isEmpty || boxes.contains { page.isInside(node, $0) })
                    && page.labels[node].contains { $0.text.lowercased() == name || $0.words == [name] }
            }
            if found.count == 1 {
                return Plan(actions: [.click(page.view.seen(found[0]))], element: page.view.seen(found[0]))
            }
            if found.count > 1 { throw finder.ambiguous(Target(spoken: "close", readings: []), found) }
        }
        throw finder.missing(target, for: .click)
    }

    private func sorting(_ target: Target, _ isDescending: Bool?) throws(Refusal) -> Plan {
        let lists = page.indices.filter {
            KindFit.isList(page.nodes[$0])
                && page.labels[$0].contains { label in label.words.contains { $0.hasPrefix("sort") || $0 == "order" } }
        }
        if lists.count == 1, let name = target.readings.first?.name {
            let options = page.nodes[lists[0]].options.map(\.label)
            var fitting = options.filter { option in
                name.words.allSatisfy { word in
                    Spelling.words(of: option).contains { Spelling.stem($0) == Spelling.stem(word) }
                }
            }
            if fitting.count > 1, let isDescending {
                fitting = fitting.filter { option in
                    let words = Spelling.words(of: option)
                    let downwards =
                        words.contains("desc") || words.contains("descending") || words.contains("newest")
                        || Likeness.firstRange(of: ["high", "to", "low"], in: words) != nil || words.contains("highest")
                    return downwards == isDescending
                }
            }
            if fitting.count > 1 {
                throw Refusal(
                    .ambiguous,
                    "\"\(target.spoken)\" may mean \(fitting.map { "\"\($0)\"" }.joined(separator: ", "))"
                )
            }
            if let option = fitting.first {
                return Plan(
                    actions: [.select([OptionChoice(option)], in: page.view.seen(lists[0]))],
                    element: page.view.seen(lists[0])
                )
            }
        }
        if let header = try? finder.one(target, for: .anything, where: { page.nodes[$0].role == "columnheader" }) {
            let button = page.descendants(of: header).first { page.nodes[$0].isInteractive } ?? header
            return Plan(actions: [.click(page.view.seen(button))], element: page.view.seen(button))
        }
        throw finder.missing(target, for: .click)
    }
}
