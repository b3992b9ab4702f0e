//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// What there is several of on a page: rows, items, results, cards.
struct PageRecords {
    private let root: PageOutline
    /// Runs of alike siblings, the likeliest to be what the page is about first.
    private let groups: [[PageOutline]]
    private let tables: [Table]

    private struct Table {
        var headers: [String]
        var rows: [PageOutline]
    }

    init(_ root: PageOutline) {
        self.root = root
        var groups: [(items: [PageOutline], weight: Double)] = []
        var tables: [Table] = []
        Self.collect(root, isContent: true, &groups, &tables)
        self.groups = groups.sorted { $0.weight > $1.weight }.map(\.items)
        self.tables = tables
    }

    private static func collect(
        _ node: PageOutline,
        isContent: Bool,
        _ groups: inout [(items: [PageOutline], weight: Double)],
        _ tables: inout [Table]
    ) {
        let isContent =
            isContent && !["nav", "header", "footer", "aside"].contains(node.tag)
            && !["navigation", "banner", "contentinfo", "tablist", "menu"].contains(node.role)
        if node.tag == "table" || ["table", "grid"].contains(node.role) { tables.append(table(node)) }
        var run: [PageOutline] = []
        func finish() {
            if run.count > 1 {
                let length = run.map { min($0.fullText.count, 200) }.reduce(0, +)
                let kind =
                    ["li", "article", "tr"].contains(run[0].tag)
                        || ["listitem", "article", "row"].contains(run[0].role) || run[0].tag.contains("-") ? 2.0 : 1
                groups.append((run, Double(length) * kind * (isContent ? 1 : 0.05)))
            }
            run = []
        }
        for child in node.children {
            let isRecord =
                ["li", "article", "section", "div", "tr", "a", "dd", "figure"].contains(child.tag)
                || ["listitem", "article", "row", "option"].contains(child.role) || child.tag.contains("-")
            if isRecord, let first = run.first, first.tag == child.tag, first.role == child.role,
                first.tag != "div" || first.hints.first == child.hints.first
                    || !Set(first.hints).isDisjoint(with: child.hints)
            {
                run.append(child)
            } else {
                finish()
                if isRecord, !child.fullText.isEmpty { run = [child] }
            }
        }
        finish()
        for child in node.children { collect(child, isContent: isContent, &groups, &tables) }
    }

    private static func table(_ node: PageOutline) -> Table {
        var rows: [PageOutline] = []
        func walk(_ node: PageOutline) {
            if node.tag == "tr" || node.role == "row" { rows.append(node) } else { node.children.forEach(walk) }
        }
        walk(node)
        let isHeader: (PageOutline) -> Bool = { row in
            !row.children.isEmpty && row.children.allSatisfy { $0.tag == "th" || $0.role == "columnheader" }
        }
        let headers = rows.first(where: isHeader)?.children.map(\.fullText) ?? []
        return Table(headers: headers, rows: rows.filter { !isHeader($0) && !$0.fullText.isEmpty })
    }

    /// Whether the page's content has rows, items or cards at all.
    var hasContent: Bool {
        groups.contains { items in items.contains { ["li", "article", "tr"].contains($0.tag) || $0.tag.contains("-") } }
            || !tables.allSatisfy(\.rows.isEmpty)
    }

    /// Whether a part of the page is small enough for a text of a kind, such as the only price, to be what is meant.
    func isSmall(_ place: PageOutline) -> Bool { place.fullText.count < 400 }

    // MARK: Things by number

    /// The things of a kind, in order.
    func items(_ role: ElementDescription.Role) -> [PageOutline] {
        switch role {
        case .row: tables.first { !$0.rows.isEmpty }?.rows ?? groups.first ?? []
        case .heading: nodes { $0.tag.count == 2 && $0.tag.hasPrefix("h") && $0.tag != "hr" }
        case .link: nodes { $0.tag == "a" || $0.role == "link" }
        case .button: nodes { $0.tag == "button" || $0.role == "button" }
        case .image: nodes { $0.tag == "img" }
        case .field: nodes { ["input", "textarea"].contains($0.tag) }
        case .list: nodes { ["select"].contains($0.tag) }
        case .checkbox, .radio: []
        case .option: nodes { $0.role == "option" }
        case .tab: nodes { $0.role == "tab" }
        case .section: nodes { ["section", "fieldset", "details"].contains($0.tag) || $0.role == "region" }
        case .dialog: nodes { $0.tag == "dialog" || ["dialog", "alertdialog"].contains($0.role) }
        default: groups.first ?? tables.first?.rows ?? []
        }
    }

    func item(_ role: ElementDescription.Role, _ position: Int) -> PageOutline? {
        let items = items(role)
        let place = position < 0 ? items.count + position : position
        return items.indices.contains(place) ? items[place] : nil
    }

