//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The script that each frame gets in our isolated world: it finds elements as a person would name them and tells whether they can
/// be acted on. The page neither sees it nor can change it.
enum PageScript {
    static let source =
        "globalThis.stepcast = (() => {\n'use strict';\n" + elements + finding + acting + reading + exports + "})();"

    private static let exports = """
        return { frames, find, ready, element, focus, value, content, setValue, choose, isChecked, text, summary, scroll };
        """

    /// Walking the document and what an element is called.
    private static let elements = #"""
        const found = new Map();
        let nextToken = 0;

        function* walk(root) {
          for (const child of root.children) {
            yield child;
            if (child.shadowRoot) yield* walk(child.shadowRoot);
            yield* walk(child);
          }
        }
        const all = () => walk(document);

        const normal = (text) => (text ?? '').normalize('NFKC').toLowerCase()
          .replace(/[\s\u200b]+/g, ' ').replace(/^[\s"'“”‘’:*…»«›→←]+|[\s"'“”‘’:*….!?»«›→←]+$/g, '');

        function visible(element) {
          if (!element.isConnected) return false;
          if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: false })) return false;
          const box = element.getBoundingClientRect();
          return box.width > 0 && box.height > 0;
        }

        function disabled(element) {
          return element.matches(':disabled') || element.closest('[aria-disabled="true" i]') !== null;
        }

        const roots = (element) => element.getRootNode();
        const byIDs = (element, ids) => (ids ?? '').split(/\s+/).filter(Boolean)
          .map((id) => roots(element).getElementById?.(id)?.textContent ?? '').join(' ');

        const textFields = new Set(['text', 'search', 'email', 'url', 'tel', 'password', 'number', 'date', 'time', 'month', 'week',
          'datetime-local', 'color', 'range']);

        function role(element) {
          const given = element.getAttribute('role');
          if (given) return given.trim().split(/\s+/)[0].toLowerCase();
          switch (element.localName) {
            case 'a': return element.hasAttribute('href') ? 'link' : '';
            case 'area': return 'link';
            case 'button': case 'summary': return 'button';
            case 'select': return 'combobox';
            case 'textarea': return 'textbox';
            case 'option': return 'option';
            case 'img': return 'img';
            case 'input':
              switch (element.type) {
                case 'button': case 'submit': case 'reset': case 'image': case 'file': return 'button';
                case 'checkbox': return 'checkbox';
                case 'radio': return 'radio';
                case 'hidden': return '';
                case 'search': return 'searchbox';
                default: return 'textbox';
              }
          }
          return element.isContentEditable && !element.parentElement?.isContentEditable ? 'textbox' : '';
        }

        function isField(element) {
          if (element.localName === 'input') return textFields.has(element.type);
          if (element.localName === 'textarea') return true;
          if (element.isContentEditable) return !element.parentElement?.isContentEditable;
          return false;
        }

        // The texts that an element goes by, each with how much it says, the accessible name's sources first.
        function names(element, kind) {
          const list = [];
          const add = (text, weight) => { const name = normal(text); if (name) list.push([name, weight]); };
          add(byIDs(element, element.getAttribute('aria-labelledby')), 1);
          add(element.getAttribute('aria-label'), 1);
          for (const label of element.labels ?? []) add(label.innerText || label.textContent, 1);
          if (element.localName === 'input' && ['button', 'submit', 'reset'].includes(element.type)) {
            add(element.value || { submit: 'Submit', reset: 'Reset' }[element.type], 1);
          }
          if (kind !== 'fill' && !isField(element) && element.localName !== 'select') add(element.innerText ?? element.textContent, 1);
          add(element.getAttribute('alt'), 0.95);
          for (const image of element.querySelectorAll?.('img[alt], svg title') ?? []) {
            add(image.getAttribute('alt') ?? image.textContent, 0.9);
          }
          add(element.getAttribute('placeholder'), 0.95);
          add(element.getAttribute('title'), 0.9);
          add(element.getAttribute('name'), 0.85);
          add(element.getAttribute('id')?.replace(/[-_]+/g, ' '), 0.8);
          if (element.localName === 'input' || element.localName === 'textarea') add(element.getAttribute('type'), 0.7);
          // A field without a label of its own mostly has its name right before it.
          if (isField(element) || element.localName === 'select') {
            const before = element.previousElementSibling ?? element.parentElement?.previousElementSibling;
            if (before && !before.querySelector('input, select, textarea')) add(before.textContent, 0.6);
          }
          return list;
        }

        function similarity(name, wanted) {
          if (name === wanted) return 100;
          if (name.replace(/[^\p{L}\p{N}]/gu, '') === wanted.replace(/[^\p{L}\p{N}]/gu, '')) return 95;
          const cover = 10 * wanted.length / Math.max(name.length, 1);
          if (name.startsWith(wanted + ' ')) return 75 + cover;
          if ((' ' + name + ' ').includes(' ' + wanted + ' ')) return 65 + cover;
          if (name.startsWith(wanted)) return 60 + cover;
          if (wanted.length > 2 && name.includes(wanted)) return 45 + cover;
          const words = wanted.split(' ');
          if (words.length > 1 && words.every((word) => name.includes(word))) return 35 + cover;
          return 0;
        }

        """#

    /// Choosing the element that a description means.
    private static let finding = #"""
        const clickable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, label, option, [onclick], [tabindex], ' +
          '[role=button], [role=link], [role=tab], [role=menuitem], [role=checkbox], [role=radio], [role=switch], [role=option]';

        function fits(element, kind) {
          switch (kind) {
            case 'fill': return isField(element);
            case 'check': return ['checkbox', 'radio', 'switch'].includes(role(element));
            case 'select': return element.localName === 'select';
            case 'search': return isSearchField(element);
            case 'click': return element.matches(clickable);
            default: return element.localName !== 'script' && element.localName !== 'style' && element.localName !== 'label';
          }
        }

        function isSearchField(element) {
          if (!isField(element) || disabled(element) || element.readOnly) return false;
          if (element.type === 'search' || role(element) === 'searchbox' || element.name === 'q') return true;
          if (element.closest('search, [role=search]')) return true;
          return names(element, 'fill').some(([name]) => /\bsearch\b/.test(name));
        }

        const roleWords = {
          button: (e) => role(e) === 'button', link: (e) => role(e) === 'link', tab: (e) => role(e) === 'tab',
          checkbox: (e) => ['checkbox', 'switch'].includes(role(e)), radio: (e) => role(e) === 'radio',
          field: isField, image: (e) => role(e) === 'img', option: (e) => role(e) === 'option',
          result: (e) => role(e) === 'link' && e.closest('main, [role=main], ol, ul, article, h1, h2, h3') !== null
            && e.closest('nav, header, footer, [role=navigation]') === null,
          item: (e) => e.localName === 'li',
        };

        // The likeliest elements for a description {kind, name, role, index}; index counts those with the same role from 0, or from
        // the end where it is negative.
        function find(query) {
          const wanted = normal(query.name);
          const ofRole = roleWords[query.role];
          const candidates = [];
          let order = 0;
          for (const element of all()) {
            order += 1;
            if (wanted === '' && query.kind !== 'search' && query.role !== undefined && !ofRole?.(element)) continue;
            let score = 0;
            if (wanted === '') {
              if (!fits(element, query.kind) && !(query.kind === 'click' && ofRole)) continue;
              score = 50;
            } else {
              const direct = fits(element, query.kind);
              // Any element can be clicked, but only by the text that it holds itself.
              if (!direct && (query.kind !== 'click' || !holdsText(element))) continue;
              for (const [name, weight] of names(element, query.kind)) score = Math.max(score, similarity(name, wanted) * weight);
              if (score === 0) continue;
              if (!direct) score *= 0.6;
              if (query.kind === 'click' && (isField(element) || element.localName === 'label')) score *= 0.8;
              if (ofRole) score *= ofRole(element) ? 1.2 : 0.7;
            }
            const shown = visible(element);
            if (!shown) score *= 0.3;
            if (shown && disabled(element)) score *= 0.7;
            candidates.push({ element, score, shown, order });
          }
          let best;
          if (query.index !== undefined) {
            const top = Math.max(0, ...candidates.map((c) => c.score));
            const likely = candidates.filter((c) => c.shown && c.score >= top * 0.9);
            best = likely.at(query.index);
          } else {
            candidates.sort((a, b) => b.score - a.score || depth(b.element) - depth(a.element) || a.order - b.order);
            best = wanted !== '' || query.kind === 'search' || ofRole ? candidates[0] : single(candidates);
            if (wanted === '' && query.kind === 'search' && !best) best = onlyTextField();
          }
          if (!best) return null;
          const token = nextToken++;
          found.clear();
          found.set(token, best.element);
          return { token, score: best.score, label: describe(best.element), secret: best.element.type === 'password' };
        }

        const isTextField = (e) => isField(e) && visible(e) && (e.localName !== 'input' || ['text', 'search'].includes(e.type));
        function onlyTextField() {
          const fields = [...all()].filter(isTextField);
          return fields.length === 1 ? { element: fields[0], score: 20 } : undefined;
        }

        // Without a name the field that has the focus is meant, or the only one.
        function single(candidates) {
          const focused = candidates.find((candidate) => candidate.element === candidate.element.getRootNode().activeElement);
          if (focused) return focused;
          const shown = candidates.filter((candidate) => candidate.shown);
          return shown.length === 1 ? shown[0] : undefined;
        }

        const depth = (element) => { let count = 0; for (let e = element; e; e = e.parentElement) count += 1; return count; };
        const holdsText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');

        function describe(element) {
          const label = element.labels?.[0]?.innerText || element.getAttribute('aria-label') ||
            byIDs(element, element.getAttribute('aria-labelledby')) || element.getAttribute('placeholder') ||
            (isField(element) || element.localName === 'select' ? '' : element.innerText || element.value) ||
            element.getAttribute('title') || element.getAttribute('alt') || element.getAttribute('name') || element.id || element.localName;
          const text = String(label).replace(/\s+/g, ' ').trim().replace(/\s*[:*]+$/, '');
          return text.length > 60 ? text.slice(0, 59) + '…' : text;
        }

        """#

    /// Whether and how an element can be acted on.
    private static let acting = #"""
        // A page in the background paints no frames; there the timer is what ends the wait.
        const nextFrame = () => new Promise((resolve) => { requestAnimationFrame(resolve); setTimeout(resolve, 250); });
        async function frames(count) { for (let i = 0; i < count; i += 1) await nextFrame(); }

        const element = (token) => found.get(token);
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
          const box = [...target.getClientRects()].find((r) => r.width > 0 && r.height > 0) ?? target.getBoundingClientRect();
          const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
          const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
          if (left >= right || top >= bottom) return { reason: 'it is outside of the window' };
          const x = (left + right) / 2, y = (top + bottom) / 2;
          if (wants === 'click') {
            const over = hit(x, y);
            const own = over && (contains(target, over) || [...target.labels ?? []].some((label) => contains(label, over)) ||
              (target.localName === 'label' && target.control && contains(target.control, over)));
            if (!own) return { reason: over ? `it is covered by <${over.localName}> ${describe(over)}` : 'nothing is at its place' };
          }
          return { x, y, left: box.left, top: box.top };
        }

        // Puts the cursor into a field with all of its content selected. Fields that have no text to type into are told apart.
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
            const score = Math.max(similarity(normal(option.label), wanted), similarity(normal(option.value), wanted) * 0.9);
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

    /// What a person reads on the page.
    private static let reading = #"""
        function textOf(root) {
          const parts = [];
          const body = root === document ? document.body : null;
          if (body) parts.push(body.innerText);
          else for (const child of root.children) if (child.localName !== 'style' && child.localName !== 'script') parts.push(child.innerText ?? '');
          for (const host of root.querySelectorAll('*')) if (host.shadowRoot && visible(host)) parts.push(textOf(host.shadowRoot));
          return parts.filter((part) => part.trim() !== '').join('\n');
        }
        const text = () => textOf(document);

        function summary() {
          const results = [...all()].filter((e) => roleWords.result(e) && visible(e) && e.innerText.trim() !== '');
          const scope = results.filter((e) => e.closest('ol, ul, article, h2, h3'));
          const first = (scope.length > 0 ? scope : results)[0];
          const heading = [...all()].find((e) => e.localName === 'h1' && visible(e));
          return {
            title: document.title.trim(),
            heading: heading?.innerText.replace(/\s+/g, ' ').trim() ?? '',
            first: first?.innerText.replace(/\s+/g, ' ').trim() ?? '',
            count: scope.length,
          };
        }

        function scroll(direction) {
          const page = innerHeight * 0.85;
          const before = [scrollX, scrollY];
          const to = { up: [0, -page], down: [0, page], left: [-innerWidth, 0], right: [innerWidth, 0] }[direction];
          if (to) scrollBy({ left: to[0], top: to[1], behavior: 'instant' });
          if (direction === 'top') scrollTo({ top: 0, behavior: 'instant' });
          if (direction === 'bottom') scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
          return before[0] !== scrollX || before[1] !== scrollY;
        }

        """#
}
