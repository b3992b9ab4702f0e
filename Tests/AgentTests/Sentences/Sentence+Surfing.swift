//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reading, what is in the way, windows, files, and people who talk a lot.
extension Sentence {
    static let reading = [
        Sentence("/lists", "read the title", result: "Lists and choices"),
        Sentence("/lists", "read the status", result: "colour: none, fruits: none, extras: news, delivery: post"),
        Sentence("/members/sign-in", "read the heading", result: "Members"),
        Sentence("/tabs", "click on History and read the first item", result: "12 March 2026: signed up"),
        Sentence("/controls", "how many checkboxes are there?", result: "3"),
        Sentence("/controls", "what is the value of Guests", result: "2"),
        Sentence("/controls", "is Invoice checked?", result: "yes"),
    ]

    static let obstacles = [
        Sentence("/delayed", "click Add Bread, then click Place order", "s.ordered && s.chosen.join() === 'Bread'"),
        Sentence("/delayed", "wait until Add Cheese appears and click it", "s.chosen.join() === 'Cheese'"),
        Sentence(
            "/delayed",
            "add apples, wait until Place order is enabled, then place the order",
            "s.ordered"
        ),
        Sentence("/sticky", "click Vote for chapter 7", "s.votes.join() === '7'"),
        Sentence(
            "/sticky",
            "accept cookies, then click Vote for chapter 12",
            "s.cookies === 'accept' && s.votes.join() === '12'"
        ),
        Sentence("/sticky", "scroll to Chapter 9", "scrollY > 500"),
        Sentence(
            "/sticky",
            "scroll to the bottom of the page",
            "scrollY + innerHeight >= document.documentElement.scrollHeight - 2"
        ),
        Sentence("/sticky", "scroll down 3 times and scroll back to the top", "scrollY === 0"),
        Sentence(
            "/modal",
            "wait for Stay in touch, close the dialog, choose 5 stars and send feedback",
            "s.sent.stars === '5' && s.modal !== 'open'"
        ),
        Sentence(
            "/modal",
            "Close the dialog box by clicking the \"x\".",
            "s.modal === 'closed'"
        ),
        Sentence("/modal", "when the dialog appears, click No thanks", "s.modal === 'dismissed'"),
        Sentence(
            "/modal",
            "if a popup with Stay in touch appears, click No thanks. Then write \"Very good\" into your opinion, choose 3 stars and submit",
            "s.sent.opinion === 'Very good' && s.sent.stars === '3'"
        ),
        Sentence(
            "/feed",
            "scroll down until you see Post 35 and click Like in the Post 35 card",
            "s.liked.join() === '35'"
        ),
        Sentence("/feed", "like the third post", "s.liked.join() === '3'"),
        Sentence("/feed", "keep scrolling until you find \"That was all\"", "s.complete"),
        Sentence(
            "/frames",
            "type hello into the Innermost note and click Save innermost note",
            "s.notes.Innermost === 'hello'"
        ),
        Sentence(
            "/frames",
            "enter \"abroad\" in the foreign note, then press Save foreign note",
            "s.notes.Foreign === 'abroad'"
        ),
        Sentence("/shadow", "type Lisbon into City, click Save city and read the status", result: "City: Lisbon"),
        Sentence(
            "/iframe",
            "type \"hi\" into Note, click Save note, wait for \"Saved: hi\"",
            "document.querySelector('iframe').contentDocument.body.innerText.includes('Saved: hi')"
        ),
        Sentence("/links", "click the second Details link", "location.pathname === '/links/chair-details'"),
        Sentence(
            "/links",
            "click the Details link in the Table section",
            "location.pathname === '/links/table-details'"
        ),
        Sentence("/links", "click the third-to-last link", "location.pathname === '/links/59'"),
        Sentence("/links", "click Link 42, go back, click the last link", "location.pathname === '/links/last'"),
        Sentence("/links", "click Link 5 and reload the page", "location.pathname === '/links/5'"),
        Sentence("/", "search for cats and click the first result", "text.includes('Article')"),
    ]

