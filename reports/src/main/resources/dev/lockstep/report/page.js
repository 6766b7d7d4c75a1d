// The page: sections of what the runs have.

const report = JSON.parse(document.getElementById('report').textContent);
const runs = report.runs;
const alone = runs.length === 1;

const section = (title, text, ...parts) => {
  const content = parts.flat().filter(part => part !== null);
  return content.length === 0 ? null : element('section', {}, element('h2', {}, title), element('p', {}, text), ...content);
};

const grid = parts => (parts.length === 0 ? null : element('div', {class: 'grid'}, ...parts));

/** What belongs to a run, where there are several. */
const named = (run, what) => (alone ? what : `${run.name}, ${what}`);

const has = value => value !== null && value !== undefined;

function heading() {
  const title = alone ? runs[0].name : `Comparison of ${runs.length} runs`;
  document.title = `${title} – Lockstep report`;
  const about = (run, index) => {
    const rounds = run.rounds.length === 1 ? '1 round' : `${run.rounds.length} rounds`;
    return element('li', {},
        alone ? null : swatch({index, marked: true}),
        element('span', {}, element('strong', {}, run.name), `: ${run.method}, ${rounds}, `, element('code', {}, run.directory)));
  };
  return element('header', {}, element('h1', {}, title), element('ul', {class: 'runs'}, ...runs.map(about)));
}

// What came out.

const MEASURES = [
  ['NLL, nats a step', e => Figure.within(e.nll, e.nll_interval)],
  ['bits a symbol (BPC)', e => Figure.within(e.bpc, e.bpc_interval)],
  ['perplexity', e => Figure.within(e.perplexity, e.perplexity_interval)],
  ['BPC, each sequence from the start symbol', e => e.restart_bpc],
  ['nats a sequence', e => Figure.within(e.nats_per_sequence, e.nats_per_sequence_interval)],
  ['centroid distance of hidden states', e => e.centroid_distance],
  ['the same if the modes did not differ', e => e.centroid_distance_within],
  ['mean pair distance', e => e.pair_distance],
  ['the same within teacher-forced', e => e.pair_distance_within],
  ['maximum mean discrepancy', e => e.mmd],
  ['the same if the modes did not differ', e => e.mmd_within],
  ['centroid distance in t-SNE space', e => e.tsne && Figure.plusMinus(e.tsne.centroid_distance, e.tsne.centroid_distance_error)],
  ['mean pair distance in t-SNE space', e => e.tsne && Figure.plusMinus(e.tsne.pair_distance, e.tsne.pair_distance_error)],
  ['accuracy of the run’s own discriminator', e => e.discriminator_accuracy],
  ['accuracy of a fresh discriminator (probe)', e => e.probe && Figure.within(e.probe.accuracy, e.probe.accuracy_interval)],
  ['its area under the ROC curve', e => e.probe && e.probe.auc],
];

function results() {
  if (!runs.some(run => run.evaluation)) {
    return null;
  }
  const rows = MEASURES
      .map(([name, of]) => [name, ...runs.map(run => (run.evaluation ? of(run.evaluation) ?? null : null))])
      .filter(row => row.slice(1).some(has));
  if (rows.length === 0) {
    return null;
  }
  const evaluated = run => named(run, `round ${run.evaluation.round}, ${run.evaluation.part ?? 'test'} part`);
  return section('Results',
      `What evaluate measured (${runs.filter(run => run.evaluation).map(evaluated).join('; ')}). ` +
          'Less is better, but for accuracies: there 0.5 means that the modes cannot be told apart.',
      table('Results', ['measure', ...runs.map(run => alone ? 'value' : run.name)], rows));
}

function missing() {
  const items = runs.flatMap(run => run.missing.map(one =>
      element('li', {}, `${alone ? '' : run.name + ': '}${one.what}. This brings them: `, element('code', {}, one.command))));
  return items.length === 0 ? null
      : section('Not here yet', 'What the runs could show beside this.', element('ul', {}, ...items));
}

// How training went.

const rounds = (run, of) => run.rounds.map(round => [round.round, of(round)]);

const lineOf = (run, index, of, more = {}) => ({name: run.name, index, points: rounds(run, of), marked: true, ...more});

function roundChart(title, note, y, of, bounds = []) {
  return {title, note, x: 'round', y, lines: [...runs.map((run, i) => lineOf(run, i, of)), ...bounds]};
}

