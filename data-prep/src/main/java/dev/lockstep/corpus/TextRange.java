package dev.lockstep.corpus;

import dev.lockstep.storage.Location;

/**
 * Consecutive characters of a file.
 *
 * @param survey the file
 * @param first number of the first character, from 0
 * @param count how many
 */
record TextRange(TextSurvey survey, long first, long count) {
  static TextRange all(TextSurvey survey) {
    return new TextRange(survey, 0, survey.characters());
  }

  Location file() {
    return survey.file();
  }
}
