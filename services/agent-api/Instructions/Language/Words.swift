//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The words of the language. A synonym is added here and nowhere else.
enum Words {
    // MARK: Verbs

    /// Verbs of the language and what they ask for. Of two words, both must stand, the second one also behind the object.
    static let verbs: [String: Verb] = table([
        .go: "go to|navigate to|visit|browse to|head to|go over to|jump to|skip to|proceed to",
        .open: "open|follow|view|show|enter into",
        .click: "click on|click|tap on|tap|hit|push",
        .press: "press",
        .doubleClick: "double click|double-click|doubleclick",
        .rightClick: "right click|right-click|rightclick|context-click",
        .hover: "hover over|hover on|hover|mouse over|point at|point to|move the mouse over|move the mouse to",
        .focus: "focus into|focus on|focus|put the cursor into|put the cursor in|place the cursor in",
        .type:
            "start typing|begin typing|type in|type|enter|write down|write|input|key in|fill in|fill out|fill|put|insert|paste",
        .append: "append",
        .clear: "clear|empty|erase the text|blank",
        .assign: "set|change|adjust|make|move the slider|slide|update|switch|use|give|put down|rate|raise|lower|answer",
        .increase: "increase|increment",
        .decrease: "decrease|decrement|reduce",
        .choose: "select|choose|pick|pick out|highlight|take|opt for",
        .unchoose: "deselect|unselect",
        .check: "check|tick|mark|turn on|switch on|enable|activate|tick off|check off",
        .uncheck: "uncheck|untick|unmark|turn off|switch off|disable|deactivate",
        .toggle: "toggle|flip",
        .expand: "expand|unfold|open up|unroll",
        .collapse: "collapse|fold|fold up",
        .drag: "drag|drag and drop|drop|move",
        .scroll: "scroll|keep scrolling|page",
        .upload: "upload|attach",
        .download: "download",
        .accept: "accept|ok|okay|confirm",
        .dismiss: "dismiss|cancel",
        .wait: "wait for|wait until|wait till|wait",
        .verify:
            "make sure that|make sure|double check that|double-check that|verify that|verify|ensure that|ensure|check that|check whether|check if|assert that|confirm that|see that|expect",
        .read:
            "read|tell me|tell|report back|report to me|get|extract|give me|let me know|say|answer|state|name|find out|look up|note|determine|compute|calculate|what|what's|who|whose|where|when|which|how|is|are|does|do|count|list",
        .copy: "copy",
        .find: "find|locate|look for|look at|spot",
        .search: "search for|search|google",
        .back: "go back|navigate back|return",
        .forward: "go forward",
        .reload: "reload|refresh",
        .switchTab: "switch to|change to|go back to",
        .close: "close",
        .sortBy: "sort|order by|sort by",
        .signIn: "log in|log on|login|sign in|sign on|sign up|register",
        .submit: "submit|submit the form|send the form|send it off",
        .repeat: "keep clicking|keep pressing|repeat|keep",
        .add: "add",
        .solve: "solve|compute the answer",
        .draw: "draw",
    ])

    /// Verbs that ask for a control of the page that bears their name. Others are understood where a step begins with them.
    static let deeds: Set<String> = set(
        """
        accept add agree allow apply approve archive arrange ask assign backup ban block blog book bookmark borrow bring \
        buy call cancel cast change charge chat checkout clean clone comment commit compare complete compose confirm connect \
        continue convert create crop cut decline decrease delete deliver demote deny deploy detach disconnect discard dislike \
        dismiss display donate duplicate edit eject email empty enlarge erase exit export extend favorite favourite file filter \
        finish fix flag follow format forward generate get grant help hide hire ignore import install invite issue join jump \
        keep leave like link lock log mail manage mark merge minimise minimize move mute notify order pause pay permit pin play \
        please post preview print proceed promote publish purchase queue quit rate reactivate rebook recall receive recommend \
        record redeem redo refresh refund refuse register reject release remind remove rename renew rent reopen repeat replace \
        reply report repost request reschedule reserve reset resend resize resolve respond restart restore resume retract \
        retrieve retry retweet return reveal review revoke rotate run save schedule send settle share ship show shuffle shut sign place \
        skip snooze sort split star start stop store submit subscribe suspend swap switch sync tag take test transfer translate \
        trash try tweet unarchive unblock undo unfollow unfollow unlike unlock unmute unpin unstar unsubscribe update upgrade \
        upvote use verify view vote watch withdraw zoom
        """
    )