/** Of values between 0 and 1. */
const shareChart = (...chart) => ({...roundChart(...chart), range: [0, 1]});

/** A value that a line should stay above or below. */
function bound(name, value, dash) {
  const last = d3.max(runs, run => run.rounds.length);
  return {name: `${name} (${value})`, index: 0, bound: true, dash, points: [[1, value], [last, value]]};
}

function training() {
  const bits = runs.every(run => run.rounds.every(round => !has(round.nll) || has(round.bpc)));
  const likelihood = {
    title: bits ? 'Bits a symbol (BPC)' : 'NLL',
    note: 'Training minibatches, and the validation part with the state carried along.',
    x: 'round',
    y: bits ? 'bits a symbol' : 'nats a step',
    lines: runs.flatMap((run, i) => [
      lineOf(run, i, round => (bits ? round.bpc : round.nll), {name: named(run, 'training'), thin: true, marked: false, dash: ''}),
      lineOf(run, i, round => (bits ? round.valid_bpc : round.valid_nll), {name: named(run, 'validation')}),
    ]),
  };
  const adversarial = runs.filter(run => run.rounds.some(round => has(round.accuracy)));
  const bounds = [
    ...[...new Set(adversarial.map(run => run.generator_above))].map(at => bound('generator’s gate opens above', at, '2 2')),
    ...[...new Set(adversarial.map(run => run.discriminator_below))].map(at => bound('it is updated below', at, '6 2')),
  ];
  const charts = [
    likelihood,
    roundChart('C_d', 'The discriminator’s loss; 1.386 (2 log 2) where it tells nothing.', 'nats', round => round.c_d),
    roundChart('C_f', 'What pulls free-running behaviour towards teacher-forced.', 'nats', round => round.c_f),
    roundChart('C_t', 'The reverse, trained on where objective.match-teacher-forced says so.', 'nats', round => round.c_t),
    shareChart('Discriminator accuracy', 'Share of the sequences of a minibatch whose mode it tells right before it is updated by them.', 'share of sequences', round => round.accuracy, bounds),
    shareChart('Generator’s gate', 'Share of the updates in which C_f was in the generator’s loss.', 'share of updates', round => round.generator_gate),
    shareChart('Discriminator’s gate', 'Share of the steps in which the discriminator was updated.', 'share of steps', round => round.discriminator_gate),
    gradientChart(),
    shareChart('Data read', 'Probability with which the generator read the data and not its own draws.', 'probability', round => round.data_probability),
    roundChart('Speed', 'Steps that all workers together trained on.', 'steps a second', round => round.steps_per_second),
  ];
  const drawn = charts.filter(chart => chart.lines.some(line => !line.bound && line.points.some(([, y]) => Number.isFinite(y))));
  return section('Training', 'By rounds, each of training.averaging-frequency minibatches of every worker.',
      grid(drawn.map(lineChart)), trainingTable());
}

// Which part of the generator's loss decides its updates.
function gradientChart() {
  return {
    title: 'Gradients of the generator’s loss',
    note: 'L2 norms at the generator’s parameters: of the NLL of a sequence, and of C_f (+ C_t) times objective.adversarial-weight.',
    x: 'round',
    y: 'norm',
    lines: runs.flatMap((run, i) => [
      lineOf(run, i, round => round.nll_gradient_norm, {name: named(run, 'NLL')}),
      lineOf(run, i, round => (has(round.adversarial_gradient_norm) ? run.adversarial_weight * round.adversarial_gradient_norm : null), {name: named(run, 'C_f'), thin: true, dash: '2 2'}),
    ]),
  };
}

function trainingTable() {
  const trained = runs.filter(run => run.rounds.length > 0);
  if (trained.length === 0) {
    return null;
  }
  const rows = trained.map(run => {
    const last = run.rounds.at(-1);
    const best = d3.least(run.rounds.filter(round => Number.isFinite(round.valid_nll)), round => round.valid_nll);
    return [run.name, last.round, last.nll, best?.valid_nll, best?.valid_bpc, best?.round, last.seconds,
      d3.median(run.rounds, round => round.steps_per_second)];
  });
  return table('Training', ['run', 'rounds', 'NLL, last round', 'best validation NLL', 'the same, BPC', 'its round', 'seconds',
    'median steps a second'], rows);
}

