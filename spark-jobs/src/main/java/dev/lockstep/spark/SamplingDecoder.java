package dev.lockstep.spark;

import dev.lockstep.config.GenerateSettings;
import dev.lockstep.decode.FreeRunning;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.Sequence;
import dev.lockstep.output.SamplingOptions;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import java.util.List;
import java.util.SplittableRandom;

/** Ancestral samples; a unit is a sample, each with a random stream of its own. */
final class SamplingDecoder implements Decoder {
  private static final long serialVersionUID = 1L;

  private final GenerateSettings asked;
  private final Sequence prefix;
  private final int[][] conditions;

  SamplingDecoder(GenerateSettings asked, Sequence prefix, int[][] conditions) {
    this.asked = asked;
    this.prefix = prefix;
    this.conditions = conditions;
  }

  @Override
  public int units() {
    return asked.count();
  }

  @Override
  public String name() {
    return "seed-" + asked.seed();
  }

  @Override
  public List<Sample> decode(Generator generator, List<Integer> units) {
    return FreeRunning.generate(
            generator,
            prefix,
            units.stream()
                .map(number -> conditions[number % conditions.length])
                .toArray(int[][]::new),
            asked.length(),
            new SamplingOptions(asked.temperature(), asked.bias(), asked.topK(), asked.topP()),
            units.stream()
                .map(number -> RandomStreams.stream(asked.seed(), Purpose.GENERATION, number))
                .toArray(SplittableRandom[]::new))
        .stream()
        .map(sequence -> withAttention(generator, sequence))
        .toList();
  }

  /** Reads a sample again, to see where the window was. */
  private static Sample withAttention(Generator generator, Sequence sequence) {
    if (generator.shape().attentionComponents() == 0) {
      return new Sample(sequence, new double[0][]);
    }
    GeneratorActivations activations = generator.forwardActivations(sequence.length(), 1);
    generator.start(activations, new int[][] {sequence.condition()});
    generator.run(activations, (step, row, output) -> sequence.emit(step, output));
    return Sample.untilTheTextEnds(sequence, generator.attention(activations, 0));
  }
}
