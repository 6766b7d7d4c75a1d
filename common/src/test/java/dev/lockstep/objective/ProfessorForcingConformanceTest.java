package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.KernelCases;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * One step against {@code professor-forcing.json}: every loss, and the gradient of each with
 * respect to every parameter.
 */
class ProfessorForcingConformanceTest {
  private static final Reference CASE = Reference.load("professor-forcing");
  private static final int STEPS = 9;
  private static final int SEQUENCES = 3;
  private static final int ROWS = 2 * SEQUENCES;
  private static final Generator.Shape SHAPE = new Generator.Shape(6, 4, 7, 1);
  private static final int WIDTH = 5;
  private static final Behaviour BEHAVIOUR = Behaviour.HIDDEN_AND_PROBABILITIES;

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void outputsAndLossesMatch(KernelCases.Case implementation) {
    Pass pass = new Pass(implementation, false);
    double tolerance = Close.tolerance(implementation.type());
    Close.check("h_tf", half(pass.tape.hidden(0), 0), CASE.data("h_tf"), tolerance);
    Close.check("h_fr", half(pass.tape.hidden(0), 1), CASE.data("h_fr"), tolerance);
    Close.check("logits_tf", half(pass.tape.logits(), 0), CASE.data("logits_tf"), tolerance);
    Close.check("logits_fr", half(pass.tape.logits(), 1), CASE.data("logits_fr"), tolerance);
    Close.check("nll", pass.nll(), CASE.number("nll"), tolerance);
    Close.check("C_d", pass.losses.discriminator(), CASE.number("C_d"), tolerance);
    Close.check("C_f", pass.losses.freeRunning(), CASE.number("C_f"), tolerance);
    Close.check("C_t", pass.losses.teacherForced(), CASE.number("C_t"), tolerance);
    Close.check("accuracy", pass.losses.accuracy(), CASE.number("accuracy"), tolerance);
    double[] scores = pass.judgement.scores();
    for (int n = 0; n < SEQUENCES; n++) {
      Close.check("score_tf", scores[n], CASE.data("score_tf")[n], tolerance);
      Close.check("score_fr", scores[SEQUENCES + n], CASE.data("score_fr")[n], tolerance);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void likelihoodGradientMatches(KernelCases.Case implementation) {
    Pass pass = new Pass(implementation, false);
    pass.generator.backward(pass.tape, pass.weights, BehaviourGradients.NONE);
    pass.checkGenerator("nll", STEPS, 0, 0);
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void discriminatorGradientMatches(KernelCases.Case implementation) {
    Pass pass = new Pass(implementation, false);
    pass.discriminator.backward(pass.judgement, pass.losses.gradients(1, false).discriminator());
    pass.checkDiscriminator();
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void freeRunningGradientMatches(KernelCases.Case implementation) {
    Pass pass = new Pass(implementation, false);
    pass.backwardFromBehaviour(false, 1, new double[pass.weights.length]);
    pass.checkGenerator("C_f", 0, 1, 0);
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void teacherForcedGradientMatches(KernelCases.Case implementation) {
    Pass pass = new Pass(implementation, false);
    AdversarialGradients both = pass.losses.gradients(1, true);
    Arrays.fill(both.generatorScale(), SEQUENCES, ROWS, 0);
    pass.backwardFromBehaviour(both, new double[pass.weights.length]);
    pass.checkGenerator("C_t", 0, 0, 1);
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void gradientOfTheWholeGeneratorLossMatches(KernelCases.Case implementation) {
    Pass pass = new Pass(implementation, false);
    pass.backwardFromBehaviour(true, 1, pass.weights);
    pass.checkGenerator("NLL + C_f + C_t", STEPS, 1, 1);
  }

  /**
   * The loss is NLL + λ C_f with the NLL of sequences, so that its gradient is T times that of the
   * reference's NLL, which is a mean over steps, and λ times that of C_f.
   */
  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void theLikelihoodIsThatOfASequenceAndLambdaWeighsTheDiscriminator(
      KernelCases.Case implementation) {
    for (double lambda : new double[] {0.25, 1, 26}) {
      Pass pass = new Pass(implementation, false);
      pass.backwardFromBehaviour(false, lambda, pass.weights);
      pass.checkGenerator("NLL + " + lambda + " C_f", STEPS, lambda, 0);
    }
  }

  /** A step whose NLL were a mean over steps would weigh C_f T times too high. */
  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#inDouble")
  void failsWhenTheLikelihoodIsAMeanOverSteps(KernelCases.Case implementation) {
    Pass pass = new Pass(implementation, false);
    pass.backwardFromBehaviour(false, 1, pass.weights);
    assertThatThrownBy(() -> pass.checkGenerator("NLL / T + C_f", 1, 1, 0))
        .isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#inDouble")
  void failsWhenGatesAreSwapped(KernelCases.Case implementation) {
    Pass pass = new Pass(implementation, true);
    pass.generator.backward(pass.tape, pass.weights, BehaviourGradients.NONE);
    assertThatThrownBy(() -> pass.checkGenerator("nll", STEPS, 0, 0))
        .isInstanceOf(AssertionError.class);
  }

  /** Rows of one mode: 0 for teacher-forced, 1 for free-running. */
  private static double[] half(Matrix rows, int mode) {
    double[] all = rows.toArray();
    int block = SEQUENCES * rows.columns();
    double[] half = new double[all.length / 2];
    for (int t = 0; t < STEPS; t++) {
      System.arraycopy(all, (2 * t + mode) * block, half, t * block, block);
    }
    return half;
  }

  /** Both networks with the reference's parameters, run over its tokens and samples. */
  private static final class Pass {
    final double tolerance;
    final Generator generator;
    final Discriminator discriminator;
    final GeneratorTape tape;
    final DiscriminatorTape judgement;
    final AdversarialLosses losses;
    final SequenceBatch batch;
    final double[] weights;

    Pass(KernelCases.Case implementation, boolean swapGates) {
      DataType type = implementation.type();
      tolerance = Close.tolerance(type);
      generator =
          new Generator(
              network(Generator.configuration(SHAPE, type, new NoOp(), 1)),
              implementation.kernels());
      int columns = Generator.behaviourWidth(SHAPE, BEHAVIOUR);
      discriminator =
          new RecurrentDiscriminator(
              network(RecurrentDiscriminator.configuration(columns, WIDTH, type, new NoOp(), 1)),
              implementation.kernels());
      Parameters.ofGenerator(generator.network().params()).set("generator/", type);
      Parameters.ofDiscriminator(discriminator.network().params()).set("discriminator/", type);
      if (swapGates) {
        swapResetAndUpdate(generator.network().getParam("1_RW"));
      }
      generator.refresh();
      discriminator.refresh();
      tape = generator.tape(STEPS, ROWS);
      tape.start();
      int[] given = CASE.integers("tokens");
      int[] sampled = CASE.integers("sampled");
      generator.run(
          tape,
          (step, row, p, offset) ->
              row < SEQUENCES
                  ? given[step * SEQUENCES + row]
                  : sampled[step * SEQUENCES + row - SEQUENCES]);
      judgement = discriminator.tape(STEPS, ROWS);
      discriminator.score(judgement, generator.behaviour(tape, BEHAVIOUR));
      losses = new JensenShannonLosses(judgement.scores());
      int[][] sequences = new int[SEQUENCES][STEPS];
      batch = SequenceBatch.of(sequences);
      weights = Likelihood.weights(batch, ROWS);
    }

    private static void swapResetAndUpdate(INDArray weight) {
      INDArray old = weight.dup();
      for (int column = 0; column < 7; column++) {
        weight.putColumn(column, old.getColumn(column + 7));
        weight.putColumn(column + 7, old.getColumn(column));
      }
    }

    private static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
      MultiLayerNetwork network = new MultiLayerNetwork(configuration);
      network.init();
      return network;
    }

    double nll() {
      return Likelihood.perStep(batch, tape.surprisal(), weights);
    }

    void backwardFromBehaviour(
        boolean withTeacherForced, double lambda, double[] likelihoodWeights) {
      backwardFromBehaviour(losses.gradients(lambda, withTeacherForced), likelihoodWeights);
    }

    void backwardFromBehaviour(AdversarialGradients gradients, double[] likelihoodWeights) {
      generator.backward(
          tape,
          likelihoodWeights,
          gradients.backward(discriminator, judgement, BEHAVIOUR, generator.kernels()));
    }

    void checkGenerator(String loss, double nll, double cf, double ct) {
      Parameters.ofGenerator(generator.network().getGradientsViewArray())
          .check(
              loss,
              name -> {
                double[] sum = CASE.data("grad_generator/nll/" + name);
                double[] f = CASE.data("grad_generator/C_f/" + name);
                double[] t = CASE.data("grad_generator/C_t/" + name);
                for (int i = 0; i < sum.length; i++) {
                  sum[i] = nll * sum[i] + cf * f[i] + ct * t[i];
                }
                return sum;
              },
              tolerance);
    }

    void checkDiscriminator() {
      Parameters.ofDiscriminator(discriminator.network().getGradientsViewArray())
          .check("C_d", name -> CASE.data("grad_discriminator/C_d/" + name), tolerance);
    }
  }

  /**
   * The reference's names for the pieces of a flat vector, in its order; a weight [in, out] in
   * order 'f' is the reference's [out, in].
   */
  private record Parameters(INDArray flat, List<String> names, String shapes) {
    static Parameters ofGenerator(INDArray flat) {
      return new Parameters(
          flat, List.of("E", "W_ih", "W_hh", "b_ih", "b_hh", "W_o", "b_o"), "generator/");
    }

    static Parameters ofDiscriminator(INDArray flat) {
      return new Parameters(
          flat,
          List.of(
              "f.W_ih", "f.W_hh", "f.b_ih", "f.b_hh", "b.W_ih", "b.W_hh", "b.b_ih", "b.b_hh", "W1",
              "b1", "W2", "b2", "W3", "b3", "w", "c"),
          "discriminator/");
    }

    void set(String prefix, DataType type) {
      long at = 0;
      for (String name : names) {
        INDArray value = CASE.array(prefix + name, type);
        flat.reshape(flat.length())
            .get(NDArrayIndex.interval(at, at + value.length()))
            .assign(stored(name, value));
        at += value.length();
      }
      if (at != flat.length()) {
        throw new AssertionError(prefix + " has " + at + " parameters, not " + flat.length());
      }
    }

    /** The embedding alone is stored transposed: [V+1, E] in order 'f'. */
    private static INDArray stored(String name, INDArray value) {
      INDArray ordered = name.equals("E") ? value.transpose().dup('c') : value;
      return ordered.reshape(ordered.length());
    }

    void check(String loss, Function<String, double[]> expected, double tolerance) {
      double[] all = flat.dup().data().asDouble();
      int at = 0;
      for (String name : names) {
        double[] piece = Arrays.copyOfRange(all, at, at + expected.apply(name).length);
        INDArray want =
            Nd4j.createFromArray(expected.apply(name)).reshape('c', CASE.shape(shapes + name));
        Close.check(
            "gradient of " + loss + " at " + name,
            piece,
            stored(name, want).dup('c').data().asDouble(),
            tolerance);
        at += piece.length;
      }
    }
  }
}
