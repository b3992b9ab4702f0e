//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser

/// The manual page, made of the same declarations as `--help`, in the macros of man(7).
enum ManualPage {
    /// The page's source.
    static var text: String {
        guard let root = try? JSONValue(parsing: DashboardCLI._dumpHelp().utf8)["command"] else { return "" }
        var page = ManualText()
        page.lines.append(#".TH DASHBOARD\-CLI 1 "" "Stepcast \#(Release.version)" "User Commands""#)
        page.section("NAME")
        page.paragraph("dashboard-cli - \(phrase(root["abstract"]?.string ?? ""))")
        page.section("SYNOPSIS")
        page.lines += [".B dashboard\\-cli", ".I command", ".RI [ options ]"]
        page.section("DESCRIPTION")
        page.paragraph(
            "dashboard-cli starts runs of browser agents at an agent-api, and follows them through a stream-gateway. "
                + "Records go to standard output, everything else to standard error."
        )
        page.section("COMMANDS")
        for command in root["subcommands"]?.array ?? [] where isShown(command) { describe(command, in: &page) }
        page.preformatted(root["discussion"]?.string ?? "")
        page.section("COMPLETION")
        page.paragraph("Commands, options, and the names of runs, batches and sessions are completed:")
        page.lines += [
            ".nf", #"bash: source <(dashboard\-cli \-\-generate\-completion\-script bash)"#,
            #"zsh:  dashboard\-cli \-\-generate\-completion\-script zsh > ~/.zfunc/_dashboard\-cli"#,
            #"fish: dashboard\-cli \-\-generate\-completion\-script fish | source"#, ".fi",
        ]
        return page.lines.joined(separator: "\n") + "\n"
    }

    private static func isShown(_ value: JSONValue) -> Bool {
        value["shouldDisplay"] != .bool(false) && value["commandName"]?.string != "help"
    }

    private static func describe(_ command: JSONValue, in page: inout ManualText) {
        let name = command["commandName"]?.string ?? ""
        let arguments = (command["arguments"]?.array ?? []).filter(isShown)
        let places = arguments.filter { $0["kind"]?.string == "positional" }
        let words = places.map { argument -> String in
            let word = "<\(argument["valueName"]?.string ?? "")>" + (argument["isRepeating"] == .bool(true) ? "…" : "")
            return argument["isOptional"] == .bool(true) ? "[\(word)]" : word
        }
        page.lines.append(".SS \(ManualText.escaped(([name] + words).joined(separator: " ")))")
        page.paragraph(command["abstract"]?.string ?? "")
        if let discussion = command["discussion"]?.string {
            for line in discussion.split(separator: "\n") {
                page.lines.append(".PP")
                page.paragraph(String(line))
            }
        }
        for argument in arguments where !["version", "help"].contains(argument["valueName"]?.string) {
            page.lines += [".TP", ".B " + ManualText.escaped(synopsis(of: argument))]
            var text = argument["abstract"]?.string ?? ""
            if let standard = argument["defaultValue"]?.string, !text.contains("(default:") {
                text += " (default: \(standard))"
            }
            if let values = argument["allValues"]?.array?.compactMap(\.string), !values.isEmpty {
                text += " One of \(values.joined(separator: ", "))."
            }
            page.paragraph(text)
        }
    }

    private static func synopsis(of argument: JSONValue) -> String {
        let value = argument["valueName"]?.string ?? ""
        guard argument["kind"]?.string != "positional" else { return "<\(value)>" }
        let names = (argument["names"]?.array ?? []).compactMap { name -> String? in
            guard let text = name["name"]?.string else { return nil }
            return (name["kind"]?.string == "long" ? "--" : "-") + text
        }
        let all = names.sorted { $0.count < $1.count }.joined(separator: ", ")
        return argument["kind"]?.string == "option" ? "\(all) <\(value)>" : all
    }

    /// As it stands behind a name: without a capital and a full stop.
    private static func phrase(_ sentence: String) -> String {
        let text = sentence.hasSuffix(".") ? sentence.dropLast() : sentence[...]
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

private struct ManualText {
    var lines: [String] = []

    mutating func section(_ name: String) { lines.append(".SH \(name)") }

    mutating func paragraph(_ text: String) {
        // A new sentence on a line of its own, as the formatter wants it.
        for line in text.split(separator: "\n") where !line.isEmpty { lines.append(Self.escaped(String(line))) }
    }

    /// Text with headings in capitals, and lines that stay as they are.
    mutating func preformatted(_ text: String) {
        var isOpen = false
        for line in text.split(separator: "\n") {
            if line.allSatisfy({ $0.isUppercase || $0 == " " }) {
                if isOpen { lines.append(".fi") }
                section(String(line))
                lines.append(".nf")
                isOpen = true
            } else {
                lines.append(Self.escaped(String(line.trimmingPrefix("  "))))
            }
        }
        if isOpen { lines.append(".fi") }
    }

    /// The text, nothing of which is a request or an escape of the formatter.
    static func escaped(_ text: String) -> String {
        let text = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }
}
