// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What the service calls; it knows elements by their numbers.
globalThis.look = {
  snapshot, survey, adopt, mark, ready, through, frames, label, focus, held, setValue, choose, options,
  takesSeveral, isChecked, isExpanded, toggleOf, content, scroll, reveal, findText, origins, enterConfidential, cursor, enterAtCursor,
  heldTexts, begin, effects, fieldInfo, controlKind, statedForm, sliderState, handleOf, placeOf, selectText, isActive,
  searchText, matching, showMarks, hideMarks,
};
