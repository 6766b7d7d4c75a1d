package dev.lockstep.spark;

import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.tensorboard.EventFile;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rounds for TensorBoard: gathered between checkpoints, written with each; a step is a round. */
final class RoundEvents {
  private EventFile file = new EventFile(now());
  private int last;

  /** Adds a round. */
  void add(RoundMetrics round) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("training/nll", round.nll());
    scalars.put("training/bpc", round.bpc());
    scalars.put("training/c_d", round.cD());
    scalars.put("training/c_f", round.cF());
    scalars.put("training/c_t", round.cT());
    scalars.put("discriminator/accuracy", round.accuracy());
    scalars.put("discriminator/generator_gate", round.generatorGate());
    scalars.put("discriminator/discriminator_gate", round.discriminatorGate());
    scalars.put("gradients/nll", round.nllGradientNorm());
    scalars.put("gradients/adversarial", round.adversarialGradientNorm());
    scalars.put("training/data_probability", round.dataProbability());
    scalars.put("validation/nll", round.validNll());
    scalars.put("validation/bpc", round.validBpc());
    scalars.put("speed/steps_per_second", round.stepsPerSecond());
    scalars.values().removeIf(value -> value == null);
    file.add(now(), round.round(), scalars);
    last = round.round();
  }

  /** Writes the rounds since the last time. */
  void write(RunDirectory directory) {
    directory.writeEvents(last, file.bytes());
    file = new EventFile(now());
  }

  /** Unix time, seconds. */
  private static double now() {
    return System.currentTimeMillis() / 1000.0;
  }
}
