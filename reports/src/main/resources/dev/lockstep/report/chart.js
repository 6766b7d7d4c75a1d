'use strict';

// Charts. Colours come from the style sheet by class, so a chart follows the reader's light, dark or paper; dashes
// and markers tell lines apart without colour.

const COLORS = 6;
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2 1 2 1 2'];
const MARKERS = d3.symbolsFill;
const MARKER_AREA = 45;

/** An element with attributes and children; strings become text, never markup. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children.filter(child => child !== null));
  return made;
}

/** A number for people: four digits. */
function shown(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  if (typeof value !== 'number' || Number.isInteger(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  return size >= 1000 ? value.toFixed(0) : size >= 0.001 || size === 0 ? value.toPrecision(4) : value.toExponential(2);
}

const colorOf = index => 'color-' + (index % COLORS);

function drawMarker(parent, index, x, y) {
  return parent.append('path')
      .attr('class', 'marker ' + colorOf(index))
      .attr('d', d3.symbol(MARKERS[index % MARKERS.length], MARKER_AREA)())
      .attr('transform', `translate(${x},${y})`);
}

/** What stands for a line or mode in a legend. */
function swatch(line) {
  const svg = d3.create('svg').attr('class', 'swatch').attr('width', 30).attr('height', 14).attr('aria-hidden', 'true');
  if (!line.points || line.joined !== false) {
    svg.append('line').attr('class', lineClass(line)).attr('stroke-dasharray', dash(line))
        .attr('x1', 0).attr('x2', 30).attr('y1', 7).attr('y2', 7);
  }
  if (line.marked) {
    drawMarker(svg, line.index, 15, 7);
  }
  return svg.node();
}

function legend(lines) {
  return element('ul', {class: 'legend'},
      ...lines.map(line => element('li', {}, swatch(line), element('span', {}, line.name))));
}

const lineClass = line => `line ${line.bound ? 'bound' : colorOf(line.index)} ${line.thin ? 'thin' : ''}`;
const dash = line => line.dash ?? DASHES[line.index % DASHES.length];

/**
 * A figure that draws itself anew when its width changes.
 *
 * @param chart title, note, lines and alt, what a reader hears instead of seeing it
 * @param draw puts the drawing into an SVG of a width, and returns its height
 */
function figure(chart, draw) {
  const plot = element('div');
  const readout = element('output', {class: 'readout'});
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.floor(plot.clientWidth);
    if (width > 0 && width !== drawn) {
      drawn = width;
      const svg = d3.create('svg').attr('role', 'img').attr('aria-label', chart.alt);
      const height = draw(svg, width, readout);
      svg.attr('width', width).attr('height', height).attr('viewBox', [0, 0, width, height]);
      plot.replaceChildren(svg.node());
    }
  }).observe(plot);
  return element('figure', {class: chart.kind},
      element('figcaption', {}, element('h3', {}, chart.title), chart.note ? element('p', {}, chart.note) : null),
      chart.lines.length > 1 ? legend(chart.lines) : null,
      plot,
      chart.kind === 'chart' ? readout : null,
      chart.kind === 'chart' ? numbers(chart) : null);
}

/**
 * Lines over time.
 *
 * @param chart title, note, x and y (what the axes show), perhaps the range of y, and lines: each with name, index (its colour, dash and
 *     marker), points [x, y], and perhaps thin, marked, dash, bound (belongs to no run)
 */
function lineChart(chart) {
  const lines = chart.lines
      .map(line => ({...line, points: line.points.filter(([, y]) => Number.isFinite(y))}))
      .filter(line => line.points.length > 0);
  const ends = line => `${line.name} from ${shown(line.points[0][1])} to ${shown(line.points.at(-1)[1])}`;
  const alt = `${chart.title}, ${chart.y} by ${chart.x}: ${lines.map(ends).join('; ')}`;
  const all = {...chart, kind: 'chart', lines, alt};
  return figure(all, (svg, width, readout) => drawLines(all, svg, width, readout));
}

