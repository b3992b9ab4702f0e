//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// What a page asks one to compute: "3 + 4 =", "x + 2 = 7".
enum Arithmetic {
    /// The result of the one task that the texts have.
    static func solution(in texts: [String]) -> String? {
        let found = texts.compactMap(solve).reduce(into: [Double]()) { if !$0.contains($1) { $0.append($1) } }
        return found.count == 1 ? Numbers.text(found[0]) : nil
    }

    static func solve(_ text: String) -> Double? {
        let plain = text.lowercased().replacing("×", with: "*").replacing("÷", with: "/").replacing("−", with: "-")
            .replacing("–", with: "-").replacing("⋅", with: "*")
        var terms: [Substring] = []
        var rest = plain[...]
        while let character = rest.first {
            if character.isNumber {
                let number = rest.prefix { $0.isNumber || $0 == "." }
                terms.append(number)
                rest = rest.dropFirst(number.count)
            } else if "+-*/=()".contains(character) || character == "?" {
                terms.append(rest.prefix(1))
                rest = rest.dropFirst()
            } else if character == "x", rest.dropFirst().first?.isLetter != true {
                let isTimes =
                    terms.last.flatMap { Double($0) } != nil && rest.dropFirst().trimmed.first?.isNumber == true
                    && !plain.contains("=")
                terms.append(isTimes ? "*" : "x")
                rest = rest.dropFirst()
            } else if character.isWhitespace || character == "$" || character == ":" {
                rest = rest.dropFirst()
            } else if terms.contains(where: { "+-*/".contains($0) }) {
                break
            } else {
                terms = []
                rest = rest.drop { !$0.isWhitespace }
            }
        }
        while let last = terms.last, last == "?" { terms.removeLast() }
        guard terms.contains(where: { ["+", "-", "*", "/"].contains($0) }) else { return nil }
        if let equals = terms.firstIndex(of: "=") {
            let (left, right) = (Array(terms[..<equals]), Array(terms[(equals + 1)...]))
            if right.isEmpty || right == ["x"] { return value(left, x: nil) }
            guard terms.contains("x") else { return nil }
            func difference(_ x: Double) -> Double? {
                guard let a = value(left, x: x), let b = value(right, x: x) else { return nil }
                return a - b
            }
            // Linear: two points say all.
            guard let zero = difference(0), let one = difference(1), one != zero else { return nil }
            return -zero / (one - zero)
        }
        return terms.contains("x") ? nil : value(terms, x: nil)
    }

    private static func value(_ terms: [Substring], x: Double?) -> Double? {
        var position = 0
        func peek() -> Substring? { position < terms.count ? terms[position] : nil }
        func factor() -> Double? {
            guard let term = peek() else { return nil }
            position += 1
            if term == "-" { return factor().map(-) }
            if term == "(" {
                let inner = sum()
                guard peek() == ")" else { return nil }
                position += 1
                return inner
            }
            if term == "x" { return x }
            guard let number = Double(term) else { return nil }
            if peek() == "x", let x {
                position += 1
                return number * x
            }
            return number
        }
        func product() -> Double? {
            guard var result = factor() else { return nil }
            while let sign = peek(), sign == "*" || sign == "/" {
                position += 1
                guard let next = factor(), sign == "*" || next != 0 else { return nil }
                result = sign == "*" ? result * next : result / next
            }
            return result
        }
        func sum() -> Double? {
            guard var result = product() else { return nil }
            while let sign = peek(), sign == "+" || sign == "-" {
                position += 1
                guard let next = product() else { return nil }
                result = sign == "+" ? result + next : result - next
            }
            return result
        }
        guard let result = sum(), position == terms.count else { return nil }
        return result
    }
}
