package dev.lockstep.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.decode.Hypothesis;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a search says of a sample: a line of the file beside the samples. What does not apply is
 * left out.
 *
 * @param sample its number among the samples, from 1
 * @param search the number of the search, from 1
 * @param rank among those of the search, from 1, the best
 * @param condition what it depends on
 * @param text its symbols where they are text, without the prefix and the end symbol
 * @param steps its symbols, the end symbol with them
 * @param ended whether it ended by itself, with the end symbol
 * @param logProbability of its steps given the prefix and the condition, nats
 * @param score the same normalised by the length, {@code generate.beam.length-penalty}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record BeamResult(
    int sample,
    int search,
    int rank,
    String condition,
    String text,
    int steps,
    boolean ended,
    double logProbability,
    double score) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of each sample that was searched for. */
  static List<BeamResult> of(CorpusDescriptor corpus, List<Sample> samples) {
    List<BeamResult> found = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      if (samples.get(i).found() != null) {
        found.add(of(corpus, i + 1, samples.get(i).found()));
      }
    }
    return found;
  }

  private static BeamResult of(CorpusDescriptor corpus, int number, Sample.Found found) {
    Hypothesis hypothesis = found.hypothesis();
    int[] symbols = hypothesis.sequence().symbols();
    int[] condition = hypothesis.sequence().condition();
    return new BeamResult(
        number,
        found.search(),
        found.rank(),
        condition.length > 0 ? corpus.condition().orElseThrow().decode(condition) : null,
        corpus.steps() instanceof Vocabulary vocabulary
            ? vocabulary.decode(
                Arrays.copyOf(symbols, symbols.length - (hypothesis.ended() ? 1 : 0)))
            : null,
        symbols.length,
        hypothesis.ended(),
        hypothesis.logProbability(),
        hypothesis.score());
  }

  /** One JSON object a line. */
  static byte[] lines(List<BeamResult> all) {
    StringBuilder lines = new StringBuilder();
    try {
      for (BeamResult found : all) {
        lines.append(JSON.writeValueAsString(found)).append('\n');
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
