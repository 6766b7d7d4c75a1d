// Tables that can be copied.

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
  return element('div', {class: 'table'},
      element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
          element('table', {},
              element('caption', {}, caption),
              element('thead', {}, element('tr', {},
                  ...columns.map((name, c) => element('th', {scope: 'col', class: kind(c)}, name)))),
              element('tbody', {}, ...rows.map(row => element('tr', {}, ...row.map(cell)))))),
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
