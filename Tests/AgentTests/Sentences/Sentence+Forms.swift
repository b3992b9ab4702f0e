//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Forms, lists, dates, times, tabs, logging in.
extension Sentence {
    static let forms = [
        Sentence(
            "/controls",
            "set the date to 12 March 2026 and the time to 3pm",
            "s.date === '2026-03-12' && s.time === '15:00'"
        ),
        Sentence("/controls", "Select 10/03/2026 as the date and hit Book", "s.date === '2026-10-03' && s.booked"),
        Sentence("/controls", "enter 3:40 PM as the time and press book.", "s.time === '15:40' && s.booked"),
        Sentence("/controls", "pick March 5th, 2026 for the date", "s.date === '2026-03-05'"),
        Sentence("/controls", "set the reminder to 24 December 2026 at 18:30", "s.reminder === '2026-12-24T18:30'"),
        Sentence("/controls", "choose March 2027 as the month of the invoice", "s.month === '2027-03'"),
        Sentence("/controls", "set the calendar week to week 11 of 2026", "s.week === '2026-W11'"),
        Sentence("/controls", "Set guests to 7", "s.guests === '7'"),
        Sentence("/controls", "change the temperature to 18", "s.warmth === '18'"),
        Sentence("/controls", "set the colour of the flowers to red", "s.colour === '#ff0000'"),
        Sentence("/controls", "select the Blue room", "s.room === 'Blue room'"),
        Sentence("/controls", "choose Tower from the Room list and click Book", "s.room === 'Tower' && s.booked"),
        Sentence("/controls", "select Projector and Piano in Equipment", "s.equipment.join() === 'Projector,Piano'"),
        Sentence(
            "/controls",
            "Select coffee, cake and click Book",
            "s.catering.join() === 'coffee,cake' && s.booked"
        ),
        Sentence("/controls", "check Coffee and Tea, then uncheck Coffee", "s.catering.join() === 'tea'"),
        Sentence("/controls", "check all checkboxes", "s.catering.length === 3"),
        Sentence("/controls", "check the 2nd checkbox", "s.catering.join() === 'tea'"),
        Sentence("/controls", "select nothing and click Book", "s.catering.length === 0 && s.booked"),
        Sentence("/controls", "choose Card as the payment", "s.payment === 'card'"),
        Sentence("/controls", "turn on do not disturb", "s.quiet"),
        Sentence("/controls", "toggle Do not disturb and toggle it", "!s.quiet"),
        Sentence(
            "/controls",
            "write \"A quiet corner, please\" in the wishes field",
            "s.wishes === 'A quiet corner, please'"
        ),
        Sentence(
            "/controls",
            "enter Window seat for Wishes and put No flowers into Notes for the staff",
            "s.wishes === 'Window seat' && s.notes === 'No flowers'"
        ),
        Sentence(
            "/controls",
            "type \"extra chairs\" into wishes, clear it and type \"none\"",
            "s.wishes === 'none'"
        ),
        Sentence("/controls", "set guests to 9, then click Start over", "s.guests === '2'"),
        Sentence(
            "/controls",
            "Fill in the form:\n- Date: 2026-07-01\n- Guests: 4\n- Wishes: quiet\nthen click Book",
            "s.date === '2026-07-01' && s.guests === '4' && s.wishes === 'quiet' && s.booked"
        ),
        Sentence(
            "/register",
            "Fill First name with Ada, Last name with Lovelace and Email address with ada@example.com and click Next",
            "s.step === 2 && s.values.first === 'Ada' && s.values.last === 'Lovelace' && s.values.email === 'ada@example.com'"
        ),
        Sentence(
            "/register",
            """
            enter the first name "Grace" and the last name "Hopper" and the email "grace@example.com", then press next
            enter "1 Navy Yard" as the street, "10115" as the zip code and "Berlin" as the city
            select Germany as the country and click Next
            choose Regular, set the day of arrival to 1 June 2026, tick vegetarian meals and click Next
            accept the terms
            click Register
            """,
            "s.done && s.values.country === 'Germany' && s.values.ticket === 'regular' && s.values.zip === '10115' && s.values.vegetarian === 'yes'"
        ),
        Sentence(
            "/register",
            "click Next and read the error",
            "s.step === 1",
            result: "First name: please fill this in"
        ),
        Sentence(
            "/flights",
            "enter Berlin in From and Lisbon in To, select 2 travellers, and click Find flights; wait for the results; check Direct only",
            "s.asked.from === 'Berlin' && s.asked.to === 'Lisbon' && s.asked.travellers === '2' && $('direct').checked"
        ),
    ]

