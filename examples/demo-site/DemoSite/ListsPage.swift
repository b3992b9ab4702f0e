//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Lists to read, and select boxes, checkboxes and radio buttons to choose from.
enum ListsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("lists") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Lists and choices",
        content: """
            <h1>Lists and choices</h1>
            <h2>Planets</h2>
            <ol id="planets">
            <li>Mercury</li><li>Venus</li><li>Earth</li><li>Mars</li>
            <li>Jupiter</li><li>Saturn</li><li>Uranus</li><li>Neptune</li>
            </ol>
            <h2>Shopping</h2>
            <ul id="shopping"><li>Bread</li><li>Milk <b>(two bottles)</b></li><li>Apples</li></ul>
            <form id="choices" onsubmit="return false">
            <div class="field"><label for="colour">Colour</label>
            <select id="colour" name="colour">
            <option value="">Please choose</option><option value="red">Red</option><option value="green">Green</option>
            <option value="blue">Blue</option><option value="black" disabled>Black (sold out)</option>
            </select></div>
            <div class="field"><label for="fruits">Fruits</label>
            <select id="fruits" name="fruits" multiple size="3">
            <option>Apple</option><option>Banana</option><option>Cherry</option>
            </select></div>
            <fieldset><legend>Extras</legend>
            <label><input type="checkbox" name="extra" value="gift">Gift wrap</label>
            <label><input type="checkbox" name="extra" value="news" checked>Newsletter</label>
            <label><input type="checkbox" name="extra" value="gold" disabled>Gold member</label>
            </fieldset>
            <fieldset><legend>Delivery</legend>
            <label><input type="radio" name="delivery" value="post" checked>By post</label>
            <label><input type="radio" name="delivery" value="bike">By bicycle</label>
            <label><input type="radio" name="delivery" value="pickup">Pick up</label>
            </fieldset>
            </form>
            <p id="status" role="status"></p>
            """,
        script: """
            const form = document.getElementById("choices");
            function show() {
              const all = (name) => new FormData(form).getAll(name).join("+") || "none";
              document.getElementById("status").textContent = `colour: ${all("colour")}, fruits: ${all("fruits")}, ` +
                `extras: ${all("extra")}, delivery: ${all("delivery")}`;
            }
            form.addEventListener("change", show);
            show();
            """
    )
}
