package dev.lockstep.spark;

import dev.lockstep.config.GenerateSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import java.io.Serializable;
import java.util.List;

/** How samples come about, in units of work that processes share. */
interface Decoder extends Serializable {
  /** How many units there are. */
  int units();

  /**
   * The samples of some units, in their order.
   *
   * @param units numbers from 0
   */
  List<Sample> decode(Generator generator, List<Integer> units);

  /** What files of such samples are called after. */
  String name();

  /**
   * The one that is asked for.
   *
   * @param prefix what every sample continues
   * @param conditions what the samples depend on, in turn
   * @throws UserError if it is not for such a corpus
   */
  static Decoder of(
      GenerateSettings asked, CorpusDescriptor corpus, Sequence prefix, int[][] conditions) {
    if (!corpus.shape().symbolic()) {
      refuseWhatSymbolsNeed(asked, corpus.kind().key());
    }
    return switch (asked.decoding()) {
      case SAMPLE -> new SamplingDecoder(asked, prefix, conditions);
      case BEAM -> new BeamSearchDecoder(asked, prefix, conditions, corpus.endSymbol());
    };
  }

  private static void refuseWhatSymbolsNeed(GenerateSettings asked, String kind) {
    if (asked.decoding() == GenerateSettings.Decoding.BEAM) {
      throw new UserError(
          "generate.decoding = beam: a run on %s has steps of real numbers, of which there are too many to search: use sample"
              .formatted(kind));
    }
    if (asked.truncates()) {
      String setting = asked.topK() > 0 ? "top-k = " + asked.topK() : "top-p = " + asked.topP();
      throw new UserError(
          "generate.%s: a run on %s draws real numbers, not symbols: leave it out, generate.bias keeps to what is likely"
              .formatted(setting, kind));
    }
  }
}