    static let choices = [
        Sentence("/lists", "select Green from Colour", "$('colour').value === 'green'"),
        Sentence("/lists", "choose the second option from the Colour dropdown", "$('colour').value === 'red'"),
        Sentence("/lists", "pick blue as the colour", "$('colour').value === 'blue'"),
        Sentence("/lists", "Select Apple, Cherry from the scroll list", "text.includes('fruits: Apple+Cherry')"),
        Sentence("/lists", "select By bicycle", "text.includes('delivery: bike')"),
        Sentence("/lists", "choose the radio button \"Pick up\"", "text.includes('delivery: pickup')"),
        Sentence("/lists", "check gift wrap & uncheck newsletter", "text.includes('extras: gift')"),
        Sentence("/lists", "switch off the newsletter", "text.includes('extras: none')"),
        Sentence("/combobox", "select Deutsch from Language", "s.language === 'Deutsch'"),
        Sentence("/combobox", "set the language to Italiano", "s.language === 'Italiano'"),
        Sentence("/combobox", "choose Bergen as the home town", "s.city === 'Bergen'"),
        Sentence("/combobox", "select Porto in the Home town field", "s.city === 'Porto'"),
        Sentence("/combobox", "select Chess and Sailing from Interests", "s.interests.join() === 'Chess,Sailing'"),
        Sentence("/combobox", "click Music, Cooking", "s.interests.join() === 'Music,Cooking'"),
        Sentence("/combobox", "hover over Account in Preferences and click Billing", "s.menu === 'Billing'"),
        Sentence("/tabs", "click the Settings tab", "s.tab === 'Settings'"),
        Sentence("/tabs", "switch to the History tab", "s.tab === 'History'"),
        Sentence("/tabs", "go to the second tab", "s.tab === 'Settings'"),
        Sentence(
            "/tabs",
            "Go to Settings, check \"Send me updates\", enter Countess as the nickname and save settings",
            "s.saved.updates && s.saved.nick === 'Countess'"
        ),
        Sentence("/tabs", "expand \"When will it arrive?\"", "s.open.join() === 'When will it arrive?'"),
        Sentence("/tabs", "expand all sections", "s.open.length === 3 && document.querySelector('details').open"),
        Sentence("/tabs", "expand the Small print and click I agree", "s.agreed"),
        Sentence(
            "/tabs",
            "Switch between the tabs to find and click on the button \"Save settings\".",
            "s.saved !== null"
        ),
        Sentence(
            "/tabs",
            "open the section When will it arrive, then collapse the section When will it arrive",
            "s.open.length === 0"
        ),
    ]

    static let logins = [
        Sentence(
            "/members/sign-in",
            "enter the username \"grace\" and the password \"compiler\" and press login. Wait for Your orders.",
            "s.signedIn && location.pathname === '/members/orders'"
        ),
        Sentence(
            "/members/sign-in",
            "log in as grace with password compiler, wait for Your orders",
            "s.signedIn"
        ),
        Sentence(
            nil,
            "Go to SITE/members. Sign in with username grace and password compiler. Once you're in, copy the Order of the second row into the Reference field and click Check",
            "s.reference === 'K-7742'"
        ),
        Sentence(
            "/login",
            "type \"ada@example.com\" into Email, \"correct horse\" into Password, and sign in; read the heading",
            result: "Welcome, Ada"
        ),
        Sentence(
            "/login",
            "fill in the email field with ada@example.com and the password field with correct horse, then submit the form",
            "text.includes('Welcome, Ada')"
        ),
        Sentence(
            "/members/sign-in",
            "use grace as the username and compiler as the password, check Remember me, then hit enter",
            "text.includes('signed in') || s.signedIn"
        ),
    ]
}
