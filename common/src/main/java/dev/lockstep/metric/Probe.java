package dev.lockstep.metric;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.objective.AdversarialGradients;
import dev.lockstep.objective.JensenShannonLosses;
import dev.lockstep.objective.Update;
import dev.lockstep.output.Sharpness;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.Adam;

/**
 * How well the two modes of a trained generator can be told apart, by a judge that the generator
 * never played against: a fresh {@link RecurrentDiscriminator} is trained on C_d while the
 * generator stays as it is, and then judges sequences that neither has seen. It reads the hidden
 * states alone, whatever the run's own discriminator reads, so that runs can be compared; where
 * nothing can be told, its accuracy is one half.
 */
public final class Probe {
  private static final int BATCH = 32;
  private static final double LARGEST_NORM = 5;

  /**
   * How it is trained.
   *
   * @param hidden width of its layers
   * @param updates of its parameters, each by 32 sequences of either mode
   * @param learningRate of Adam
   */
  public record Options(int hidden, int updates, double learningRate) {}

  private final Generator generator;
  private final Options options;
  private final OptionalInt end;

  /**
   * Of a generator.
   *
   * @param end the symbol that sequences end with, if they do; what runs free past it teaches
   *     nothing, as {@link ModeScores} judges nothing of it
   */
  public Probe(Generator generator, Options options, OptionalInt end) {
    this.generator = generator;
    this.options = options;
    this.end = end;
  }

  /** Teacher-forced sequences that are drawn in so many updates. */
  public static int sequences(int updates) {
    return (int) Math.min(Integer.MAX_VALUE, (long) BATCH * updates);
  }

  /**
   * Trains one.
   *
   * @param sequences of the same length, from which each minibatch is drawn; what runs free is
   *     drawn anew for each
   * @param seed of its initial parameters
   * @param random what minibatches and free-running sequences are drawn from
   */
  public Discriminator train(List<Sequence> sequences, long seed, SplittableRandom random) {
    int columns = Generator.behaviourWidth(generator.shape(), Behaviour.HIDDEN);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            RecurrentDiscriminator.configuration(
                columns,
                options.hidden(),
                generator.type(),
                new Adam(options.learningRate()),
                seed));
    network.init();
    Discriminator discriminator = new RecurrentDiscriminator(network, generator.kernels());
    int steps = sequences.get(0).length();
    DiscriminatorTape judgement = discriminator.tape(steps, 2 * BATCH);
    BothModes modes = new BothModes(generator, false, end);
    for (int update = 0; update < options.updates(); update++) {
      List<Sequence> batch =
          random.ints(BATCH, 0, sequences.size()).mapToObj(sequences::get).toList();
      AncestralSampler draws =
          AncestralSampler.of(random, steps, BATCH, generator.uniforms(), Sharpness.AS_LEARNED);
      modes.start(SequenceBatch.of(batch), steps, draws, 0);
      discriminator.refresh();
      double[] scores =
          discriminator.score(judgement, generator.behaviour(modes.next(), Behaviour.HIDDEN));
      int[] kept = modes.goingOn();
      if (kept.length > 0) {
        AdversarialGradients gradients = new JensenShannonLosses(scores).gradients(0, false);
        discriminator.backward(judgement, of(gradients.discriminator(), kept));
        Update.apply(network, generator.kernels(), LARGEST_NORM);
      }
    }
    discriminator.refresh();
    return discriminator;
  }

  /** Gradients of the means over some of the sequences, from those of the means over all. */
  private static double[] of(double[] gradients, int[] some) {
    double[] own = new double[gradients.length];
    for (int i : some) {
      own[i] = gradients[i] * BATCH / some.length;
      own[BATCH + i] = gradients[BATCH + i] * BATCH / some.length;
    }
    return own;
  }
}
