//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Deed {
    /// The same, where it is a deed of the page, only for a control that is called like all of its words.
    var whole: Deed {
        guard case .act(var act) = self else { return self }
        act.isWhole = true
        return .act(act)
    }

    /// The same only for a control that is called exactly like its clause.
    var exact: Deed {
        guard case .act(var act) = self else { return self }
        act.isWhole = true
        act.isExact = true
        return .act(act)
    }

    /// The same in a place that was said before: "in the row of Ada, …".
    func within(_ place: Target) -> Deed {
        func scoped(_ target: Target) -> Target {
            guard !target.isPronoun, !target.isEmpty else { return target }
            var target = target
            target.readings = target.readings.map { reading in
                var reading = reading
                reading.isWhole = false
                reading.scopes.append(Reading.Scope(relation: .within, target: place))
                return reading
            }
            target.parts = target.parts.map(scoped)
            return target
        }
        switch self {
        case .click(let target, let press): return .click(scoped(target), press)
        case .hover(let target): return .hover(scoped(target))
        case .focus(let target): return .focus(scoped(target))
        case .find(let target): return .find(scoped(target))
        case .download(let target): return .download(scoped(target))
        case .type(let value, let field, let mode): return .type(value, into: scoped(field), mode: mode)
        case .clear(let target): return .clear(scoped(target))
        case .assign(let target, let value): return .assign(scoped(target), value)
        case .pair(let pairs): return .pair(pairs.map { Pair(label: scoped($0.label), value: $0.value) })
        case .choose(let target, let list, let choice): return .choose(scoped(target), in: list.map(scoped), choice)
        case .check(let target, let isOn): return .check(scoped(target), isOn)
        case .expand(let target, let isOpen): return .expand(scoped(target), isOpen)
        case .several(let deeds): return .several(deeds.map { $0.within(place) })
        case .either(let deeds): return .either(deeds.map { $0.within(place) })
        case .until(let deed, let condition): return .until(deed.within(place), condition)
        case .act(var act):
            if act.isExact {} else if act.target.isEmpty { act.target = place } else { act.target = scoped(act.target) }
            return .act(act)
        default: return self
        }
    }
}
