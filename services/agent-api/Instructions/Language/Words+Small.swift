//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The small words of a sentence, and what asks or hides.
extension Words {
    /// Words that say nothing that a step needs.
    static let fillers: Set<String> = set(
        """
        a an the please kindly just also now then finally afterwards really simply quickly right away immediately next \
        could would you can i me my mine like want need to your own very so too well again all-day carefully successfully \
        here there this that these those its it's correct corresponding given following below above appropriate proper exact \
        specified respective currently actually first
        """
    )
    static let determiners: Set<String> = [
        "a", "an", "the", "this", "that", "these", "those", "my", "your", "its", "his", "her", "their", "our", "some",
        "any",
        "of",
    ]
    static let pronouns: Set<String> = ["it", "them", "this", "that", "him", "her", "these", "those", "there", "both"]
    /// Prepositions that lead to where something is or what belongs to it.
    static let relations: [String: Relation] = [
        "in": .within, "inside": .within, "of": .within, "from": .within, "on": .within, "at": .within,
        "within": .within,
        "under": .within, "by": .within, "for": .within, "with": .within, "to": .within, "whose": .within,
        "where": .within,
        "containing": .within, "belonging": .within, "about": .within, "having": .within, "against": .within,
        "into": .within,
        "beneath": .below, "below": .below, "above": .above, "beside": .beside, "near": .beside, "after": .after,
        "before": .before, "between": .between, "following": .after, "preceding": .before, "underneath": .below,
        "via": .within,
        "named": .called, "called": .called, "labeled": .called, "labelled": .called, "titled": .called,
        "reading": .called,
        "marked": .called, "saying": .called, "entitled": .called, "starting": .starting, "ending": .ending,
        "per": .within,
    ]
    /// Relations of two words and more.
    static let longRelations: [([String], Relation)] = [
        (["next", "to"], .beside), (["to", "the", "left", "of"], .left), (["to", "the", "right", "of"], .right),
        (["left", "of"], .left), (["right", "of"], .right), (["on", "top", "of"], .above),
        (["in", "front", "of"], .before),
        (["that", "says"], .called), (["which", "says"], .called), (["that", "is", "called"], .called),
        (["with", "the", "text"], .called),
        (["with", "the", "label"], .called), (["with", "the", "name"], .called), (["with", "text"], .called),
        (["that", "reads"], .called),
        (["that", "has"], .within), (["that", "have"], .within), (["which", "has"], .within),
        (["who", "has"], .within),
        (["that", "contains"], .within), (["which", "contains"], .within), (["that", "are"], .being),
        (["that", "is"], .being),
        (["which", "is"], .being), (["which", "are"], .being), (["that", "belongs", "to"], .within),
        (["that", "starts", "with"], .starting),
        (["that", "start", "with"], .starting), (["that", "begins", "with"], .starting),
        (["starting", "with"], .starting),
        (["beginning", "with"], .starting), (["that", "ends", "with"], .ending), (["ending", "with"], .ending),
        (["ending", "in"], .ending),
        (["as", "the"], .within), (["as", "a"], .within), (["out", "of"], .within),
        (["that", "belong", "to"], .within), (["with", "the", "title"], .called),
        (["that", "is", "labelled"], .called), (["that", "is", "labeled"], .called),
        (["which", "is", "labelled"], .called),
        (["that", "is", "named"], .called), (["which", "is", "called"], .called), (["with", "a", "label"], .called),
        (["that", "starts"], .starting), (["that", "begins"], .starting), (["whose", "name", "is"], .called),
    ]
    /// Words that lead to a relation and say nothing more: "the mail that you got from Ann".
    static let connectors: [[String]] = [
        ["that", "you", "got"], ["that", "you", "received"], ["which", "you", "got"], ["you", "got"],
        ["you", "received"],
        ["that", "was", "sent"], ["which", "was", "sent"], ["that", "were", "sent"], ["that", "was", "written"],
        ["that", "were", "written"], ["that", "was", "posted"], ["that", "were", "posted"], ["that", "came"],
        ["that", "comes"],
        ["written"], ["sent"], ["posted"], ["made"], ["published"], ["that", "is"], ["that", "are"], ["which", "is"],
        ["located"], ["that", "stands"],
    ]
    /// What people do with what is theirs: "the mail that Ann sent".
    static let authorings: Set<String> = ["sent", "wrote", "posted", "made", "published", "created", "left", "shared"]
    /// Common words for things, which people put beside a name without the page saying them. Their stems are compared.
    static let commonNouns: Set<String> = Set(
        set(
            """
            mail email e-mail message thread post tweet user person people member account contact product item article \
            todo to-do task result hit picture image photo flight connection trip event appointment name text word number \
            value string city town country place street address street colour color file folder document page entry record \
            customer client guest student teacher doctor patient employee colleague friend order ticket comment reply \
            review book movie film song track video album playlist story news seat room table ticket train bus hotel \
            restaurant dish meal food drink fruit topping ingredient recipe animal game player team match question answer \
            choice option date day month year time hour price cost amount language currency brand category department \
            company job project reminder note invoice bill payment card plan subscription service subject title author \
            sender recipient phone email permission right tag label state status field button link box icon letter digit \
            character sign symbol key control setting section report report notification dialog window control action \
            command menu list corner top bottom side page widget
            """
        ).map(WordForms.stem)
    )
    /// Places that are all of the page where nothing on it is called so.
    static let wholePlaces: Set<String> = [
        "page", "screen", "site", "website", "browser", "window", "below", "list", "form", "inbox", "contact book",
        "phone book", "address book", "contacts", "feed", "timeline", "file tree", "tree", "results", "search results",
        "menu",
    ]
    /// Words before an exception.
    static let exceptions: [[String]] = [
        ["but", "not"], ["except", "for"], ["except"], ["other", "than"], ["apart", "from"], ["without"], ["not"],
        ["excluding"], ["besides"],
        ["and", "not"], ["all", "but"], ["but"],
    ]
    static let everything: Set<String> = [
        "all", "every", "each", "everything", "everybody", "everyone", "any", "both", "anything",
    ]
    static let nothing: Set<String> = ["nothing", "none", "no"]
    static let truths: [String: Bool] = [
        "yes": true, "on": true, "true": true, "checked": true, "enabled": true, "off": false, "no": false,
        "false": false,
        "unchecked": false, "disabled": false,
    ]
    /// What ends a step when a step follows.
    static let joints: Set<String> = [
        "and", "then", "&", "but", "or", "before", "after", "afterwards", "finally", "next",
    ]
    static let units: [String: Double] = [
        "ms": 0.001, "millisecond": 0.001, "second": 1, "seconds": 1, "sec": 1, "secs": 1, "s": 1, "minute": 60,
        "minutes": 60,
        "min": 60, "milliseconds": 0.001, "hour": 3600, "hours": 3600,
    ]

