//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Neighbour {
    private static func stepper(_ less: String, _ more: String, _ name: String) -> String {
        """
        <div class=line><b>\(name)</b> <span class=c style="cursor:pointer" data-by=-1>\(less)</span>
        <em data-n="\(name)">1</em> <span class=c style="cursor:pointer" data-by=1>\(more)</span></div>
        """
    }

    private static let counts = """
        <script>document.addEventListener('click', e => {
          if (!e.target.dataset.by) return
          const number = e.target.closest('.line').querySelector('em')
          number.textContent = Number(number.textContent) + Number(e.target.dataset.by)
          say([...document.querySelectorAll('em')].map(n => n.dataset.n + ' ' + n.textContent).join())
        })</script>
        """

    /// Numbers that only clicks change.
    static let counters = [
        Neighbour(
            "Set the number of adults to 4 and read the status",
            "Adults 4,Children 1",
            stepper("–", "+", "Adults") + stepper("–", "+", "Children") + counts
        ),
        Neighbour(
            "Decrease Children by 1, then read the status",
            "Adults 1,Children 0",
            stepper("-", "+", "Adults") + stepper("-", "+", "Children") + counts
        ),
        Neighbour("Add one more lamp and read the status", "Lamp 2", stepper("−", "+", "Lamp") + counts),
        Neighbour("Set Pets to 2", nil, stepper("–", "+", "Adults") + stepper("–", "+", "Children") + counts),
        Neighbour("Set Adults to 3", nil, stepper("–", "+", "Adults") + stepper("–", "+", "Adults") + counts),
        // Nothing counts: the number stays as it is.
        Neighbour("Set Adults to 3", nil, stepper("–", "+", "Adults")),
    ]

    private static func calendar(_ opener: String) -> String {
        """
        <style>.o i, .o u { cursor: pointer }</style>\(opener)<div class=o id=o></div><script>
        const names = ['January', 'February', 'March', 'April', 'May', 'June', 'July']
        let month = 4
        const draw = () => {
          document.getElementById('o').innerHTML = `<u data-by=-1>‹</u><b>${names[month]} 2027</b><u data-by=1>›</u><br>`
            + Array.from({ length: 30 }, (_, i) => `<i>${i + 1}</i> `).join('')
        }
        document.getElementById('w').addEventListener('click', draw)
        document.getElementById('o').addEventListener('click', e => {
          if (e.target.dataset.by) { month += Number(e.target.dataset.by); return draw() }
          if (e.target.localName !== 'i') return
          const day = `${e.target.textContent} ${names[month]} 2027`, field = document.getElementById('w')
          field.localName === 'input' ? field.value = day : field.textContent = day
          document.getElementById('o').innerHTML = ''; say('on ' + day)
        })</script>
        """
    }

    /// Days that are chosen in a calendar that the page draws.
    static let calendars = [
        Neighbour(
            "Set Arrival to 12 June 2027 and read the status",
            "on 12 June 2027",
            calendar("<p>Arrival <button id=w type=button>Choose</button></p>")
        ),
        Neighbour(
            "Set Arrival to 12 April 2027, then read the status",
            "on 12 April 2027",
            calendar("<p>Arrival <span id=w tabindex=0 style='cursor:pointer'>Choose</span></p>")
        ),
        Neighbour(
            "Set Arrival to 3 May 2027 and read the status",
            "on 3 May 2027",
            calendar("<label>Arrival <input id=w readonly></label>")
        ),
        Neighbour("Set Return to 3 May 2027", nil, calendar("<p>Arrival <button id=w>Choose</button></p>")),
    ]

    private static let banner = """
        <div><p>We use cookies on this site, as nearly everybody does. Which of them may we set?</p>
        <button onclick="say('all')">Accept all</button> <button onclick="say('necessary')">Only necessary</button></div>
        """
    private static let legal = """
        <p onclick="l.hidden = !l.hidden" style="cursor:pointer">Legal ▾</p>
        <div id=l hidden><a href=# onclick="say('imprint'); return false">Imprint</a></div>
        """
    private static func goods(_ prices: [String]) -> String {
        "<div id=goods>"
            + zip(["Mug", "Jug", "Cup"], prices).map { name, price in
                "<div class=p><b>\(name)</b><span> \(price) </span><button onclick=\"say('bought \(name)')\">Buy</button></div>"
            }.joined() + "</div>"
    }

    /// What is plain to people.
    static let plain = [
        Neighbour("Accept only the necessary cookies and read the status", "necessary", banner),
        Neighbour("Accept only the statistical cookies", nil, banner),
        Neighbour("Click the link Imprint and read the status", "imprint", legal),
        Neighbour("Click the link Jobs", nil, legal),
        Neighbour("Buy the cheapest product and read the status", "bought Jug", goods(["€ 9", "€ 4", "€ 7"])),
        Neighbour(
            "Buy the most expensive product, then read the status",
            "bought Mug",
            goods(["€ 9", "<s>€ 20</s> € 4", "€ 7"])
        ),
        // Nobody knows which of the two amounts is the price.
        Neighbour("Buy the cheapest product", nil, goods(["€ 9", "€ 4 or € 12 later", "€ 7"])),
        Neighbour(
            "Open Papers and read the status",
            "opened",
            "<div><i style='cursor:pointer' onclick=\"say('opened'); this.textContent = '▾'\">▸</i> <b>Papers</b></div>"
        ),
        Neighbour(
            "On the Address tab, click Save and read the status",
            "address saved",
            """
            <div class=tabs><span onclick="b.hidden = !(a.hidden = false)">Person</span>
            <span onclick="a.hidden = !(b.hidden = false)">Address</span></div>
            <div id=a><button onclick="say('person saved')">Save</button></div>
            <div id=b hidden><button onclick="say('address saved')">Save</button></div>
            """
        ),
        Neighbour(
            "Type Elm Road into Street and read the status",
            "Elm Road",
            "<p>Name <input> Street <input oninput=\"say(this.value)\"></p>"
        ),
        Neighbour(
            "Archive the mails of Ann and Ben, then read the status",
            "archived Ann,Ben",
            """
            <div id=t></div><ul><li><input type=checkbox> Ann <em>Tea</em><li><input type=checkbox> Ben <em>Cake</em>
            <li><input type=checkbox> Cleo <em>Milk</em></ul><script>
            const on = () => [...document.querySelectorAll('li')].filter(l => l.firstChild.checked)
            document.addEventListener('change', () => { document.getElementById('t').innerHTML = on().length
              ? `<button onclick="say('archived ' + on().map(l => l.innerText.trim().split(' ')[0]))">Archive</button>` : '' })
            </script>
            """
        ),
        Neighbour(
            "Click New and do not save the picture, then read the status",
            "thrown away",
            """
            <button onclick="d.hidden = false">New</button><div id=d hidden>Save it first?
            <button onclick="say('saved')">Save</button> <button onclick="say('thrown away')">Don't save</button></div>
            """
        ),
        Neighbour(
            "Delete the row of Tom Berg and read the status",
            "gone: Berg",
            """
            <table><tr><th>Last<th>First<th><tr><td>Alm<td>Eva<td><a href=# onclick="say('gone: Alm')">delete</a>
            <tr><td>Berg<td>Tom<td><a href=# onclick="say('gone: Berg')">delete</a></table>
            """
        ),
    ]

    /// Words that have no place, or not one alone.
    static let misplaced = [
        Neighbour("Type really \"Ada\" into Name", nil, "<label>Name <input></label>"),
        Neighbour("Type \"Ada\" really into Name", nil, "<label>Name <input></label>"),
        Neighbour(
            "If the archived Send button is disabled, click Cancel",
            nil,
            "<button disabled>Send</button><button onclick=\"say('cancelled')\">Cancel</button>"
        ),
        Neighbour("Click Send and leave the archived field empty", nil, "<input value=x><button>Send</button>"),
        Neighbour(
            "Click Send and leave Nick empty, then read the status",
            "sent",
            "<label>Nick <input></label><button onclick=\"say('sent')\">Send</button>"
        ),
        Neighbour(
            "Choose the archived Red in Colour",
            nil,
            "<label>Colour <select><option>Blue<option>Red</select></label>"
        ),
    ]
}
