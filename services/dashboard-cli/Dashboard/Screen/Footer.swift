//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The lines at the bottom of a terminal that say how things are now, below a log that scrolls. What else is written
/// appears above them.
actor Footer {
    private let output: any TextOutput
    private let notices: any TextOutput
    private let terminal: Terminal
    private let style: Style
    private var lines: [ScreenLine] = []
    /// What stands there: its lines, the last one without a line end.
    private var shown: [ScreenLine] = []
    private var isBusy = false

    init(output: any TextOutput, notices: any TextOutput, terminal: Terminal, style: Style) {
        self.output = output
        self.notices = notices
        self.terminal = terminal
        self.style = style
    }

    /// Where text goes that is to appear above the lines.
    enum Target: Sendable {
        case output, notices
    }

    /// - Throws: what the output throws.
    func write(_ text: String, to target: Target) async throws {
        let base = target == .output ? output : notices
        try await exclusively {
            let erasure = erasure
            shown = []
            if !erasure.isEmpty { try await output.write(erasure) }
            try await base.write(text)
            try await draw()
        }
    }

    /// Shows other lines.
    func show(_ lines: [ScreenLine]) async throws {
        try await exclusively {
            self.lines = lines
            try await draw()
        }
    }

    /// Takes the lines away; what is written from now on is all there is.
    func end() async {
        try? await exclusively {
            lines = []
            try await draw()
        }
    }

    /// One at a time: between two pieces of a write, another must not draw.
    private func exclusively(_ body: () async throws -> Void) async throws {
        while isBusy {
            try await Task.sleep(for: .milliseconds(2))
        }
        isBusy = true
        defer { isBusy = false }
        try await body()
    }

    private func draw() async throws {
        guard !terminal.isStopped else { return }
        let size = terminal.size
        // The last column stays free: a terminal that is made wider or narrower breaks the line then.
        let next = lines.prefix(max(0, size.rows - 1)).map { $0.cut(to: max(1, size.columns - 1)) }
        guard Array(next) != shown else { return }
        let text = erasure + next.map { $0.text(style) }.joined(separator: "\n")
        shown = Array(next)
        if !text.isEmpty { try await output.write(text) }
    }

    /// What erases the lines that stand there, and leaves the cursor where the first began. A terminal that became
    /// narrower has broken them.
    private var erasure: String {
        guard !shown.isEmpty else { return "" }
        let columns = terminal.size.columns
        let rows = shown.reduce(0) { $0 + max(1, ($1.columns + columns - 1) / max(1, columns)) }
        return "\r" + (rows > 1 ? "\u{1b}[\(rows - 1)A" : "") + "\u{1b}[J"
    }
}

/// Writes above a footer.
struct OutputAboveFooter: TextOutput {
    let footer: Footer
    let target: Footer.Target
    let base: any TextOutput

    func write(_ text: String) async throws { try await footer.write(text, to: target) }

    func check() throws { try base.check() }

    var isClosed: Bool { base.isClosed }
}
