//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The script with which a page's elements are listed and acted on. Each frame has it in our isolated world, as `look`:
/// the page neither sees it nor can change it.
///
/// It numbers the elements that it lists, and keeps the numbers for as long as the document lives. Everything else,
/// such as which numbers are shown to a planner, is decided outside.
enum ElementScript {
    static let source =
        "globalThis.look = (() => {\n'use strict';\n" + identity + tree + naming + visibility + interactive
        + collecting + walking + telling + acting + filling + entering + exports + "})();\n"

    private static let exports = """
        return {
          snapshot, adopt, mark, ready, through, frames, label, secret, focus, held, setValue, choose, options,
          takesSeveral, isChecked, content, scroll, reveal, findText, origins, enterConfidential, cursor, enterAtCursor, heldTexts,
        };

        """
}
