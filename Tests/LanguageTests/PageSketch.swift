//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

@testable import Instructions

/// Builds pages by hand: a tree of nodes, without a browser.
struct PageSketch {
    private(set) var nodes: [PageNode] = []
    private var open: [Int] = []

    /// Adds a node, and what `content` adds in it.
    mutating func add(
        _ role: String,
        _ name: String = "",
        text: String? = nil,
        change: (inout PageNode) -> Void = { _ in },
        content: (inout PageSketch) -> Void = { _ in }
    ) {
        let index = nodes.count
        var node = PageNode(
            parent: open.last,
            reference: ElementReference(session: "s", backendNode: index + 1),
            tag: "div",
            role: role,
            name: name
        )
        node.isInteractive = ["button", "link", "textbox", "checkbox", "radio", "combobox", "tab"].contains(role)
        node.isEditable = role == "textbox"
        node.text = text ?? (role == "textbox" || role == "combobox" ? "" : name)
        change(&node)
        nodes.append(node)
        open.append(index)
        content(&self)
        open.removeLast()
        if text == nil, nodes.count > index + 1 {
            nodes[index].text = nodes[(index + 1)...].filter { $0.parent == index }.map(\.text).filter { !$0.isEmpty }
                .joined(separator: " ")
        }
    }

    var view: PageView { PageView(url: "http://site.test/", nodes: nodes) }

    func resolver(_ memory: Memory = Memory()) -> Resolver { Resolver(page: PageIndex(view), memory: memory) }

    static func page(_ content: (inout PageSketch) -> Void) -> PageSketch {
        var sketch = PageSketch()
        sketch.add("main", content: content)
        return sketch
    }

    /// Rows with a name and two buttons.
    static let users = page { page in
        page.add("heading", "Users")
        page.add(
            "list",
            content: { list in
                for name in ["Ada Byron", "Grace Hopper", "Alan Turing"] {
                    list.add(
                        "listitem",
                        change: { $0.isRepeated = true },
                        content: { item in
                            item.add("text", name)
                            item.add("button", "Edit")
                            item.add("button", "Delete")
                        }
                    )
                }
            }
        )
    }

    static let address = page { page in
        for part in ["Shipping address", "Billing address"] {
            page.add(
                "group",
                part,
                content: { group in
                    group.add("heading", part, change: { $0.level = 2 })
                    for field in ["Name", "City"] { group.add("textbox", field) }
                }
            )
        }
        page.add(
            "combobox",
            "Country",
            change: { $0.options = ["Austria", "Belgium", "New Guinea", "Guinea"].map { PageOption(label: $0) } }
        )
        page.add("checkbox", "I accept the terms", change: { $0.isChecked = false })
        page.add("button", "Send")
        page.add("button", "Save and close")
    }
}

extension PageSketch {
    /// A question about cookies.
    static let cookies = page { page in
        for name in ["Accept all", "Only necessary", "Settings"] { page.add("button", name) }
    }

    /// Filters, and items with boxes of their own.
    static let facets = page { page in
        page.add(
            "group",
            "Brand",
            content: { group in
                for name in ["Falcon", "Harbour", "Meadow"] {
                    group.add("checkbox", name, change: { $0.isChecked = false })
                }
            }
        )
        page.add("checkbox", "In stock only", change: { $0.isChecked = false })
        page.add(
            "list",
            content: { list in
                for name in ["Falcon 10", "Harbour 20"] {
                    list.add(
                        "listitem",
                        content: { item in
                            item.add("text", name)
                            item.add("checkbox", "Compare", change: { $0.isChecked = false })
                        }
                    )
                }
            }
        )
    }

    static let slides = page { page in
        for name in ["Previous slide", "Next slide", "Slide 1", "Slide 2", "Slide 3"] { page.add("button", name) }
        page.add("button", "Save for later")
        page.add("combobox", "Team", change: { $0.hasPopup = true })
        page.add("button", "Do not disturb")
    }

    /// Mails with icons that only their classes name.
    static let mails = page { page in
        for name in ["Ada", "Grace"] {
            page.add(
                "",
                change: {
                    $0.isRepeated = true
                    $0.isInteractive = true
                    $0.hints = ["mail"]
                },
                content: { mail in
                    mail.add("text", name)
                    for icon in ["star", "trash"] {
                        mail.add(
                            "",
                            text: "",
                            change: {
                                $0.hints = [icon]
                                $0.shape = "square"
                                $0.box = Box(x: 0, y: 0, width: 12, height: 12)
                            }
                        )
                    }
                }
            )
        }
    }
}

/// What a sentence comes to on a page: the actions in short, or why it is refused.
func outcome(_ sentence: String, on page: PageSketch) -> String {
    guard let step = StepGrammar.steps(of: sentence).first else { return "no step" }
    let resolver = page.resolver()
    var refusal: Refusal?
    for deed in step.deeds {
        do {
            let plan = try resolver.plan(deed)
            return describe(plan, resolver)
        } catch {
            refusal = refusal.map { resolver.worse($0, error) } ?? error
        }
    }
    return "refused: \(refusal?.description ?? "not understood")"
}

private func describe(_ plan: Plan, _ resolver: Resolver) -> String {
    if let reading = plan.reading { return "answer: \(reading.answer)" }
    let actions = plan.actions.map { action in
        switch action {
        case .click(let seen, _): "click \(seen.name) in \(seen.item)"
        case .type(let text, let seen, _): "type \(text.text) into \(seen.name) (\(place(seen, resolver)))"
        case .setChecked(let seen, let isOn): "check \(seen.name) \(isOn)"
        case .select(let options, let seen, _): "select \(options.map(\.name).joined(separator: "+")) in \(seen.name)"
        default: "\(action)"
        }
    }
    let deeds = plan.deeds.flatMap { deed -> [String] in
        guard let inner = try? resolver.plan(deed) else { return ["? \(deed.title)"] }
        return [describe(inner, resolver)]
    }
    return (actions + deeds).joined(separator: "; ")
}

private func place(_ seen: Seen, _ resolver: Resolver) -> String {
    guard let index = resolver.finder.index(of: seen) else { return "" }
    return resolver.page.view.ancestors(of: index).map { resolver.page.nodes[$0].name }.first { !$0.isEmpty } ?? ""
}
