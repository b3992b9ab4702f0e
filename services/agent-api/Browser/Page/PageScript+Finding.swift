//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension PageScript {
    /// Choosing the element that a description means.
    static let finding = #"""
        const clickable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, label, option, [onclick], ' +
          '[tabindex], [role=button], [role=link], [role=tab], [role=menuitem], [role=checkbox], [role=radio], ' +
          '[role=switch], [role=option]';

        function fits(element, kind) {
          switch (kind) {
            case 'fill': return isField(element);
            case 'check': return ['checkbox', 'radio', 'switch'].includes(role(element));
            case 'select': return element.localName === 'select';
            case 'search': return isSearchField(element);
            case 'click': return element.matches(clickable);
            default: return !element.matches('script, style, label');
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

        // The likeliest elements for a description {kind, name, role, index}; index counts those with the same role
        // from 0, or from the end where it is negative.
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
              for (const [name, weight] of names(element, query.kind)) {
                score = Math.max(score, similarity(name, wanted) * weight);
              }
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

        const isTextField = (e) => isField(e) && visible(e) &&
          (e.localName !== 'input' || ['text', 'search'].includes(e.type));
        function onlyTextField() {
          const fields = [...all()].filter(isTextField);
          return fields.length === 1 ? { element: fields[0], score: 20 } : undefined;
        }

        // Without a name the field that has the focus is meant, or the only one.
        function single(candidates) {
          const focused = candidates.find(({ element }) => element === element.getRootNode().activeElement);
          if (focused) return focused;
          const shown = candidates.filter((candidate) => candidate.shown);
          return shown.length === 1 ? shown[0] : undefined;
        }

        function depth(element) {
          let count = 0;
          for (let e = element; e; e = e.parentElement) count += 1;
          return count;
        }
        const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '';
        const holdsText = (element) => [...element.childNodes].some(isText);

        function describe(element) {
          const label = element.labels?.[0]?.innerText || element.getAttribute('aria-label') ||
            byIDs(element, element.getAttribute('aria-labelledby')) || element.getAttribute('placeholder') ||
            (isField(element) || element.localName === 'select' ? '' : element.innerText || element.value) ||
            element.getAttribute('title') || element.getAttribute('alt') || element.getAttribute('name') || element.id ||
            element.localName;
          const text = String(label).replace(/\s+/g, ' ').trim().replace(/\s*[:*]+$/, '');
          return text.length > 60 ? text.slice(0, 59) + '…' : text;
        }

        """#
}
