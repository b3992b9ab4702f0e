//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reading from the page, and files.
extension StepParser {
    func reading(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what to read") }
        var rest = rest
        if opening.key == "look at" || opening.key == "show" {
            return [.find(placed(TargetGrammar.target(rest)), query(rest))]
        }
        for filler in [["me"], ["us"], ["out"], ["back"], ["to", "me"], ["down"], ["that"], ["about"]]
        where rest.starts(with: filler) && rest.count > filler.count {
            rest = rest.dropFirst(filler.count)
        }
        if let verb = Verb.match(rest), [.count, .ask].contains(verb.verb) {
            return [.read(QueryGrammar.question(rest))]
        }
        // "tell me if …", "report whether …"
        if let first = rest.first, ["if", "whether"].contains(first.key), rest.count > 1 {
            let condition = try ConditionGrammar.condition(rest.dropFirst())
            return [.read(Query(spoken: rest.text, form: .whether(condition)))]
        }
        return [.read(query(rest))]
    }

    private func query(_ phrase: Phrase) -> Query {
        var query = QueryGrammar.query(phrase)
        if let place, case .value(let what, nil) = query.form { query.form = .value(what, of: place.scope) }
        return query
    }

    func counting(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what to count") }
        return [.read(QueryGrammar.count(rest))]
    }

    func finding(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what to find") }
        if let first = rest.first, first.key == "out", rest.count > 1 {
            return try reading(rest.dropFirst(), rest.prefix(1))
        }
        if let verb = Verb.match(rest), [.count, .ask].contains(verb.verb) {
            return [.read(QueryGrammar.question(rest))]
        }
        return [.find(placed(TargetGrammar.target(rest)), query(rest))]
    }

    func copying(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what to copy") }
        var rest = rest
        // "copy the text and paste it into …" is two steps; "copy X from A to B" is one.
        if let (what, field) = rest.split(atLast: ["into", "to"]), !field.isEmpty {
            var source = what
            if source.ends(with: ["over"]) { source = source.dropLast() }
            return [.fill(placed(TargetGrammar.target(field)), .found(query(source), orElse: nil))]
        }
        for ending in [["to", "the", "clipboard"]] where rest.ends(with: ending) { rest = rest.dropLast(ending.count) }
        return [.copy(query(rest))]
    }

    func uploading(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("which file to upload") }
        var files = rest
        var field = Target.unnamed
        if let (what, place) = rest.split(atFirst: ["to", "into", "in", "as", "using", "with", "for"]) {
            files = what
            let isVague = ["site", "page", "website", "form", "it"].contains(place.withoutArticle.key)
            if !isVague { field = TargetGrammar.target(place) }
        }
        let names = files.listed().map { part in
            var name = part.trimmed.withoutArticle
            if let first = name.first, ["file", "files", "picture", "document", "image"].contains(first.key),
                name.count > 1
            {
                name = name.dropFirst()
            }
            if name.count > 1, let last = name.last, ["file", "files"].contains(last.key) { name = name.dropLast() }
            return name.text
        }
        return [.upload(names, to: placed(field))]
    }

    func downloading(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { return [.download(Target(ElementDescription(name: "download")))] }
        var target = TargetGrammar.target(rest)
        // "download the report": a link "Report", "Download report" or "Download" in what is called so.
        target.meanings.insert(ElementDescription(name: "download " + rest.withoutArticle.text), at: 0)
        target.meanings.append(ElementDescription(name: "download", scopes: LocationGrammar.scopes(.inside, rest)))
        if ["file", "it", "document", "report", "attachment"].contains(rest.withoutArticle.key) {
            target.meanings.append(ElementDescription(name: "download"))
        }
        return [.download(placed(target))]
    }
}
