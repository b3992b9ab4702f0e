//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Neighbour {
    static let dialogs = [
        Neighbour(
            "Press Remove file, but answer no when asked, then read the status",
            "kept",
            "<button onclick=\"say(confirm('Really?') ? 'gone' : 'kept')\">Remove file</button>"
        ),
        Neighbour(
            "Click Rename, answer \"plan\" when asked and read the status",
            "called plan",
            "<a href=# onclick=\"say('called ' + prompt('New name')); return false\">Rename</a>"
        ),
        Neighbour(
            "Remove the row of Ben and confirm, then read the status",
            "gone: Ben",
            """
            <table><tr><td>Ann<td><button onclick="say(confirm('?') ? 'gone: Ann' : 'kept')">Remove</button>
            <tr><td>Ben<td><button onclick="say(confirm('?') ? 'gone: Ben' : 'kept')">Remove</button></table>
            """
        ),
    ]

    private static let boxes = """
        <script>
        const all = [...document.querySelectorAll('.d')]
        all.forEach((box, i) => box.addEventListener('input', () => {
          if (box.value && all[i + 1]) all[i + 1].focus()
          say('ticket ' + all.map(b => b.value).join(''))
        }))
        </script>
        """

    static let typing = [
        Neighbour(
            "Enter 4711 as the ticket number and read the status",
            "ticket 4711",
            "<fieldset><legend>Ticket number</legend>"
                + String(repeating: "<input class=d maxlength=1 size=1 style='width:2em'>", count: 4) + "</fieldset>"
                + boxes
        ),
        Neighbour(
            "Type 4711 into the ticket number, then read the status",
            "ticket 4711",
            "<h3>Ticket number</h3><div>"
                + String(repeating: "<input class=d type=tel maxlength=1 style='width:2em'>", count: 4) + "</div>"
                + boxes
        ),
        Neighbour(
            "Enter abc into Nick and read the status",
            "3 keys, abc",
            """
            <label>Nick <input id=n></label><script>let keys = 0
            document.getElementById('n').onkeyup = e => { keys++; say(keys + ' keys, ' + e.target.value) }</script>
            """
        ),
        Neighbour(
            "Write hi there into Note and read the status",
            "hi there",
            """
            <div contenteditable role=textbox aria-label=Note style="border:1px solid" id=n></div>
            <script>document.getElementById('n').addEventListener('keyup', e => say(e.target.innerText))</script>
            """
        ),
        Neighbour(
            "Append \" and milk\" to Notes, then read the status",
            "eggs and milk",
            "<label>Notes <textarea oninput=\"say(this.value)\">eggs</textarea></label>"
        ),
        Neighbour("Type x into Surname", nil, "<label>First name <input></label>"),
    ]

    private static let cities = """
        <script>
        const cities = ['Oslo', 'Osaka', 'Lima'], box = document.getElementById('c'), list = document.getElementById('l')
        box.addEventListener('input', () => setTimeout(() => {
          list.innerHTML = cities.filter(c => c.toLowerCase().startsWith(box.value.toLowerCase()))
            .map(c => `<div class=o onclick="box.value = '${c}'; list.innerHTML = ''; say('city ${c}')">${c}</div>`).join('')
        }, 400))
        </script>
        """

    static let choosing = [
        Neighbour(
            "Choose Oslo as the city and read the status",
            "city Oslo",
            "<label for=c>City</label> <input id=c autocomplete=off><div id=l></div>" + cities
        ),
        Neighbour(
            "Select Osaka in City, then read the status",
            "city Osaka",
            "<span>City</span> <input id=c role=combobox aria-label=City autocomplete=off><div id=l></div>" + cities
        ),
        Neighbour("Select Paris in City", nil, "<label for=c>City</label> <input id=c><div id=l></div>" + cities),
        Neighbour(
            "Turn on Night mode and read the status",
            "night true",
            "<label><input type=checkbox style='opacity:0;position:absolute' onchange=\"say('night ' + this.checked)\">"
                + "<span>Night mode</span></label>"
        ),
        Neighbour(
            "Switch Wi-Fi on, then read the status",
            "wifi on",
            """
            <div role=switch aria-checked=false tabindex=0 onclick="this.ariaChecked = 'true'; say('wifi on')">Wi-Fi</div>
            """
        ),
        Neighbour(
            "Pick the 14th and read the status",
            "day 14",
            "<table>"
                + (0..<4).map { week in
                    "<tr>"
                        + (1...7).map { "<td onclick=\"say('day \(week * 7 + $0)')\">\(week * 7 + $0)</td>" }.joined()
                }.joined() + "</table>"
        ),
        Neighbour(
            "Pick the 31st",
            nil,
            "<table>"
                + (0..<4).map { week in
                    "<tr>"
                        + (1...7).map { "<td onclick=\"say('day \(week * 7 + $0)')\">\(week * 7 + $0)</td>" }.joined()
                }.joined() + "</table><button>A</button><button>B</button><button>C</button>"
        ),
    ]

    private static func rows(_ status: String, _ late: Int) -> String {
        """
        <label>Filter <input id=f></label><ul id=u aria-label=Guests></ul><p id=n></p><script>
        const names = ['Ann', 'Anton', 'Ben', 'Cleo']
        const draw = () => {
          const shown = names.filter(n => n.toLowerCase().includes(document.getElementById('f').value.toLowerCase()))
          document.getElementById('u').innerHTML = shown.map(n => `<li><b>${n}</b> is a guest</li>`).join('')
          setTimeout(() => { document.getElementById('n').textContent = \(status) }, \(late))
        }
        document.getElementById('f').addEventListener('input', draw); draw()
        </script>
        """
    }

    static let counting = [
        Neighbour("How many guests are there?", "4", rows("shown.length + ' guests'", 0)),
        Neighbour(
            "Type an into the filter and tell me how many guests there are",
            "2",
            rows("shown.length + ' guests'", 1500)
        ),
        Neighbour(
            "Type an into the filter. How many guests are in the list?",
            "2",
            rows("names.length + ' guests'", 0)
        ),
        Neighbour("Type an into the filter. How many guests are there?", nil, rows("names.length + ' guests'", 0)),
        Neighbour(
            "How many orders are from Ann?",
            "2",
            """
            <h1>Orders</h1><table><tr><th>No<th>Customer<tr><td>1<td>Ann<tr><td>2<td>Ben<tr><td>3<td>Ann</table>
            """
        ),
    ]

    private static let fruits = """
        <ol id=u><li draggable=true>Apple</li><li draggable=true>Fig</li><li draggable=true>Pear</li></ol><script>
        let from
        document.addEventListener('dragstart', e => { from = e.target.closest('li') })
        document.addEventListener('dragover', e => e.preventDefault())
        document.addEventListener('drop', e => {
          const to = e.target.closest('li'), box = to.getBoundingClientRect()
          e.preventDefault()
          if (to !== from) to[e.clientY > box.y + box.height / 2 ? 'after' : 'before'](from)
          say([...document.querySelectorAll('li')].map(li => li.textContent).join())
        })
        </script>
        """

    static let moving = [
        Neighbour("Drag Pear above Apple and read the status", "Pear,Apple,Fig", fruits),
        Neighbour("Put Apple right below Fig, then read the status", "Fig,Apple,Pear", fruits),
        Neighbour("Move Pear to the 2nd position and read the status", "Apple,Pear,Fig", fruits),
        Neighbour("Drag Pear above Melon", nil, fruits),
    ]

    static let setting = [
        Neighbour(
            "Set Volume to 7 and read the status",
            "volume 7",
            "Volume <input type=range min=0 max=10 value=2 oninput=\"say('volume ' + this.value)\">"
        ),
        Neighbour(
            "Move the Brightness slider to 30, then read the status",
            "30",
            """
            <div role=slider aria-label=Brightness tabindex=0 aria-valuemin=0 aria-valuemax=100 aria-valuenow=50 id=b
              style="width:200px;height:20px;background:#ccc"></div><script>
            document.getElementById('b').addEventListener('keydown', e => {
              const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key] ?? 0
              e.target.ariaValueNow = Number(e.target.ariaValueNow) + step; say(e.target.ariaValueNow)
            })</script>
            """
        ),
        Neighbour(
            "Set Volume to 7 in the section Garden",
            nil,
            "Volume <input type=range min=0 max=10 value=2>"
        ),
    ]
}