function drawLines(chart, svg, width, readout) {
  const height = Math.round(Math.max(210, Math.min(300, width * 0.6)));
  const points = chart.lines.flatMap(line => line.points);
  const y = d3.scaleLinear(chart.range ?? extent(points.map(p => p[1])), [height - 42, 24]).nice(5);
  const ticks = y.ticks(5);
  const large = d3.max(y.domain(), Math.abs) >= 10000;
  const written = ticks.map(large ? d3.format('~s') : y.tickFormat(5));
  const left = 10 + 7.5 * d3.max(written, text => text.length);
  const x = d3.scaleLinear(extent(points.map(p => p[0])), [left, width - 14]);

  const rules = svg.append('g').attr('class', 'rules');
  const labels = svg.append('g').attr('aria-hidden', 'true');
  ticks.forEach((tick, i) => {
    rules.append('line').attr('x1', left).attr('x2', width).attr('y1', y(tick)).attr('y2', y(tick));
    labels.append('text').attr('x', left - 6).attr('y', y(tick)).attr('dy', '0.32em').attr('text-anchor', 'end')
        .text(written[i]);
  });
  x.ticks(Math.max(2, Math.floor(width / 90))).filter(Number.isInteger).forEach(tick => {
    labels.append('text').attr('x', x(tick)).attr('y', height - 24).attr('text-anchor', 'middle')
        .text(d3.format(',')(tick));
  });
  labels.append('text').attr('x', 0).attr('y', 11).text(chart.y);
  labels.append('text').attr('x', width - 2).attr('y', height - 5).attr('text-anchor', 'end').text(chart.x);

  const path = d3.line().x(p => x(p[0])).y(p => y(p[1]));
  chart.lines.forEach(line => {
    svg.append('path').attr('class', lineClass(line)).attr('stroke-dasharray', dash(line)).attr('d', path(line.points));
    if (line.marked) {
      const every = Math.ceil(line.points.length / 10);
      line.points.filter((p, i) => i % every === 0).forEach(p => drawMarker(svg, line.index, x(p[0]), y(p[1])));
    }
  });
  readOut(chart, svg, x, readout);
  return height;
}

/** The ends of a scale that shows all values, some space apart where they are all the same. */
function extent(values) {
  const [low, high] = d3.extent(values);
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** Tells the values under the pointer. */
function readOut(chart, svg, x, readout) {
  svg.on('pointermove', event => {
    const at = x.invert(d3.pointer(event, svg.node())[0]);
    const near = chart.lines.filter(line => !line.bound)
        .map(line => ({name: line.name, point: d3.least(line.points, p => Math.abs(p[0] - at))}));
    const first = d3.least(near, one => Math.abs(one.point[0] - at)).point[0];
    readout.textContent = `${chart.x} ${first}: ` +
        near.filter(one => one.point[0] === first).map(one => `${one.name} ${shown(one.point[1])}`).join('; ');
  });
  svg.on('pointerleave', () => {
    readout.textContent = '';
  });
}

/** The chart's numbers, made when somebody asks for them. */
function numbers(chart) {
  const details = element('details', {}, element('summary', {}, 'Numbers of this chart'));
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1) {
      const lines = chart.lines.filter(line => !line.bound);
      const places = d3.sort(new Set(lines.flatMap(line => line.points.map(p => p[0]))));
      const values = lines.map(line => new Map(line.points));
      const rows = places.map(place => [place, ...values.map(of => of.get(place) ?? null)]);
      details.append(table(`${chart.title}, ${chart.y}`, [chart.x, ...lines.map(line => line.name)], rows));
    }
  });
  return details;
}

/**
 * Points of several modes on a plane whose directions mean nothing.
 *
 * @param chart title, note and lines: each with name, index and points [x, y]
 */
function scatterMap(chart) {
  const modes = chart.lines.map(mode => ({...mode, marked: true, joined: false}));
  const alt = `${chart.title}: a map of ${modes.map(mode => `${mode.points.length} ${mode.name} states`).join(' and ')}`;
  return figure({...chart, kind: 'map', lines: modes, alt}, (svg, width) => {
    const size = Math.min(width, 420);
    const points = modes.flatMap(mode => mode.points);
    const [left, right] = extent(points.map(p => p[0]));
    const [low, high] = extent(points.map(p => p[1]));
    // The same scale in both directions: on the map distances are what counts.
    const half = Math.max(right - left, high - low) / 2;
    const x = d3.scaleLinear([(left + right) / 2 - half, (left + right) / 2 + half], [8, size - 8]);
    const y = d3.scaleLinear([(low + high) / 2 - half, (low + high) / 2 + half], [size - 8, 8]);
    svg.append('rect').attr('class', 'frame').attr('x', 0.5).attr('y', 0.5)
        .attr('width', size - 1).attr('height', size - 1);
    const drawn = modes.flatMap(mode => mode.points.map((p, i) => ({p, i, index: mode.index})));
    // In turns, so that no mode hides the other.
    d3.sort(drawn, one => one.i).forEach(one => {
      drawMarker(svg, one.index, x(one.p[0]), y(one.p[1])).attr('transform', (d, i, nodes) =>
          nodes[i].getAttribute('transform') + ' scale(0.6)');
    });
    return size;
  });
}
