//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a script in a document tells of it.
protocol FrameContent: Sendable {
    /// The function of the script that tells it; it is given the number up to which elements are known.
    static var function: String { get }

    /// Reads the script's answer.
    ///
    /// - Throws: `BrowserError.protocolError` when it is none.
    init(_ answer: DevToolsValue) throws(BrowserError)
}

/// What every answer of the script in a document tells.
struct FrameSummary: Sendable {
    var title: String
    /// The numbers of the elements whose nodes come along.
    var nodes: [Int]
    /// The last number given.
    var last: Int
    /// Whether there was too much to list all of it.
    var isCut: Bool
    var pagesAbove: Double
    var pagesBelow: Double
    var window: Box

    init(_ answer: DevToolsValue) {
        title = answer["title"]?.string ?? ""
        nodes = (answer["nodes"]?.array ?? []).compactMap(\.integer)
        last = answer["last"]?.integer ?? 0
        isCut = answer["cut"]?.bool ?? false
        let size = Self.numbers(answer["window"])
        let page = Self.numbers(answer["page"])
        let height = size.count > 1 ? max(size[1], 1) : 1
        window = Box(x: 0, y: 0, width: size.first ?? 0, height: height)
        pagesAbove = page.count > 1 ? max(0, page[1] / height) : 0
        pagesBelow = page.count > 3 ? max(0, (page[3] - height - page[1]) / height) : 0
    }

    static func numbers(_ value: DevToolsValue?) -> [Double] { (value?.array ?? []).map { $0.number ?? 0 } }
}
