package dev.lockstep.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * A line of {@code metrics.jsonl}; what does not apply is left out.
 *
 * @param round rounds done
 * @param nll of the training minibatches, mean over steps, nats
 * @param bpc the same in bits, where steps are symbols
 * @param cD C_d, mean over steps
 * @param cF C_f, mean over steps
 * @param cT C_t, mean over steps
 * @param accuracy of the discriminator on each minibatch before it was updated by it, mean over
 *     updates
 * @param generatorGate share of the steps in which the generator's gate was open
 * @param discriminatorGate share of the steps in which the discriminator was updated
 * @param nllGradientNorm norm of the gradient of the NLL of a sequence at the generator's
 *     parameters, the mean over the updates of the round that measured it
 * @param adversarialGradientNorm the same of C_f, or of C_f + C_t, before
 *     objective.adversarial-weight
 * @param dataProbability mean probability with which the generator read the data and not its own
 *     draws, under scheduled sampling
 * @param leftOut workers whose results did not count
 * @param validNll of the validation part, state carried, nats a step, in the rounds that validate
 * @param validBpc the same in bits, where steps are symbols
 * @param steps trained on in this round
 * @param stepsPerSecond the same over the round's time
 * @param broadcastSeconds of the round, until the last worker had the state that it starts from
 * @param computeSeconds of the round, the slowest worker's steps
 * @param combineSeconds of the round, the rest
 * @param seconds of training since the run began, validation and checkpoints not counted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RoundMetrics(
    int round,
    double nll,
    Double bpc,
    Double cD,
    Double cF,
    Double cT,
    Double accuracy,
    Double generatorGate,
    Double discriminatorGate,
    Double nllGradientNorm,
    Double adversarialGradientNorm,
    Double dataProbability,
    int leftOut,
    Double validNll,
    Double validBpc,
    long steps,
    double stepsPerSecond,
    double broadcastSeconds,
    double computeSeconds,
    double combineSeconds,
    double seconds) {
  /** One line for a person who watches. */
  public String status() {
    boolean symbolic = bpc != null;
    String text = symbolic ? "bpc %.3f".formatted(bpc) : "nll %.3f".formatted(nll);
    if (accuracy != null) {
      text +=
          "  C_d %.3f  C_f %.3f  accuracy %.2f  gates %.2f, %.2f"
              .formatted(cD, cF, accuracy, generatorGate, discriminatorGate);
    }
    if (adversarialGradientNorm != null) {
      text += "  gradients %.3g, C_f %.3g".formatted(nllGradientNorm, adversarialGradientNorm);
    }
    if (dataProbability != null) {
      text += "  reads data %.2f".formatted(dataProbability);
    }
    if (leftOut > 0) {
      text += "  left out %d".formatted(leftOut);
    }
    if (validNll != null) {
      text += "  valid %.3f".formatted(symbolic ? validBpc : validNll);
    }
    double round = broadcastSeconds + computeSeconds + combineSeconds;
    return text
        + "  %,.0f steps/s  compute %.0f %%, broadcast %.0f %%, combine %.0f %%"
            .formatted(
                stepsPerSecond,
                100 * computeSeconds / round,
                100 * broadcastSeconds / round,
                100 * combineSeconds / round);
  }
}