    /// What else pages call what a verb does, their symbols too.
    static let sameDeeds: [[String]] = [
        ["delete", "remove", "trash", "erase", "discard", "bin", "🗑", "🗑️", "×", "✕", "✖", "x", "destroy"],
        ["like", "heart", "♥", "♡", "❤", "👍", "favourite", "favorite"],
        ["star", "☆", "★", "favourite", "favorite", "important", "flag"],
        ["forward", "fwd", "pass", "➡"],
        ["reply", "respond", "answer", "↩"],
        ["share", "retweet", "repost"],
        ["edit", "change", "modify", "✎", "✏"],
        ["send", "submit", "post", "publish"],
        ["close", "dismiss", "×", "✕", "✖", "x", "hide"],
        ["save", "apply", "store", "keep"],
        ["search", "find", "go", "🔍", "look"],
        ["login", "log in", "sign in", "signin", "log on", "sign on", "enter"],
        ["register", "sign up", "signup", "create account", "join"],
        ["buy", "purchase", "order", "checkout", "check out"],
        ["order", "book", "reserve"],
        ["finish", "complete", "done"],
        ["complete", "done", "finished", "tick"],
        ["next", "continue", "proceed", "›", "»", "→", ">"],
        ["previous", "back", "‹", "«", "←", "<"],
        ["add", "create", "new", "+", "＋", "insert"],
        ["download", "save", "export", "get"],
        ["play", "▶", "start"],
        ["accept", "agree", "ok", "yes", "allow", "consent", "got it"],
        ["decline", "reject", "refuse", "no", "deny"],
        ["cancel", "abort", "no"],
        ["more", "⋮", "…", "⋯", "options", "menu"],
        ["equals", "=", "equal"], ["plus", "+"], ["minus", "-", "−"], ["times", "×", "*"], ["divide", "÷", "/"],
        ["bigger", "enlarge", "larger", "zoom in"], ["smaller", "shrink", "zoom out"],
        ["upload", "attach", "browse"],
        ["resend", "send again"],
        ["view", "show", "open", "details", "see"],
        ["borrow", "loan", "lend"],
        ["print", "🖨"], ["settings", "gear", "cog", "⚙", "preferences"],
    ]

    /// Nouns that pages and people use for the same things.
    static let sameNouns: [[String]] = [
        ["mail", "email", "e-mail", "message", "thread"], ["post", "tweet", "media", "status"],
        ["user", "person", "people", "member", "account"], ["contact", "person", "people"],
        ["product", "item", "article", "card"], ["todo", "task", "item"], ["result", "hit", "match"],
        ["picture", "image", "photo"], ["flight", "connection", "trip"], ["event", "appointment"],
    ]

    /// What stores call the same thing.
    static let sameThings: [String: String] = ["basket": "cart", "bag": "cart", "trolley": "cart"]

    /// Labels of fields that mean the same.
    static let sameLabels: [[String]] = [
        ["email", "e-mail", "email address", "e-mail address", "mail address"],
        ["phone", "telephone", "mobile", "phone number", "telephone number", "mobile number"],
        ["zip", "zip code", "postcode", "postal code", "post code"], ["surname", "last name", "family name"],
        ["forename", "first name", "given name"], ["username", "user name", "user id", "login name"],
        ["town", "city"], ["three-dot", "three dots", "more", "⋮", "…", "⋯"], ["hamburger", "menu", "☰"],
        ["cv", "curriculum vitae", "résumé"],
    ]

    // MARK: Kinds of things

    static let kinds: [String: Kind] = table([
        .button: "button|push button|pushbutton|sign|key",
        .link: "link|hyperlink|anchor",
        .field:
            "text field|textfield|text box|textbox|field|input|input field|text input|text area|textarea|input box|entry field|box|search box|search field|search bar|input textbox|text entry|form field|editor|text editor",
        .checkbox: "checkbox|check box|tick box|tickbox|switch|toggle|toggle switch",
        .radio: "radio button|radio|radiobutton|radio option",
        .list:
            "dropdown|drop-down|drop down|dropdown list|drop-down list|drop-down menu|dropdown menu|select|select box|combobox|combo box|scroll list|selection list|list box|listbox|select list|picker|chooser",
        .option: "option|choice|suggestion",
        .tab: "tab",
        .menu: "menu|menu bar|menubar|navigation|nav",
        .menuItem: "menu item|menuitem|menu entry|menu option",
        .slider: "slider|range|range slider|knob|handle",
        .section: "section|panel|accordion|part|area|region|group|fieldset|box of|pane|block|category",
        .row: "row|line|table row",
        .column: "column",
        .cell: "cell|table cell",
        .table: "table|grid|spreadsheet|sheet",
        .listGroup: "list|bullet list|ordered list|unordered list",
        .form: "form",
        .dialog: "dialog|dialogue|popup|pop-up|modal|overlay|window|dialog box|alert|banner|notice|prompt",
        .heading: "heading|headline|title|header|caption",
        .paragraph: "paragraph|text|sentence|passage",
        .image: "image|picture|photo|img|thumbnail|logo|avatar",
        .icon: "icon|symbol",
        .frame: "frame|iframe",
        .item: "item|entry|element|thing|one|ones|result|search result|list item|record|card|tile|object",
        .shape: "shape|figure|drawing|object in the drawing",
        .node: "node|tree item|folder|branch|folder or file|file or folder",
        .date: "date picker|datepicker|calendar|date field|date",
        .status: "status|status message|message line",
        .digit: "digit|number|numeral", .letter: "letter|character",
    ])

