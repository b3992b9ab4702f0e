//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a page's snapshots have listed: which element of the script in which frame each reference and index means.
struct ElementRegistry: Sendable {
    /// An element as the script in its document knows it.
    struct Key: Sendable, Hashable {
        var world: PageState.World
        var number: Int
    }

    /// Where a listed element is.
    struct Place: Sendable, Hashable {
        var frame: String
        var key: Key
    }

    /// The elements of which the browser's node number is known.
    private var references: [Key: ElementReference] = [:]
    private var places: [ElementReference: Place] = [:]
    private var indices: [ElementReference: Int] = [:]
    private var nextIndex = 1
    /// The frame that an `iframe` element shows.
    private var content: [Key: String] = [:]
    /// The `iframe` element that shows a frame.
    private var owners: [String: Key] = [:]
    /// The highest number of each document whose element is known.
    private var known: [PageState.World: Int] = [:]
    /// The nodes that listen to clicks, as far as the documents' scripts have been told.
    private var listening: Set<ElementReference> = []
    /// What the last snapshot listed; `nil` before the first one of a document.
    private var listed: Set<ElementReference>?
    private var mainWorld: PageState.World?
    /// The documents of frames that did not answer the last time.
    private var silent: Set<PageState.World?> = []

    /// Forgets the documents that are gone. A new main document begins anew.
    mutating func keep(_ worlds: Set<PageState.World>, main: PageState.World?) {
        if main != mainWorld {
            self = ElementRegistry()
            mainWorld = main
        }
        guard known.keys.contains(where: { !worlds.contains($0) }) else { return }
        references = references.filter { worlds.contains($0.key.world) }
        content = content.filter { worlds.contains($0.key.world) }
        owners = owners.filter { worlds.contains($0.value.world) }
        known = known.filter { worlds.contains($0.key) }
        for (reference, place) in places where !worlds.contains(place.key.world) {
            places[reference] = nil
            indices[reference] = nil
        }
    }

    /// The number up to which the elements of a document are known.
    func known(in world: PageState.World) -> Int { known[world] ?? 0 }

    mutating func learn(_ world: PageState.World, upTo number: Int) {
        known[world] = max(known[world] ?? 0, number)
    }

    mutating func learn(_ key: Key, node: Int, in frame: String, session: String, showing content: String?) {
        let reference = ElementReference(session: session, backendNode: node)
        references[key] = reference
        places[reference] = Place(frame: frame, key: key)
        if let content {
            self.content[key] = content
            owners[content] = key
        }
    }

    /// Whether it is news that a node listens to clicks.
    mutating func learnListening(_ reference: ElementReference) -> Bool { listening.insert(reference).inserted }

    func isSilent(_ world: PageState.World?) -> Bool { silent.contains(world) }

    mutating func setSilent(_ world: PageState.World?, _ isSilent: Bool) {
        if isSilent { silent.insert(world) } else { silent.remove(world) }
    }

    func reference(of key: Key) -> ElementReference? { references[key] }

    func place(of reference: ElementReference) -> Place? { places[reference] }

    func place(ofNumber key: Key) -> Place? { references[key].flatMap { places[$0] } }

    func frame(shownBy key: Key) -> String? { content[key] }

    func owner(of frame: String) -> Key? { owners[frame] }

    /// The number of an element in the page's text, the same as long as it is on the page.
    mutating func index(of reference: ElementReference) -> Int {
        if let index = indices[reference] { return index }
        defer { nextIndex += 1 }
        indices[reference] = nextIndex
        return nextIndex
    }

    /// Whether an element was not in the last snapshot of this page. In the first one nothing is new.
    func isNew(_ reference: ElementReference) -> Bool { listed.map { !$0.contains(reference) } ?? false }

    mutating func setListed(_ references: Set<ElementReference>) { listed = references }
}
