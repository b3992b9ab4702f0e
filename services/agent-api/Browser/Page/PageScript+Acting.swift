//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension PageScript {
    /// Whether and how an element can be acted on.
    static let acting = #"""
        // A page in the background paints no frames; there the timer is what ends the wait.
        const nextFrame = () => new Promise((resolve) => { requestAnimationFrame(resolve); setTimeout(resolve, 250); });
        async function frames(count) { for (let i = 0; i < count; i += 1) await nextFrame(); }

        const boxOf = (e) => { const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height].join(' '); };

        // The element under a point, also inside open shadow roots.
        function hit(x, y) {
          let root = document;
          let target = null;
          for (;;) {
            const next = root.elementFromPoint(x, y);
            if (!next || next === target) return target;
            target = next;
            if (!target.shadowRoot) return target;
            root = target.shadowRoot;
          }
        }

        function contains(outer, inner) {
          for (let node = inner; node; node = node.parentNode ?? node.host) if (node === outer) return true;
          return false;
        }

        // Where to click, or the reason why not yet.
        async function ready(token, wants) {
          const target = found.get(token);
          if (!target?.isConnected) return { reason: 'it is no longer on the page', gone: true };
          if (!visible(target)) return { reason: 'it is not visible' };
          if (disabled(target)) return { reason: 'it is disabled' };
          if (wants === 'edit' && (target.readOnly || target.getAttribute('aria-readonly') === 'true')) {
            return { reason: 'it is read-only' };
          }
          target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
          await nextFrame();
          const before = boxOf(target);
          await nextFrame();
          if (!target.isConnected) return { reason: 'it is no longer on the page', gone: true };
          if (boxOf(target) !== before) return { reason: 'it is moving' };
          const boxes = [...target.getClientRects()];
          const box = boxes.find((r) => r.width > 0 && r.height > 0) ?? target.getBoundingClientRect();
          const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
          const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
          if (left >= right || top >= bottom) return { reason: 'it is outside of the window' };
          const x = (left + right) / 2, y = (top + bottom) / 2;
          if (wants === 'click') {
            const over = hit(x, y);
            const labels = [...target.labels ?? []];
            const own = over && (contains(target, over) || labels.some((label) => contains(label, over)) ||
              (target.localName === 'label' && target.control && contains(target.control, over)));
            if (!own && over) return { reason: `it is covered by <${over.localName}> ${describe(over)}` };
            if (!own) return { reason: 'nothing is at its place' };
          }
          return { x, y, left: box.left, top: box.top };
        }

        // Puts the cursor into a field with all of its content selected. Fields that have no text to type into are told
        // apart.
        function focus(token) {
          const field = found.get(token);
          field.focus();
          if (field.isContentEditable) {
            const range = document.createRange();
            range.selectNodeContents(field);
            const selection = getSelection();
            selection.removeAllRanges();
            selection.addRange(range);
          } else if (['date', 'time', 'month', 'week', 'datetime-local', 'color', 'range'].includes(field.type)) {
            return 'set';
          } else {
            field.select();
          }
          return value(token) === '' ? 'empty' : 'selected';
        }

        function value(token) {
          const field = found.get(token);
          return field.isContentEditable ? field.innerText.replace(/\n$/, '') : field.value ?? '';
        }

        function content(token) {
          const e = found.get(token);
          if (e.localName === 'select') return [...e.selectedOptions].map((option) => option.label).join(', ');
          return (isField(e) ? value(token) : e.innerText ?? e.textContent).trim();
        }

        const changed = (field) => {
          field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
          field.dispatchEvent(new Event('change', { bubbles: true }));
        };

        function setValue(token, text) {
          const field = found.get(token);
          field.value = text;
          changed(field);
          return field.value;
        }

        function choose(token, text) {
          const field = found.get(token);
          const wanted = normal(text);
          let best, bestScore = 0;
          for (const option of field.options) {
            const [label, value] = [option.label, option.value].map((text) => similarity(normal(text), wanted));
            const score = Math.max(label, value * 0.9);
            if (score > bestScore && !option.disabled) { best = option; bestScore = score; }
          }
          if (!best) return { options: [...field.options].map((option) => option.label.trim()).slice(0, 20) };
          field.focus();
          if (!best.selected) { best.selected = true; changed(field); }
          return { chosen: best.label.trim() };
        }

        function isChecked(token) {
          const box = found.get(token);
          return 'checked' in box ? box.checked : box.getAttribute('aria-checked') === 'true';
        }

        """#
}
