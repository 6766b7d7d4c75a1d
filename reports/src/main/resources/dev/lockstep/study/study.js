'use strict';

(function () {
  const study = JSON.parse(document.getElementById('study').textContent);
  const CODE = /^[a-z0-9_-]{1,32}$/;
  /** Pixels, of pictures that are enlarged. */
  const SMALL = 200;
  const CONTROL = /[\u0000-\u0008\u000b-\u001f]/g;
  const byId = (id) => document.getElementById(id);

  /** Answers by trial, and how far the participant is; what localStorage keeps. */
  let kept = null;
  let participant = null;
  let order = null;
  /** The place in the order that is on the screen; behind the last trial, the end. */
  let place = 0;
  let shownAt = 0;

  function show(section) {
    for (const id of ['welcome', 'trial', 'finish']) {
      byId(id).hidden = id !== section;
    }
    window.scrollTo(0, 0);
  }

  // What is kept

  function storageName() {
    return `lockstep-study/${study.study}/${participant}`;
  }

  function load() {
    const fresh = { started: new Date().toISOString(), answers: {} };
    try {
      const stored = JSON.parse(localStorage.getItem(storageName()));
      return isKept(stored) ? stored : fresh;
    } catch (e) {
      return fresh;
    }
  }

  /** Anything may be under a name in a browser: what is not as it was stored is left. */
  function isKept(stored) {
    const values = study.choices.map((choice) => choice.value);
    return (
      stored !== null &&
      typeof stored === 'object' &&
      typeof stored.started === 'string' &&
      typeof stored.answers === 'object' &&
      Object.entries(stored.answers).every(
        ([trial, given]) =>
          Array.isArray(study.trials[trial]) &&
          values.includes(given.answer) &&
          Number.isSafeInteger(given.milliseconds),
      )
    );
  }

  function keep() {
    try {
      localStorage.setItem(storageName(), JSON.stringify(kept));
      return true;
    } catch (e) {
      return false;
    }
  }

  // The start

  function welcome() {
    const given = new URLSearchParams(location.hash.slice(1)).get('p');
    byId('participant').value = given ?? '';
    byId('participant-error').textContent = '';
    show('welcome');
    if (given !== null) {
      greet();
    }
  }

  function code() {
    return byId('participant').value.trim().toLowerCase();
  }

  /** Says on the button whether this participant has begun. */
  function greet() {
    byId('start').textContent = 'Start';
    if (CODE.test(code())) {
      participant = code();
      const answered = Object.keys(load().answers).length;
      if (answered > 0) {
        byId('start').textContent = `Continue: ${answered} of ${study.trials.length} answered`;
      }
    }
  }

  function start(event) {
    event.preventDefault();
    if (!CODE.test(code())) {
      byId('participant-error').textContent =
        'Please enter the code: letters a to z, digits, - and _, at most 32.';
      byId('participant').focus();
      return;
    }
    participant = code();
    order = participantOrder(study.study, participant, study.trials.length);
    kept = load();
    if (!keep()) {
      byId('storage-error').textContent =
        'This browser keeps nothing: answers are lost if the page is closed before they are saved.';
    }
    history.replaceState(null, '', `#p=${participant}`);
    const open = order.trials.findIndex((trial) => !kept.answers[trial]);
    go(open < 0 ? study.trials.length : open);
  }

  // Trials

  /** The samples of a trial as this participant sees them, left to right. */
  function shown(trial) {
    const samples = study.trials[trial];
    return order.mirrored ? [...samples].reverse() : samples;
  }

  function go(to) {
    place = to;
    if (place === study.trials.length) {
      byId('saved').textContent = '';
      show('finish');
      byId('finish-title').focus();
      return;
    }
    const trial = order.trials[place];
    byId('place').textContent = `${place + 1} of ${study.trials.length}`;
    byId('progress').max = study.trials.length;
    byId('progress').value = Object.keys(kept.answers).length;
    byId('samples').replaceChildren(...shown(trial).map(figure));
    press(trial);
    show('trial');
    byId('place').focus();
    shownAt = performance.now();
  }

  function press(trial) {
    const given = kept.answers[trial];
    for (const button of byId('choices').children) {
      button.setAttribute('aria-pressed', String(given?.answer === button.value));
    }
    byId('back').disabled = place === 0;
    byId('next').disabled = !given;
  }

  function figure(sample, side, all) {
    const name = all.length > 1 ? 'AB'[side] : 'Sample';
    const box = document.createElement('figure');
    if (all.length > 1) {
      const caption = document.createElement('figcaption');
      caption.textContent = name;
      box.append(caption);
    }
    box.append(content(study.samples[sample], name));
    return box;
  }

  function content(sample, name) {
    if (study.medium === 'text') {
      const text = document.createElement('pre');
      text.dir = 'auto';
      // What has no shape is shown by its sign in Unicode's block of control pictures.
      text.textContent = sample.replace(CONTROL, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)));
      text.tabIndex = 0;
      text.setAttribute('role', 'region');
      text.setAttribute('aria-label', name);
      return text;
    }
    if (study.medium === 'picture') {
      const picture = document.createElement('img');
      picture.alt = name;
      picture.addEventListener('load', () =>
        picture.classList.toggle('small', picture.naturalWidth < SMALL),
      );
      picture.src = sample;
      return picture;
    }
    const sound = document.createElement('audio');
    sound.controls = true;
    sound.setAttribute('aria-label', name);
    sound.src = sample;
    sound.addEventListener('play', () => pauseOthers(sound));
    return sound;
  }

  function pauseOthers(sound) {
    for (const other of byId('samples').querySelectorAll('audio')) {
      if (other !== sound) {
        other.pause();
      }
    }
  }

  function answer(value) {
    const trial = order.trials[place];
    const before = kept.answers[trial]?.milliseconds ?? 0;
    kept.answers[trial] = {
      answer: value,
      milliseconds: before + Math.round(performance.now() - shownAt),
    };
    keep();
    go(place + 1);
  }

  function back() {
    if (place > 0) {
      go(place - 1);
    }
  }

  function next() {
    if (place < study.trials.length && kept.answers[order.trials[place]]) {
      go(place + 1);
    }
  }

  /** Digits answer, arrows turn the page, unless a control of its own takes them. */
  function key(event) {
    const busy = event.target.matches?.('input, audio, summary') || event.ctrlKey || event.altKey || event.metaKey;
    if (busy || byId('welcome').hidden === false) {
      return;
    }
    if (event.key === 'ArrowLeft') {
      back();
    } else if (event.key === 'ArrowRight') {
      next();
    } else if (place < study.trials.length && /^[1-9]$/.test(event.key)) {
      const choice = study.choices[Number(event.key) - 1];
      if (choice && !event.repeat) {
        answer(choice.value);
      }
    }
  }

  // The end

  /** The answers with a checksum over all values, in the order in which they stand. */
  function file() {
    const answers = order.trials.map((trial) => ({
      trial,
      samples: shown(trial),
      answer: kept.answers[trial].answer,
      milliseconds: kept.answers[trial].milliseconds,
    }));
    const head = {
      format: 1,
      study: study.study,
      participant,
      seed: order.seed,
      started: kept.started,
      finished: new Date().toISOString(),
    };
    const values = [
      ...Object.values(head),
      ...answers.flatMap((a) => [a.trial, ...a.samples, a.answer, a.milliseconds]),
    ];
    return { ...head, answers, checksum: crc32(values.join('\n')) };
  }

  function save() {
    const name = `answers-${study.study}-${participant}.json`;
    const blob = new Blob([JSON.stringify(file(), null, 1) + '\n'], { type: 'application/json' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    byId('saved').textContent = `Saved as ${name} where this browser puts its downloads. Thank you.`;
  }

  // The page

  document.title = study.title;
  document.querySelector('.title').textContent = study.title;
  for (const text of document.querySelectorAll('.instructions')) {
    text.textContent = study.instructions;
  }
  byId('question').textContent = study.question;
  byId('keys').textContent = `Keys: 1 to ${study.choices.length} answer, ← goes back, → goes on.`;
  byId('choices').replaceChildren(
    ...study.choices.map((choice, i) => {
      const button = document.createElement('button');
      const digit = document.createElement('kbd');
      digit.textContent = String(i + 1);
      digit.setAttribute('aria-hidden', 'true');
      button.type = 'button';
      button.value = choice.value;
      button.append(digit, choice.label);
      button.addEventListener('click', () => answer(choice.value));
      return button;
    }),
  );
  byId('welcome').addEventListener('submit', start);
  byId('participant').addEventListener('input', greet);
  byId('back').addEventListener('click', back);
  byId('next').addEventListener('click', next);
  byId('review').addEventListener('click', back);
  byId('save').addEventListener('click', save);
  document.addEventListener('keydown', key);
  window.addEventListener('hashchange', welcome);
  welcome();
})();
