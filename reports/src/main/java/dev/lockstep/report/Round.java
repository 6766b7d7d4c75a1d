package dev.lockstep.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * What the page shows of a line of {@code metrics.jsonl}; what does not apply is null.
 *
 * @param round rounds done
 * @param nll of the training minibatches, nats a step
 * @param bpc the same in bits
 * @param cD C_d
 * @param cF C_f
 * @param cT C_t
 * @param accuracy of the discriminator on each minibatch, before it is updated by it
 * @param generatorGate share of the steps in which the generator's gate was open
 * @param discriminatorGate share of the steps in which the discriminator was updated
 * @param nllGradientNorm norm of the gradient of the NLL of a sequence at the generator's
 *     parameters
 * @param adversarialGradientNorm the same of C_f (+ C_t), before its weight
 * @param dataProbability with which the generator read the data, under scheduled sampling
 * @param validNll of the validation part, nats a step
 * @param validBpc the same in bits
 * @param stepsPerSecond trained on
 * @param seconds of training since the run began
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Round(
    @JsonProperty(required = true) int round,
    Double nll,
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
    Double validNll,
    Double validBpc,
    Double stepsPerSecond,
    Double seconds) {}
