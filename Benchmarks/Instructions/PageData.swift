//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// The names, numbers and dates of pages and tasks, generated for each seed and page.
///
/// Pages list the first six people and the first six products. `p`, `q` and `r` are three of these people, `x`, `y` and
/// `z` three of these products.
enum PageData {
    private static let rows = 6

    static func make(seed: UInt64, page: String) -> JSONValue {
        var generator = SeededGenerator(seed: seed, purpose: page)
        let people = people(&generator)
        let products = products(&generator)
        let persons = Array(0..<rows).shuffled(using: &generator)
        let goods = Array(0..<rows).shuffled(using: &generator)
        let byPrice = products.prefix(rows).sorted { price($0) < price($1) }
        let byAmount = people.prefix(rows).sorted { ($0["amount"]?.integer ?? 0) < ($1["amount"]?.integer ?? 0) }
        let byAge = people.prefix(rows).sorted { ($0["age"]?.integer ?? 0) < ($1["age"]?.integer ?? 0) }
        let words = Vocabulary.words.shuffled(using: &generator)
        let numbers = Array((11..<95).shuffled(using: &generator).prefix(20))
        let six = Array(0..<rows).shuffled(using: &generator)
        return [
            "people": .array(people), "products": .array(products),
            "p": people[persons[0]], "q": people[persons[1]], "r": people[persons[2]],
            "x": products[goods[0]], "y": products[goods[1]], "z": products[goods[2]],
            "cheapest": byPrice[0], "secondCheapest": byPrice[1], "dearest": byPrice[rows - 1],
            "youngest": byAge[0], "oldest": byAge[rows - 1],
            "words": .array(words.map { .string($0) }), "lower": .array(words.map { .string($0.lowercased()) }),
            "cities": strings(Vocabulary.cities, &generator),
            "colours": strings(Vocabulary.colours, &generator), "numbers": .array(numbers.map { .integer(Int64($0)) }),
            "sortedNumbers": .array(numbers.prefix(rows).sorted(by: >).map { .integer(Int64($0)) }),
            "product": .string(String(numbers[0] * numbers[1])),
            "sumOfFour": .integer(sum(people.prefix(4))), "sumOfSix": .integer(sum(people.prefix(rows))),
            "smallestAmount": byAmount[0],
            "openInvoices": .array(numbers.prefix(4).sorted().map { .integer(Int64($0)) }),
            "sortedIDs": .array(people.prefix(rows).compactMap { $0["id"]?.string }.sorted().map { .string($0) }),
            "rest": others(people, than: [persons[0]]), "otherProducts": others(products, than: Array(goods.prefix(2))),
            "days": .array((0..<4).map { _ in day(&generator) }),
            "code": .string(String(Int.random(in: 100_000...999_999, using: &generator))),
            "six": .array(six.map { .integer(Int64($0)) }), "platforms": .array(six.map { .integer(Int64($0 + 1)) }),
            "time": .string(
                "\(Int.random(in: 10...20, using: &generator)):\(["05", "15", "30", "45"].randomElement(using: &generator) ?? "00")"
            ),
        ]
    }

    private static func sum(_ people: some Sequence<JSONValue>) -> Int64 {
        people.reduce(0) { $0 + Int64($1["amount"]?.integer ?? 0) }
    }

    /// The listed ones without some, in the order of their ids.
    private static func others(_ all: [JSONValue], than indices: [Int]) -> JSONValue {
        let rest = (0..<rows).filter { !indices.contains($0) }.map { all[$0] }
        return .array(rest.sorted { ($0["id"]?.string ?? "") < ($1["id"]?.string ?? "") })
    }

    private static func strings(_ texts: [String], _ generator: inout SeededGenerator) -> JSONValue {
        .array(texts.shuffled(using: &generator).map { .string($0) })
    }

    private static func people(_ generator: inout SeededGenerator) -> [JSONValue] {
        let firsts = Vocabulary.firstNames.shuffled(using: &generator)
        let lasts = Vocabulary.lastNames.shuffled(using: &generator)
        let cities = Vocabulary.cities.shuffled(using: &generator)
        let ages = (19..<80).shuffled(using: &generator)
        let amounts = (1000..<9999).shuffled(using: &generator)
        return (0..<12).map { index in
            let (first, last) = (firsts[index], lasts[index])
            return [
                "id": .string("p\(amounts[100 + index])"), "n": .integer(Int64(index + 1)),
                "nth": .string(Vocabulary.ordinals[index]),
                "first": .string(first), "last": .string(last), "name": .string("\(first) \(last)"),
                "email": .string("\(first.lowercased()).\(last.lowercased())@mail.test"),
                "phone": .string("+44 20 7946 \(amounts[50 + index])"), "city": .string(cities[index]),
                "age": .integer(Int64(ages[index])), "amount": .integer(Int64(amounts[index])),
                "subject": .string(Vocabulary.subjects[(amounts[0] + index) % Vocabulary.subjects.count]),
            ]
        }
    }