    static let windows = [
        Sentence(
            "/dialogs",
            "click the first Delete button and dismiss the alert",
            "s.files.length === 3 && s.answers[0] === false"
        ),
        Sentence(
            "/dialogs",
            "When asked, answer no. Delete photo.png.",
            "s.files.length === 3 && s.answers[0] === false"
        ),
        Sentence(
            "/dialogs",
            "delete notes.md and accept the confirmation",
            "s.files.join() === 'report.txt,photo.png'"
        ),
        Sentence(
            "/dialogs",
            "click Rename in the row of report.txt and answer the prompt with \"final.txt\"",
            "s.files[0] === 'final.txt'"
        ),
        Sentence(
            "/dialogs",
            "when prompted for the name, enter plan.md; click the last Rename button",
            "s.files[2] === 'plan.md'"
        ),
        Sentence("/dialogs", "click About and accept the alert", "text.includes('Told')"),
        Sentence("/popups", "click Terms of use and read the heading", result: "Terms"),
        Sentence(
            "/popups",
            "open the calculator, switch to the new tab, type 42 into Answer",
            "s.name === 'Calculator' && $('answer').value === '42'"
        ),
        Sentence("/popups", "click Terms of use, then go back to the first tab", "location.pathname === '/popups'"),
        Sentence(
            "/popups",
            "click Open the calculator. Close the tab.",
            "location.pathname === '/popups' && s.opened === 1"
        ),
        Sentence(
            "/popups",
            "click Open the calculator, type 42 into Answer and click Done, wait for \"Calculator: 42\"",
            "s.messages[0] === 'Calculator: 42'"
        ),
        Sentence("/download", "download the monthly report", "true", result: "report.csv (39 bytes)"),
        Sentence(
            "/upload",
            "upload cv.txt to the curriculum vitae field and click Send application",
            "s.cv[0].name === 'cv.txt' && s.sent.count === 1"
        ),
        Sentence(
            "/upload",
            "attach cv.txt and note.txt to Certificates",
            "s.papers.map((f) => f.name).join() === 'cv.txt,note.txt'"
        ),
    ]

    static let chatty = [
        Sentence(
            nil,
            "Hi! Could you please head over to SITE/login, and once you're there, type ada@example.com into the email field, put correct horse into the password field and then click on the Sign in button? Thanks!",
            "text.includes('Welcome, Ada')"
        ),
        Sentence(
            nil,
            "First, open SITE/lists. Next, I want you to select \"Green\" from the Colour dropdown. After that, please check the Gift wrap checkbox. Finally, tell me the status.",
            "true",
            result: "colour: green, fruits: none, extras: gift+news, delivery: post"
        ),
        Sentence(
            nil,
            "1. Go to SITE/todo\n2. Add \"Call mum\"\n3. Add \"Pay rent\"\n4. Check off Call mum\n5. Make sure the page shows \"1 item left\"",
            "s.left === 1 && s.todos[0].completed"
        ),
        Sentence(
            nil,
            "Visit SITE/shop; now, for the Desk lamp, click Add to cart; then, I need you to verify that the status is 1 item, €24.90.",
            "s.cart['Desk lamp'] === 1"
        ),
        Sentence(
            nil,
            "Step 1: navigate to SITE/controls\nStep 2: pick the Library as the room\nStep 3: set the number of guests to 12\nStep 4: book it by clicking the Book button",
            "s.room === 'Library' && s.guests === '12' && s.booked"
        ),
        Sentence(
            nil,
            "Open SITE/mail in a new tab and click \"Only today\"",
            "s.open === 'Only today'"
        ),
        Sentence(nil, "SITE/lists, uncheck the newsletter", "text.includes('extras: none')"),
        Sentence(
            nil,
            "go to SITE/members/sign-in then use the username field to enter \"grace\" then enter the password \"compiler\" into the password field then submit",
            "text.includes('signed in') || s.signedIn"
        ),
    ]
}