    static let ordinals: [String: Int] = {
        var table: [String: Int] = [
            "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
            "ninth": 9,
            "tenth": 10, "eleventh": 11, "twelfth": 12, "last": -1, "bottom": -1, "final": -1, "latest": -1, "top": 1,
            "topmost": 1, "middle": 0, "leftmost": 1, "rightmost": -1, "penultimate": -2, "upper": 1, "uppermost": 1,
            "lowest": -1,
            "second-to-last": -2, "third-to-last": -3, "next-to-last": -2, "fourth-to-last": -4,
        ]
        for number in 1...400 {
            let suffix =
                switch (number % 10, number % 100) {
                case (_, 11...13): "th"
                case (1, _): "st"
                case (2, _): "nd"
                case (3, _): "rd"
                default: "th"
                }
            table["\(number)\(suffix)"] = number
        }
        return table
    }()

    static let numbers: [String: Int] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10,
        "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "twenty": 20, "once": 1, "twice": 2,
        "thrice": 3, "thirty": 30, "fifty": 50, "hundred": 100,
    ]

    static let colors: Set<String> = set(
        "red green blue yellow orange purple pink black white grey gray brown cyan magenta violet teal navy maroon lime olive turquoise gold silver aqua fuchsia indigo"
    )
    /// Colours that people and pages may both call so.
    static let sameColors: [[String]] = [
        ["grey", "gray", "silver"], ["cyan", "aqua", "turquoise", "teal"], ["magenta", "fuchsia", "pink"],
        ["purple", "violet", "indigo"], ["green", "lime", "olive"], ["blue", "navy"], ["red", "maroon"],
        ["yellow", "gold"],
    ]
    static let shapes: [String: String] = [
        "circle": "circle", "circles": "circle", "ball": "circle", "dot": "circle", "square": "square",
        "rectangle": "rectangle",
        "triangle": "triangle", "line": "line", "ellipse": "ellipse", "polygon": "polygon", "star": "star",
        "oval": "ellipse",
        "squares": "square", "rectangles": "rectangle", "triangles": "triangle", "lines": "line", "polygons": "polygon",
    ]
    static let sizes: [String: Bool] = [
        "large": true, "big": true, "larger": true, "bigger": true, "small": false, "little": false, "smaller": false,
        "tiny": false,
    ]

    /// States of things.
    static let states: [String: State] = [
        "checked": .checked, "ticked": .checked, "selected": .checked, "unchecked": .unchecked, "unticked": .unchecked,
        "unselected": .unchecked, "enabled": .enabled, "active": .enabled, "disabled": .disabled, "inactive": .disabled,
        "greyed": .disabled, "empty": .empty, "blank": .empty, "expanded": .expanded, "collapsed": .collapsed,
        "visible": .shown, "shown": .shown, "hidden": .gone, "on": .checked, "off": .unchecked, "gone": .gone,
        "open": .expanded,
        "focused": .focused, "filled": .filled, "displayed": .shown, "there": .shown, "present": .shown,
        "available": .enabled,
        "clickable": .enabled, "pressed": .checked, "closed": .gone, "completed": .checked, "done": .checked,
        "finished": .shown,
        "liked": .checked, "starred": .checked, "loaded": .shown, "highlighted": .checked, "absent": .gone,
        "missing": .gone,
    ]

    /// Words that compare things by a value of theirs: the attribute and whether the largest is meant.
    static let superlatives: [String: (attributes: [String], isLargest: Bool)] = [
        "cheapest": (["price", "cost", "$", "€", "£", "amount"], false), "lowest": ([], false), "smallest": ([], false),
        "least": ([], false), "fewest": ([], false), "shortest": (["duration", "length", "time"], false),
        "earliest": (["departure", "time", "date", "depart"], false), "oldest": (["date", "age"], false),
        "minimum": ([], false),
        "most": ([], true), "highest": ([], true), "largest": ([], true), "biggest": ([], true), "greatest": ([], true),
        "maximum": ([], true), "longest": (["duration", "length"], true), "newest": (["date"], true),
        "priciest": (["price", "cost", "$", "€", "£"], true), "dearest": (["price", "cost"], true),
        "best": (["rating", "score"], true),
        "worst": (["rating", "score"], false), "fastest": (["duration", "time"], false),
        "slowest": (["duration", "time"], true),
        "nearest": (["distance"], false), "farthest": (["distance"], true), "youngest": (["age"], false),
        "heaviest": (["weight"], true),
        "lightest": (["weight"], false), "tallest": (["height"], true),
    ]

    // MARK: Tables

    static func table<Value>(_ lines: KeyValuePairs<Value, String>) -> [String: Value] {
        var result: [String: Value] = [:]
        for (value, words) in lines {
            for word in words.split(separator: "|") { result[String(word)] = result[String(word)] ?? value }
        }
        return result
    }

    static func set(_ words: String) -> Set<String> {
        Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
