//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The pages of recorded runs. They only change together with the recordings.
enum RecordedPages {
    /// The HTML for a path and query.
    static func page(_ target: String) -> String? {
        switch target.prefix(while: { $0 != "?" }) {
        case "/": start
        case "/saved": "<!doctype html><title>Saved</title><h1>Saved</h1><p>Your order is saved.</p>"
        case "/other": "<!doctype html><title>Other</title><h1>Another tab</h1>"
        case "/login": login
        case "/welcome": welcome
        case "/download/report.csv": "month,total\n1,42\n"
        default: nil
        }
    }

    /// A download starts a second after its button was clicked, so that it ends during a wait and not next to another
    /// line.
    private static let start = """
        <!doctype html><title>Order</title><h1>Order</h1>
        <form action=/saved>
        <label>Name <input name=name></label>
        <label>Password <input name=password type=password></label>
        <label><input type=checkbox name=news> Newsletter</label>
        <label>Size <select name=size><option>Small<option>Large</select></label>
        <button>Send</button>
        </form>
        <section aria-label=First><h2>First</h2><button type=button>Keep</button></section>
        <section aria-label=Second><h2>Second</h2><button type=button>Keep</button></section>
        <p>Total: 42 EUR</p>
        <p><button onclick="alert('Take care')">Warn</button></p>
        <p><a href=/other target=_blank>Elsewhere</a></p>
        <p><button onclick="setTimeout(() => { location = '/download/report.csv' }, 1000)">Get the report</button></p>
        """

    private static let login = """
        <!doctype html><title>Sign in</title><form action=/welcome>
        <label>User <input name=user></label>
        <label>Password <input name=password type=password></label>
        <button>Sign in</button></form>
        """

    /// Shows what was typed, in its text and its address.
    private static let welcome = """
        <!doctype html><title>Welcome</title><h1>Welcome</h1><p id=said></p>
        <script>
        document.getElementById('said').textContent =
          'Your password is ' + new URLSearchParams(location.search).get('password');
        </script>
        """
}
