//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a step begins with, by what it asks for.
enum Verb: Sendable, CaseIterable {
    case navigate, back, forward, reload, search
    case click, doubleClick, rightClick, hover, drag, focus
    case press, submit
    case type, fill, clear, use, add, paste
    case check, uncheck, toggle, select, deselect, mark, turn
    case expand, collapse, switchTo, close, accept, answer
    case wait, when, whether, expect, ensure, scroll
    case read, ask, count, find, copy
    case upload, download
    case logIn, button, buttonOf

    /// The words that a step of this kind begins with.
    private var openings: [String] {
        switch self {
        case .navigate:
            [
                "go to", "goto", "go on to", "go over to", "go onto", "navigate to", "navigate over to", "browse to",
                "head to", "head over to", "head on over to", "visit", "open", "open up", "load", "load up",
                "jump to", "bring up", "pull up", "take me to", "bring me to", "get to", "return to", "start at",
                "start on", "start from", "start by going to", "begin at", "begin on", "surf to", "launch", "move to",
                "proceed to", "move on to", "go into", "enter the site", "direct the browser to",
                "point the browser to",
            ]
        case .back: ["go back", "navigate back", "back", "go one page back", "step back", "move back", "return back"]
        case .forward: ["go forward", "navigate forward", "go one page forward"]
        case .reload: ["reload", "refresh"]
        case .search:
            [
                "search for", "search", "look for", "look up", "google", "do a search for", "run a search for",
                "perform a search for", "make a search for", "do a google search for", "search up",
            ]
        case .click:
            [
                "click on", "click", "click at", "tap on", "tap", "follow", "left click", "left-click", "click onto",
                "give it a click on", "left click on", "left-click on", "clik", "clik on", "single click",
            ]
        case .doubleClick:
            [
                "double click", "double-click", "doubleclick", "double click on", "double-click on", "double tap",
                "double-tap", "doubleclick on",
            ]
        case .rightClick: ["right click", "right-click", "right click on", "right-click on"]
        case .hover:
            [
                "hover over", "hover on", "hover", "mouse over", "move the mouse over", "move the mouse to",
                "move the mouse onto", "move the pointer over", "move your mouse over", "move the cursor over",
                "point at",
            ]
        case .drag: ["drag and drop", "drag"]
        case .focus:
            [
                "focus on", "focus into", "focus", "put the cursor in", "put the cursor into", "place the cursor in",
                "set the focus to", "set focus to", "move the focus to",
            ]
        case .press: ["press on", "press", "hit", "push", "push on", "strike"]
        case .submit: ["submit", "send off", "hand in"]
        case .type:
            ["type in", "type", "enter", "write", "input", "put", "key in", "insert", "put in", "write down", "say"]
        case .fill:
            [
                "fill in", "fill out", "fill", "fill up", "set", "change", "update", "replace", "adjust", "populate",
                "complete", "edit",
            ]
        case .clear:
            ["clear", "empty", "erase", "blank out", "delete the text in", "delete the text from", "clear out", "wipe"]
        case .use: ["use"]
        case .add: ["add", "create", "make"]
        case .paste: ["paste"]
        case .check: ["check", "check off", "tick", "tick off", "check mark"]
        case .uncheck: ["uncheck", "untick", "un-check", "un-tick"]
        case .toggle: ["toggle", "flip"]
        case .select: ["select", "choose", "pick", "pick out", "opt for", "go with", "go for"]
        case .deselect: ["deselect", "unselect", "de-select"]
        case .mark: ["mark"]
        case .turn: ["turn", "switch on", "switch off", "enable", "disable", "activate", "deactivate"]
        case .expand: ["expand", "unfold", "open all", "uncollapse"]
        case .collapse: ["collapse", "fold", "fold up"]
        case .switchTo: ["switch to", "switch back to", "switch between", "switch over to", "change to", "go through"]
        case .close: ["close", "dismiss", "close down", "get rid of", "hide"]
        case .accept: ["accept", "agree to", "allow", "confirm", "decline", "reject", "agree", "deny"]
        case .answer: ["answer", "respond", "respond with", "answer with"]
        case .wait:
            [
                "wait for", "wait until", "wait till", "wait", "hold on for", "hold on until", "pause", "pause for",
                "give it", "sleep", "sleep for",
            ]
        case .when:
            [
                "when", "once", "after", "as soon as", "whenever", "upon", "after you have", "once you have",
                "after that is", "until",
            ]
        case .whether: ["if"]
        case .expect:
            [
                "verify that", "verify", "assert that", "assert", "check that", "check if", "check whether", "expect",
                "expect that", "confirm that", "validate that", "see if", "see whether", "you should see",
                "you should now see", "you should be on", "test that", "verify whether", "verify if", "check to see if",
                "see that", "i should see", "expect to see", "double-check that", "double check that",
                "confirm whether",
                "confirm if", "make certain that", "there should be", "it should say", "the page should say",
                "the page should show", "the page should contain",
            ]
        case .ensure: ["make sure that", "make sure", "ensure that", "ensure", "be sure that", "see to it that"]
        case .scroll: ["scroll", "scroll all the way", "keep scrolling", "page down", "page up"]
        case .read:
            [
                "read out", "read", "read me", "extract", "get", "get me", "tell me", "report", "report back", "return",
                "show me", "print", "print out", "list", "give me", "note", "note down", "fetch", "grab", "output",
                "let me know", "find out", "take note of", "write out", "collect", "name", "show", "scrape", "tell us",
                "report to me", "look at",
            ]
        case .ask:
            [
                "what is", "what's", "what are", "what does", "what do", "how much is", "how much does", "who is",
                "which", "who", "where is", "is", "are", "does", "do", "what", "when is", "how much", "whose",
                "how long",
                "how old is",
            ]
        case .count: ["count", "how many", "count how many", "count the number of"]
        case .find: ["find", "locate", "search the page for", "spot", "identify"]
        case .copy: ["copy", "take", "remember", "memorize", "memorise", "take over"]
        case .upload: ["upload", "attach"]
        case .download: ["download"]
        case .logIn:
            [
                "log in", "login", "sign in", "log me in", "sign me in", "log into", "sign into", "log yourself in",
                "log on", "sign on", "log in to", "sign in to",
            ]
        case .button:
            [
                "save", "cancel", "continue", "proceed", "finish", "send", "apply", "next", "log out", "logout",
                "sign out", "sign up", "register", "check out", "checkout", "place", "order", "pay", "publish",
                "print it",
                "undo", "redo", "reset", "skip", "log off", "sign off", "subscribe", "log me out",
            ]
        case .buttonOf:
            [
                "delete", "remove", "buy", "share", "star", "archive", "reply to", "reply", "forward", "like", "view",
                "rename", "duplicate", "favorite", "favourite", "bookmark", "retweet", "follow up", "edit", "unstar",
                "pin", "unpin", "flag", "purchase", "discard", "destroy",
            ]
        }
    }