// How far free-running hidden states drift.

function driftChart(title, note, y, byStep, within) {
  const lines = runs.flatMap((run, index) => {
    const values = run.evaluation?.[byStep];
    if (!values) {
      return [];
    }
    const level = run.evaluation[within];
    return [
      {name: named(run, 'between the modes'), index, marked: true, points: values.map((value, step) => [step + 1, value])},
      ...(has(level) ? [{name: named(run, 'if they did not differ'), index, thin: true, dash: '1 3', points: [[1, level], [values.length, level]]}] : []),
    ];
  });
  return {title, note, x: 'step', y, lines};
}

function drift() {
  const charts = [
    driftChart('Centroid distance', 'Between the mean hidden states of the two modes.', 'distance', 'centroid_by_step', 'centroid_distance_within'),
    driftChart('Mean pair distance', 'Over pairs of one state of each mode; for comparison the same among teacher-forced states.', 'distance', 'pair_by_step', 'pair_distance_within'),
    driftChart('Maximum mean discrepancy', 'Between the distributions of the hidden states of the two modes.', 'MMD', 'mmd_by_step', 'mmd_within'),
  ].filter(chart => chart.lines.length > 0);
  const distances = runs.flatMap(run => (run.evaluation?.drift_by_length ?? []).map(at =>
      [run.name, at.multiple, at.steps, at.sequences, at.centroid_distance, at.centroid_distance_within, at.pair_distance,
        at.pair_distance_within, at.mmd, at.mmd_within]));
  const probes = runs.flatMap(run => (run.evaluation?.probe?.by_length ?? []).map(at =>
      [run.name, at.multiple, at.steps, Figure.within(at.accuracy, at.accuracy_interval), at.auc]));
  return section('Drift over time',
      'How far the hidden states of a generator that runs free go from those of the same generator that reads data. Distances depend on the ' +
          'network: compare a line with what it would be if the modes did not differ before comparing runs.',
      grid(charts.map(lineChart)),
      distances.length === 0 ? null : table('Drift beyond the training length', ['run', 'times the length', 'steps', 'sequences', 'centroid', 'if no drift', 'pair',
        'within', 'MMD', 'if no drift'], distances),
      probes.length === 0 ? null : table('What a fresh discriminator tells beyond the training length', ['run', 'times the length', 'steps',
        'accuracy', 'area under the ROC curve'], probes));
}

function maps() {
  const charts = runs.filter(run => run.tsne).map(run => {
    const modes = ['teacher-forced', 'free-running'];
    return {
      title: alone ? 't-SNE of the hidden states' : run.name,
      note: [has(run.tsne.perplexity) ? `perplexity ${shown(run.tsne.perplexity)}` : null, has(run.tsne.seeds) ? `one of ${run.tsne.seeds} seeded maps` : null]
          .filter(has).join(', '),
      lines: modes.map((mode, index) => ({name: mode, index, points: run.tsne.points.filter(p => p.mode === mode).map(p => [p.x, p.y])})),
    };
  });
  return section('Maps of the hidden states',
      'Each point is a hidden state. Where the two modes lie apart, the generator is in states that it never saw in training.',
      grid(charts.map(scatterMap)));
}

// What free-running output is like.

function freeRunning() {
  const all = runs.map(run => run.evaluation).filter(has);
  const multiples = d3.sort(new Set(all.flatMap(e => (e.length_generalisation ?? []).flatMap(row => Object.keys(row.values ?? {}).map(Number)))));
  const measures = [...new Set(all.flatMap(e => (e.length_generalisation ?? []).map(row => row.measure)))];
  const lengths = measures.flatMap(measure => runs.flatMap(run => (run.evaluation?.length_generalisation ?? [])
      .filter(row => row.measure === measure)
      .map(row => [measure, ...(alone ? [] : [run.name]), row.data ?? null, ...multiples.map(m => row.values?.[m] ?? null)])));
  const most = d3.max(all.flatMap(e => e.repeats ?? []), row => row.distinct?.length ?? 0) ?? 0;
  const orders = d3.range(most);
  const repeatRow = (run, row, of, distinct, novel, longestRepeat, longestCopy) => [run.name, row.multiple, of,
    ...orders.map(n => distinct?.[n] ?? null), ...orders.map(n => novel?.[n] ?? null), longestRepeat ?? null, longestCopy ?? null];
  const repeats = runs.flatMap(run => (run.evaluation?.repeats ?? []).flatMap(row => [
    repeatRow(run, row, 'free-running', row.distinct, row.novel, row.longest_repeat, row.longest_copy),
    repeatRow(run, row, 'data', row.distinct_data, row.novel_data, row.longest_repeat_data, row.longest_copy_data),
  ])).filter(row => row.slice(3).some(has));
  return section('Free-running output', 'Beside held-out data, at multiples of the training length.',
      lengths.length === 0 ? null : table('Statistics', ['measure', ...(alone ? [] : ['run']), 'data', ...multiples.map(m => m + '×')], lengths),
      repeats.length === 0 ? null : table('n-grams and repeats', ['run', 'times the length', 'of', ...orders.map(n => `distinct ${n + 1}-grams`),
        ...orders.map(n => `novel ${n + 1}-grams`), 'longest repeat', 'longest copy of training data'], repeats));
}