    private static func products(_ generator: inout SeededGenerator) -> [JSONValue] {
        let names = Vocabulary.products.shuffled(using: &generator)
        let prices = (4..<90).shuffled(using: &generator)
        return (0..<12).map { index in
            [
                "id": .string("x\(prices[20 + index])"), "n": .integer(Int64(index + 1)),
                "nth": .string(Vocabulary.ordinals[index]), "name": .string(names[index]),
                "price": .string("\(prices[index]).\(index.isMultiple(of: 2) ? "50" : "90")"),
            ]
        }
    }

    private static func price(_ product: JSONValue) -> Double { Double(product["price"]?.string ?? "") ?? 0 }

    /// A day of next year, in the forms that people use.
    private static func day(_ generator: inout SeededGenerator) -> JSONValue {
        let month = Int.random(in: 1...12, using: &generator)
        let day = Int.random(in: 13...28, using: &generator)
        let name = Vocabulary.months[month - 1]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let suffix = [21: "st", 22: "nd", 23: "rd"][day] ?? "th"
        return [
            "iso": .string("2027-\(two(month))-\(two(day))"), "long": .string("\(day) \(name) 2027"),
            "american": .string("\(name) \(day)\(suffix), 2027"), "slashes": .string("\(two(month))/\(two(day))/2027"),
            "dots": .string("\(two(day)).\(two(month)).2027"), "short": .string("\(day) \(name.prefix(3)) 2027"),
            "month": .string(name), "monthNumber": .string(two(month)), "day": .integer(Int64(day)),
        ]
    }
}

private enum Vocabulary {
    static let ordinals = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth",
    ]
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let firstNames = [
        "Ingrid", "Tomasz", "Priya", "Kwame", "Mateo", "Yuki", "Fatima", "Oskar", "Beatriz", "Liam", "Noor", "Greta",
        "Hamid", "Saoirse", "Viktor", "Chloe", "Dmitri", "Amara", "Jonas", "Leila", "Rafael", "Hana", "Edgar", "Zoe",
    ]
    static let lastNames = [
        "Okafor", "Lindqvist", "Moreau", "Tanaka", "Novak", "Castellano", "Byrne", "Haddad", "Petrov", "Schuster",
        "Mbeki", "Ferreira", "Kowalski", "Iyer", "Dupont", "Eriksen", "Quinn", "Romano", "Vargas", "Weiss", "Abbott",
        "Nakamura", "Olsen", "Duarte",
    ]
    static let cities = [
        "Lisbon", "Oslo", "Kyoto", "Nairobi", "Lima", "Prague", "Dublin", "Hanoi", "Quito", "Riga", "Tunis", "Bergen",
        "Porto", "Ghent", "Accra", "Seville",
    ]
    static let products = [
        "Copper Kettle", "Wool Blanket", "Desk Lamp", "Oak Stool", "Tea Strainer", "Canvas Bag", "Wall Clock",
        "Garden Hose", "Salt Grinder", "Picture Frame", "Travel Mug", "Bread Knife", "Yoga Mat", "Rain Jacket",
        "Paper Lantern", "Cork Board", "Bike Pump", "Linen Towel", "Glass Jug", "Coat Rack",
    ]
    static let subjects = [
        "Quarterly budget", "Lunch on Friday", "Broken printer", "Holiday rota", "Parking permit", "Server migration",
        "Invoice overdue", "Welcome pack", "Fire drill", "New office keys", "Team photo", "Contract draft",
    ]
    static let words = [
        "Falcon", "Harbour", "Meadow", "Lantern", "Granite", "Willow", "Comet", "Saffron", "Thistle", "Anchor",
        "Pebble", "Juniper", "Tundra", "Velvet", "Walnut", "Zephyr",
    ]
    static let colours = ["Crimson", "Teal", "Amber", "Violet", "Olive", "Navy", "Coral", "Ivory"]
}
