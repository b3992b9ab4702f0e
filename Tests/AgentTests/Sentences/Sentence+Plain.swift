//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Pages without labels and roles, and sentences in the terse manner of test cases.
extension Sentence {
    static let plain = [
        Sentence(
            "/plain/field",
            "Enter \"Sergio\" into the text field and press Submit.",
            "s.values[0] === 'Sergio' && s.clicked[0] === 'Submit'"
        ),
        Sentence(
            "/plain/field",
            "Type \"Sergio\" in all upper case into the text input and press submit",
            "s.values[0] === 'SERGIO'"
        ),
        Sentence("/plain/field", "type hello and submit", "s.values[0] === 'hello' && s.clicked[0] === 'Submit'"),
        Sentence("/plain/field", "Focus into the textbox.", "s.focused === 0"),
        Sentence(
            "/plain/login",
            "Enter the username \"ignacio\" and the password \"9Fs\" and press login.",
            "s.values.join() === 'ignacio,9Fs' && s.clicked[0] === 'Login'"
        ),
        Sentence(
            "/plain/passwords",
            "Enter the password \"UBKR\" into both text fields and press submit.",
            "s.values.join() === 'UBKR,UBKR' && s.clicked[0] === 'Submit'"
        ),
        Sentence(
            "/plain/checks",
            "Select kHnAb, Oz and click Submit.",
            "s.checked.join() === 'kHnAb,Oz' && s.clicked[0] === 'Submit'"
        ),
        Sentence(
            "/plain/checks",
            "Select nothing and click Submit.",
            "s.checked.length === 0 && s.clicked[0] === 'Submit'"
        ),
        Sentence("/plain/checks", "check x8sT, aVb4 & Oz, then hit Submit", "s.checked.join() === 'x8sT,Oz,aVb4'"),
        Sentence(
            "/plain/table",
            "Enter the value of Language into the text field and press submit.",
            "s.values[0] === 'Swift' && s.clicked[0] === 'Submit'"
        ),
        Sentence(
            "/plain/copy",
            "Copy the text in the textarea below, paste it into the textbox and press Submit.",
            "s.values[1].startsWith('Aliquam') || s.values[1] === s.values[0]"
        ),
        Sentence(
            "/plain/copy",
            "copy the text of the text area into the second field, then submit",
            "s.values[1] === s.values[0] && s.clicked[0] === 'Submit'"
        ),
        Sentence(
            "/plain/paragraph",
            "Find the 4th word in the paragraph, type that into the textbox and press \"Submit\".",
            "s.values[0] === 'minim' && s.clicked[0] === 'Submit'"
        ),
        Sentence("/plain/paragraph", "what is the last word of the paragraph?", result: "nostrud"),
        Sentence("/plain/buttons", "Click button ONE, then click button TWO.", "s.clicked.join() === 'ONE,TWO'"),
        Sentence("/plain/buttons", "click the settings icon", "s.clicked.join() === 'cog'"),
        Sentence("/plain/order", "Focus into the 3rd input textbox.", "s.focused === 2"),
        Sentence(
            "/plain/order",
            "Check the 1st radio button and enter the number \"17\" into the 2nd textbox. Click Yes",
            "s.values[1] === '17' && s.checked.includes('A') && s.clicked[0] === 'Yes'"
        ),
        Sentence(
            "/plain/order",
            "Choose 5ft 5in from the dropdown, then click the button labeled \"Yes\".",
            "s.list === '5ft 5in' && s.clicked.join() === 'Yes'"
        ),
        Sentence(
            "/plain/order",
            "click the 2nd checkbox, then hit the No button",
            "s.checked.join() === 'D' && s.clicked.includes('No')"
        ),
        Sentence("/plain/menu", "Select Alwin>Kit>Rosa", "s.clicked.join() === 'Rosa'"),
        Sentence(
            "/plain/posts",
            "For the user @magna, click on the \"Share\" button.",
            "s.clicked.join() === '@magna share'"
        ),
        Sentence("/plain/posts", "reply to @magna", "s.clicked.join() === '@magna reply'"),
    ]
}
