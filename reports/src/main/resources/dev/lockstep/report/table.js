// Tables that can be copied.

/** Columns that paper has room for without breaking numbers. */
const MANY = 14;

let hints = 0;

/** Shows a hint while a box has more to it than can be seen at once: not every browser shows scroll bars. */
function hintWhereCut(box, hint) {
  const observer = new ResizeObserver(() => {
    hint.hidden = box.scrollWidth <= box.clientWidth + 1;
  });
  observer.observe(box);
  observer.observe(box.firstChild);
}

/**
 * A table with buttons that copy it.
 *
 * @param columns their names; the first tells what a row is
 * @param rows as many cells each: numbers, strings, or null where there is nothing
 */
function table(caption, columns, rows) {
  const numeric = columns.map((name, c) =>
      rows.every(row => row[c] === null || row[c] === undefined || typeof row[c] === 'number' || row[c] instanceof Figure));
  const kind = c => (numeric[c] && c > 0 ? 'number' : 'name');
  const cell = (value, c) => c === 0
      ? element('th', {scope: 'row', class: kind(c)}, shown(value))
      : element('td', {class: kind(c)}, shown(value));
  const text = [columns, ...rows.map(row => row.map(shown))];
  const hint = element('p', {class: 'hint', id: 'hint-' + ++hints, hidden: ''}, 'Wider than the page: scroll it sideways, or select it and use the arrow keys.');
  const box = element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption, 'aria-describedby': hint.id},
      element('table', columns.length > MANY ? {class: 'many'} : {},
          element('caption', {}, caption),
          element('thead', {}, element('tr', {},
              ...columns.map((name, c) => element('th', {scope: 'col', class: kind(c)}, name)))),
          element('tbody', {}, ...rows.map(row => element('tr', {}, ...row.map(cell))))));
  hintWhereCut(box, hint);
  return element('div', {class: 'table'}, hint, box,
      element('div', {class: 'buttons'},
          copyButton('Copy as Markdown', () => markdown(text, numeric)),
          copyButton('Copy as TSV', () => tsv(text))));
}

/** A number with what says how sure it is, shown as one cell. */
class Figure {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }

  /** A value and its interval, if it has them. */
  static within(value, interval) {
    return interval?.every(Number.isFinite) ? new Figure(`${shown(value)} [${shown(interval[0])}, ${shown(interval[1])}]`) : value;
  }

  /** A mean and its standard error, if it has one. */
  static plusMinus(value, error) {
    return Number.isFinite(error) ? new Figure(`${shown(value)} ± ${shown(error)}`) : value;
  }
}

const oneLine = text => text.replace(/\s+/g, ' ');

function markdown(text, numeric) {
  const line = cells => '| ' + cells.map(cell => oneLine(cell).replace(/[\\|]/g, '\\$&')).join(' | ') + ' |';
  const rule = '| ' + numeric.map(right => (right ? '---:' : '---')).join(' | ') + ' |';
  return [line(text[0]), rule, ...text.slice(1).map(line)].join('\n') + '\n';
}

function tsv(text) {
  return text.map(cells => cells.map(oneLine).join('\t')).join('\n') + '\n';
}

function copyButton(label, text) {
  const button = element('button', {type: 'button'}, label);
  button.addEventListener('click', async () => {
    const done = await copy(text());
    button.textContent = done ? 'Copied' : 'Copying is not allowed here';
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
  return button;
}

/** Copies; some browsers keep the newer way from pages that are files. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (refused) {
    const area = element('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
