//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import Browser

/// Where an agent reports what it does.
package protocol AgentEventSink: Sendable {
    /// Takes one event. The events of a run come one after another, never at once.
    func report(_ event: AgentEvent) async
}

/// Something that has happened in a run. ``AgentEventRenderer`` turns it into a log record. Whoever wants to know what has
/// happened reads the event, never the text of the record.
package struct AgentEvent: Sendable, Hashable {
    /// What has happened.
    package var what: What
    /// The number of the step that it belongs to, from 1.
    package var step: Int?
    /// The name of the action that it is about, such as `navigate`.
    package var action: String?
    /// The page's address then.
    package var url: String?
    /// How long it took.
    package var duration: Duration?
    /// The most characters of its text; `nil` where its text needs no limit.
    package var textLimit: Int?
    /// Where on the page it was done.
    package var target: PageTarget?

    package init(
        _ what: What,
        step: Int? = nil,
        action: String? = nil,
        url: String? = nil,
        duration: Duration? = nil,
        textLimit: Int? = nil
    ) {
        self.what = what
        self.step = step
        self.action = action
        self.url = url
        self.duration = duration
        self.textLimit = textLimit
    }

    /// Kinds of events, with what belongs to each.
    package enum What: Sendable, Hashable {
        // MARK: The run

        /// The task, as it may be shown.
        case task(String)
        /// The model that plans the steps.
        case model(String)
        /// What the task was to find out, or where it has led.
        case result(String)
        /// What was found to be so on the pages after what was done.
        case verified([String])
        /// The agent has come to its end. Nothing but ``tokens(_:)`` follows.
        case finished(Ending)
        /// The run was stopped from outside: cancelled, out of time, or its service was shut down.
        case stopped(String)
        /// What the model has read and written.
        case tokens(TokenUsage)

        /// A person holds the run, it waits for one, or it goes on.
        case standing(RunStatus, reason: String?, waitingFor: WaitingFor?)

        /// A person has answered. A text that is not for everybody is shown neither here nor in what follows.
        case answered(String, isSecret: Bool = false)
        /// Nobody has answered in time.
        case unanswered(question: String)
        /// A person has done something on the run's page.
        case human(String)
        /// A person has told the run something.
        case told(String)

        // MARK: A step

        /// A step has begun.
        case stepBegan(title: String)
        /// A step failed, and the model does what it was for.
        case handedOver(reason: String)
        /// The step is left out, because its condition does not hold.
        case skipped(condition: String)
        /// How the model judges the step before.
        case evaluated(String, Judgement)
        /// What the model wants to remember.
        case remembered(String)
        /// What the model wants to reach next.
        case planned(String)
        /// The model's answer was no valid decision.
        case invalidAnswer(String)
        /// The model did not answer.
        case noAnswer(String)
        /// The model is shown less from now on, because it could not read as much.
        case pageShortened(characters: Int, reason: String)

        /// What the words of a step come to on the page.
        case understood(String, as: [String])

        // MARK: An action

        /// An action has begun.
        case actionBegan(ActionCall)
        /// Something was done.
        case acted(PerformedAction)
        /// An action was not possible.
        case actionFailed(String, reason: String)
        /// The last actions of a step are left out.
        case actionsLeftOut(Int, reason: String)
        /// An attempt failed, and another one follows: with another address, or the same one again.
        case retried(String, with: String?)
        /// Several elements fit, and the first one was taken.
        case choseFirst(of: Int, name: String, isNamed: Bool, place: String?)
        /// An action has led to another page.
        case led(to: String, inNewTab: Bool)
        /// The page has asked something by a dialog, which was answered.
        case asked(dialog: String, message: String, answer: String)

        // MARK: The browser

        /// A file has come.
        case downloaded(String, bytes: Int)
        /// A file has not come.
        case downloadFailed(String, reason: String)
        /// A page wanted to connect to something that it may not.
        case blocked(String)
        /// There is a picture of the page as it was when the step was over, at this path of the service.
        case pictured(path: String)
    }

    /// How an agent ends.
    package enum Ending: Sendable, Hashable {
        /// All of the task is done.
        case succeeded
        /// The model says itself that the task is not done.
        case givenUp
        /// Something failed.
        case failed(String)
    }

    /// How a model judges a step.
    package enum Judgement: Sendable, Hashable {
        /// It did what it was for.
        case success
        /// It did not.
        case failure
        /// The model does not say clearly.
        case unclear
    }

    /// Whether it is about something that was done on a page, or tried.
    package var isAboutAction: Bool {
        switch what {
        case .acted, .actionFailed: true
        default: false
        }
    }

    /// Whether the agent does nothing more on its pages.
    package var endsSteps: Bool {
        switch what {
        case .result, .finished: true
        default: false
        }
    }
}
