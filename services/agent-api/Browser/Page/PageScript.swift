//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The script that each frame gets in our isolated world, where the page neither sees it nor can change it.
enum PageScript {
    /// - `stepcast` tells what a person reads on the page.
    /// - `look` lists the page's elements and acts on them. It numbers the elements that it lists, and keeps the numbers for
    ///   as long as the document lives. Everything else, such as which numbers are shown to a planner, is decided outside.
    static let source =
        program(Embedded.textJS, Embedded.outlineJS, Embedded.stepcastJS)
        + program(
            Embedded.treeJS,
            Embedded.namingJS,
            Embedded.identityJS,
            Embedded.visibilityJS,
            Embedded.usabilityJS,
            Embedded.collectorJS,
            Embedded.walkJS,
            Embedded.snapshotJS,
            Embedded.actionsJS,
            Embedded.fieldsJS,
            Embedded.scrollingJS,
            Embedded.effectsJS,
            Embedded.slidersJS,
            Embedded.searchingJS,
            Embedded.marksJS,
            Embedded.confidentialJS,
            Embedded.drawingJS,
            Embedded.meaningJS,
            Embedded.tellingJS,
            Embedded.surveyJS,
            Embedded.lookJS
        )

    /// Files that share one scope, out of which only the last one puts something into the world.
    private static func program(_ files: String...) -> String {
        "(() => {\n'use strict';\n" + files.joined(separator: "\n") + "})();\n"
    }
}
