//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension PageScript {
    /// Walking the document and what an element is called.
    static let elements = #"""
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

        const textFields = new Set(['text', 'search', 'email', 'url', 'tel', 'password', 'number', 'date', 'time', 'month',
          'week', 'datetime-local', 'color', 'range']);

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
          const holdsValue = isField(element) || element.localName === 'select';
          if (kind !== 'fill' && !holdsValue) add(element.innerText ?? element.textContent, 1);
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
}
