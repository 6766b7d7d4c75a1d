package dev.lockstep.corpus.text;

/**
 * Consecutive symbols of a file.
 *
 * @param survey the file
 * @param first number of the first symbol, from 0
 * @param count how many
 */
record TextRange(TextSurvey survey, long first, long count) {
  static TextRange all(TextSurvey survey) {
    return new TextRange(survey, 0, survey.symbols());
  }

  String file() {
    return survey.file().place();
  }
}