    private func nodes(_ test: (PageOutline) -> Bool) -> [PageOutline] {
        var found: [PageOutline] = []
        func walk(_ node: PageOutline) {
            if test(node) { found.append(node) }
            node.children.forEach(walk)
        }
        walk(root)
        return found
    }

    /// The things that are called so: by their own names first, then by their kind.
    func items(called noun: String) -> [PageOutline] {
        let words = Words(noun).list
        guard let last = words.last else { return groups.first ?? [] }
        let stem = NearWords.stem(last)
        let hinted = groups.first { items in
            items.allSatisfy { item in
                (item.hints + [item.tag]).contains {
                    Words.ofIdentifier($0).list.contains { NearWords.stem($0) == stem }
                }
            }
        }
        let role = Nouns.role(last)
        var items = hinted ?? role.map { self.items($0) } ?? []
        if items.isEmpty { items = groups.first ?? [] }
        // "unread messages", "completed tasks": what the page calls so.
        let adjectives = words.dropLast().filter { !["all", "the"].contains($0) }
        for adjective in adjectives {
            let stem = NearWords.stem(adjective)
            let called = items.filter { item in
                item.hints.contains { Words.ofIdentifier($0).list.contains { NearWords.stem($0) == stem } }
            }
            if !called.isEmpty { items = called }
        }
        return items
    }

    /// How many there are.
    func count(_ noun: String) -> Int? {
        let words = Words(noun).list
        guard !words.isEmpty else { return nil }
        // The page may say so itself: "3 items left".
        if words.count > 1 || ["result", "results"].contains(words[0]) {
            for node in nodes({ $0.children.isEmpty || $0.fullText.count < 80 }) {
                let said = Words(node.fullText).list
                guard said.count < 12, let number = said.firstIndex(where: { Int($0) != nil }) else { continue }
                let after = said[(number + 1)...].prefix(words.count)
                if after.count == words.count, zip(after, words).allSatisfy({ NearWords.nearness($0, $1) > 0.9 }) {
                    return Int(said[number])
                }
            }
        }
        let items = items(called: noun)
        return items.isEmpty ? nil : items.count
    }

    // MARK: Things by name

    /// The parts of the page that a scope means, the likeliest first.
    func places(_ scope: ElementScope) -> [PageOutline] {
        if scope.name.isEmpty {
            guard let role = scope.role ?? (scope.position != nil ? .item : nil) else { return [] }
            if let position = scope.position { return item(role, position).map { [$0] } ?? [] }
            return items(role)
        }
        let wanted = Words(scope.name)
        var likeness = NameLikeness(scope.name)
        var found: [(node: PageOutline, score: Double)] = []
        let records = tables.flatMap(\.rows) + groups.flatMap { $0 }
        for record in records {
            let text = Words(record.fullText)
            guard text.list.count < 400 else { continue }
            let held = ScopeMatcher.holding(text, wanted)
            guard held > 0.5 else { continue }
            // Better where it is a part by itself, and where little else is said.
            let isPart = record.firstNode { $0.children.isEmpty && Words($0.text).list == wanted.list } != nil
            found.append((record, held + (isPart ? 0.3 : 0) - Double(min(text.list.count, 200)) / 2000))
        }
        for node in nodes({ !$0.children.isEmpty && $0.tag != "body" && $0.tag != "page" }) {
            let label = likeness.of(Words(node.label))
            let heading =
                node.children.first {
                    $0.tag.hasPrefix("h") || $0.tag == "legend" || $0.tag == "summary" || $0.tag == "caption"
                }.map { likeness.of(Words($0.fullText)) } ?? 0
            let hint = node.hints.map { likeness.of(.ofIdentifier($0)) }.max() ?? 0
            let score = max(label, heading, hint * 0.9)
            if score > 0.8 { found.append((node, score + 0.15)) }
        }
        return found.sorted { $0.score > $1.score }.map(\.node)
    }

    /// What is called so, whatever it is.
    func named(_ name: String) -> PageOutline? {
        var likeness = NameLikeness(name)
        let all = nodes { $0.children.isEmpty && !$0.text.isEmpty }
        return all.map { ($0, likeness.of(Words($0.text))) }.max { $0.1 < $1.1 }.flatMap { $0.1 > 0.6 ? $0.0 : nil }
    }

    /// The cell of a row under a column's header.
    func cell(_ what: String, in row: PageOutline) -> String? {
        var likeness = NameLikeness(what)
        for table in tables where table.rows.contains(row) {
            let scored = table.headers.map { likeness.of(Words($0)) }
            guard let best = scored.indices.max(by: { scored[$0] < scored[$1] }), scored[best] > 0.7,
                row.children.indices.contains(best)
            else { continue }
            return row.children[best].fullText
        }
        return nil
    }
}