    /// Words of greetings and the like.
    static let chatter: Set<String> = set(
        """
        hi hello hey please thanks thank you cheers ok okay a lot much so very now the then dear good morning evening afternoon there and very \
        kindly just greetings bye goodbye yes really alright right well great task tasks steps step instructions following begin
        """
    )

    // MARK: Secrets

    /// What a sentence calls a secret.
    static let secrets: Set<String> = [
        "password", "passphrase", "passcode", "pin", "secret", "pwd", "passwort", "cvc", "cvv", "code", "otp", "token",
        "credential",
        "credentials", "passwords",
    ]
    /// Codes that are none.
    static let openCodes: Set<String> = [
        "zip", "postal", "post", "area", "country", "promo", "promotion", "voucher", "discount", "coupon", "colour",
        "color", "dialling",
        "dialing", "source", "product", "item", "language", "currency", "airport", "gift", "qr", "bar", "status",
        "error", "hex",
    ]

    // MARK: Questions

    /// What a page may call what is asked for.
    static let attributes: [[String]] = [
        ["cost", "costs", "price", "prices", "fare", "€", "$", "£", "how much", "expensive", "cheap"],
        ["pay", "paid", "pays", "amount", "total", "price", "sum", "spend", "spent"],
        ["live", "lives", "city", "town", "address", "lives in", "from", "location", "place"],
        ["when", "date", "time", "day", "due", "year", "founded"],
        ["who", "name", "by", "author", "owner", "person", "founder"],
        ["where", "place", "location", "city", "venue", "at"], ["email", "e-mail", "mail", "email address"],
        ["phone", "telephone", "mobile", "tel", "phone number", "call"],
        ["colour", "color"], ["old", "age"], ["stock", "in stock", "available", "availability", "quantity", "left"],
        ["coach", "coaches", "coached", "trainer"],
        ["report", "reported", "reporter", "reported by"], ["write", "wrote", "author", "written by", "by"],
        ["number", "count", "no", "no.", "#"],
        ["high", "height", "amount"], ["long", "length", "duration"], ["heavy", "weight", "weigh", "weighs"],
        ["likes", "like", "♥", "👍"], ["display", "result", "output", "answer"],
        ["score", "points"], ["leave", "departs", "departure", "leaves"], ["arrive", "arrives", "arrival"],
        ["zip", "postcode", "postal code", "zip code", "post code"],
        ["surname", "last name", "family name"], ["forename", "first name", "given name"],
        ["username", "user name", "user", "login", "user id"], ["street", "address"],
        ["message", "comment", "comments", "body", "text", "note"],
    ]

    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
}
