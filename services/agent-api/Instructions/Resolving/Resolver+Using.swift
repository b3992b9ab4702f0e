//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Opening, dragging, scrolling, files, reading, closing and sorting.
extension Resolver {
    func expanding(_ target: Target, _ isOpen: Bool) throws(Refusal) -> Plan {
        if let parts = try partsOf(target, for: .expand) { return Plan(deeds: parts.map { .expand($0, isOpen) }) }
        let isAll = target.readings.contains { $0.quantity == .all }
        if !isAll, let plan = turningArrow(target, isOpen) { return plan }
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

    func dragging(_ target: Target, _ destination: Deed.Destination) throws(Refusal) -> Plan {
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

    func scrolling(_ direction: Deed.Direction, _ times: Int, _ target: Target?) throws(Refusal) -> Plan {
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

    func uploading(_ files: [String], _ target: Target?) throws(Refusal) -> Plan {
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

    func downloading(_ target: Target) throws(Refusal) -> Plan {
        let act = Deed.Act(words: ["download"], target: target, clause: Name("download \(target.spoken)"))
        if let node = try? finder.one(target, for: .click) {
            return Plan(actions: [.download(page.view.seen(node))], element: page.view.seen(node))
        }
        var plan = try Acting(resolver: self).plan(act)
        plan.actions = plan.actions.map { if case .click(let seen, _) = $0 { .download(seen) } else { $0 } }
        return plan
    }

    func reading(_ question: Question, isResult: Bool) throws(Refusal) -> Plan {
        let answer = try Answers(finder).answer(question)
        return Plan(reading: (question.spoken, answer, isResult))
    }

    func closing(_ target: Target) throws(Refusal) -> Plan {
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

    func sorting(_ target: Target, _ isDescending: Bool?) throws(Refusal) -> Plan {
        let lists = page.indices.filter {
            KindFit.isList(page.nodes[$0])
                && page.labels[$0].contains { label in label.words.contains { $0.hasPrefix("sort") || $0 == "order" } }
        }
        if lists.count == 1, let name = target.readings.first?.name {
            let options = page.nodes[lists[0]].options.map(\.label)
            var fitting = options.filter { option in
                name.words.allSatisfy { word in
                    WordForms.words(of: option).contains { WordForms.stem($0) == WordForms.stem(word) }
                }
            }
            if fitting.count > 1, let isDescending {
                fitting = fitting.filter { option in
                    let words = WordForms.words(of: option)
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
