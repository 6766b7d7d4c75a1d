'use strict';

/**
 * The order in which a participant sees a study's trials. The tally draws it again by the same
 * arithmetic on 32-bit integers: see ParticipantOrder.
 */
function participantOrder(study, participant, count) {
  let seed = 0x811c9dc5;
  for (const character of `${study}/${participant}`) {
    seed = Math.imul(seed ^ character.charCodeAt(0), 0x01000193);
  }
  let state = seed;

  function below(n) {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return Math.floor((((z ^ (z >>> 16)) >>> 0) * n) / 2 ** 32);
  }

  const mirrored = below(2) === 1;
  const trials = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = below(i + 1);
    [trials[i], trials[j]] = [trials[j], trials[i]];
  }
  return { seed: seed >>> 0, mirrored, trials };
}

/** CRC-32 of ASCII text, as eight hexadecimal digits. */
function crc32(text) {
  let crc = -1;
  for (const character of text) {
    crc ^= character.charCodeAt(0);
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}
