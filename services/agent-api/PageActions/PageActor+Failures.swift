//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import Secrets

extension PageActor {
    /// Why an action was not possible, for planners.
    ///
    /// - Throws: `CancellationError`.
    static func failure(_ error: any Error) throws -> ActionFailure {
        switch error {
        case let failure as ActionFailure: return failure
        case let error as BrowserError: return ActionFailure(kind(of: error), error.message)
        case let error as SecretRefused: return ActionFailure(.secretRefused, error.description)
        case is CancellationError: throw error
        default:
            try Task.checkCancellation()
            return ActionFailure(.other, "\(error)")
        }
    }

    private static func kind(of error: BrowserError) -> ActionFailure.Kind {
        switch error.obstacle {
        case .changed: return .changedMeaning
        case .covered(let by): return .covered(by: by)
        case .hidden: return .notVisible
        case .disabled: return .disabled
        case .readOnly: return .readOnly
        case .moving: return .moving
        case .refusesValue: return .refusedValue
        case .notHeld: return .notVerified
        case .noOption(let options): return .noSuchOption(options: options)
        case .severalOptions(let options): return .ambiguousOption(options: options)
        case nil: break
        }
        switch error.code {
        case .elementNotFound: return .gone
        case .navigationFailed, .invalidAddress: return .navigationFailed
        case .timedOut: return .timedOut
        case .pageClosed, .pageCrashed, .browserGone: return .pageGone
        case .scriptFailed: return .scriptFailed
        case .fileNotAllowed: return .fileRefused
        case .notSupported: return .notSupported
        default: return .other
        }
    }
}