// Walks of a transition operator.

function walks() {
  const walks = runs.filter(run => run.evaluation?.likelihood || run.evaluation?.chain);
  if (walks.length === 0) {
    return null;
  }
  const walked = walks.flatMap(run => (run.evaluation.likelihood ?? []).map(row => [run.name, row.steps, row.bound ?? null,
    row.log_likelihood ?? null, row.bits_per_dimension ?? null, row.paths ?? null, row.effective_paths ?? null]));
  const chains = walks.filter(run => run.evaluation.chain).map(run => [run.name, ...['steps', 'discrepancy', 'data_discrepancy',
    'divergence', 'entropy', 'irreversibility', 'class_score'].map(key => run.evaluation.chain[key] ?? null)]);
  return section('Walks', 'A bound on the log-likelihood and an importance-sampled estimate of it, in nats a point, and how chains at temperature 1 behave.',
      walked.length === 0 ? null : table('Likelihood by walks', ['run', 'steps', 'bound', 'log p', 'bits a dimension', 'paths', 'effective paths'], walked),
      chains.length === 0 ? null : table('Chains', ['run', 'steps', 'MMD from data', 'MMD of data from data', 'divergence a step', 'entropy a step',
        'irreversibility', 'class score'], chains));
}

// Samples.

function sample(run, one) {
  const shownAs = {
    TEXT: () => element('pre', {tabindex: '0', role: 'region', 'aria-label': `${one.name} of ${run.name}`}, one.text),
    PICTURE: () => element('img', {src: one.data, alt: `${one.name}: a sample of ${run.name}, free-running`}),
    SOUND: () => element('audio', {src: one.data, controls: '', preload: 'metadata', 'aria-label': `${one.name} of ${run.name}`}),
  };
  return element('figure', {}, shownAs[one.kind](), element('figcaption', {class: 'note'}, one.name));
}

function samples() {
  const some = runs.filter(run => run.samples.length > 0 || run.left_out.length > 0);
  return section('Samples', 'What the generators drew when they ran free, the newest checkpoint’s first.',
      grid(some.map(run => element('div', {}, alone ? null : element('h3', {}, run.name),
          ...run.samples.map(one => sample(run, one)),
          ...run.left_out.map(note => element('p', {class: 'note'}, note + '.'))))));
}

// Configurations.

function configurations() {
  const differences = report.differences.map(one => [one.key, ...one.values]);
  const text = alone ? 'All settings that the run was trained with.'
      : 'The settings that the runs do not have in common; below all of each.';
  return section('Configuration', text,
      differences.length === 0 ? null : table('Differences', ['setting', ...runs.map(run => run.name)], differences),
      runs.map(run => element('details', {}, element('summary', {}, `Configuration of ${run.name}`),
          element('pre', {tabindex: '0', role: 'region', 'aria-label': `Configuration of ${run.name}`}, run.config))));
}

function contents(sections) {
  const links = sections.map((one, i) => {
    one.id = 'section-' + (i + 1);
    return element('li', {}, element('a', {href: '#' + one.id}, one.querySelector('h2').textContent));
  });
  return element('nav', {'aria-label': 'Contents'}, element('ul', {}, ...links));
}

const sections = [results(), training(), drift(), maps(), freeRunning(), walks(), samples(), missing(), configurations()].filter(has);
document.querySelector('main').append(heading(), contents(sections), ...sections);