    /// Which verb wins where a phrase opens steps of two kinds: the one named first.
    private static let table: PhraseMap<Verb> = {
        var seen: Set<String> = []
        var phrases: [(String, Verb)] = []
        // "fill" has "edit Name to Ada", but "edit" alone is mostly a button.
        for verb in allCases {
            for opening in verb.openings where seen.insert(opening).inserted { phrases.append((opening, verb)) }
        }
        return PhraseMap(phrases)
    }()

    /// The verb that a phrase begins with, and what follows it.
    static func match(_ phrase: Phrase) -> (verb: Verb, opening: Phrase, rest: Phrase)? {
        guard let (length, verb) = table.match(at: phrase) else { return nil }
        var rest = phrase.dropFirst(length)
        while let first = rest.first, first.isMark(":,") { rest = rest.dropFirst() }
        return (verb, phrase.prefix(length), rest)
    }

    /// Whether the words are a step only when nothing, or nothing in particular, follows: "and save", but not
    /// "and next steps".
    private var needsNoMore: Bool {
        switch self {
        case .button, .logIn, .submit, .back: true
        default: false
        }
    }

    /// Whether a phrase that follows a comma or "and" begins another step.
    static func beginsStep(_ phrase: Phrase) -> Bool {
        guard let (verb, opening, rest) = match(phrase) else { return false }
        if rest.isEmpty, opening.count == 1, [.ask, .read, .use, .add, .turn].contains(verb) { return false }
        if verb == .ask { return questions.contains(phrase.first?.key ?? "") && rest.count > 1 }
        if verb.needsNoMore {
            let following = phrase.dropFirst(opening.count)
            guard let next = following.first else { return true }
            if endings.contains(next.key) || next.kind == .mark || objects.contains(rest.prefix(2).key)
                || verb == .submit
            {
                return true
            }
            if verb == .logIn { return true }
            // "and save settings", "and send feedback": a word or two, and then the next step or the end.
            let end =
                following.tokens.firstIndex { $0.kind == .mark || ["and", "then"].contains($0.key) }
                ?? following.tokens.endIndex
            return named.contains(opening.key) && end - following.tokens.startIndex < 4
                && following.tokens[..<end].allSatisfy { $0.kind == .word }
        }
        return true
    }

    private static let named: Set<String> = [
        "save", "send", "place", "apply", "publish", "pay", "log out", "sign out", "sign up", "subscribe",
    ]
    private static let questions: Set<String> = ["what", "what's", "how", "who", "where", "which"]
    private static let endings: Set<String> = ["and", "then", "it", "to", "&", "as", "with", "your"]
    private static let objects: Set<String> = [
        "the form", "the changes", "the page", "the order", "your changes", "my changes", "the message", "the settings",
        "to the", "the request", "the purchase", "the mail", "the email", "this page", "a message", "the document",
        "the draft", "the answer", "the step", "the booking", "the payment", "your order", "my order",
    ]
}
