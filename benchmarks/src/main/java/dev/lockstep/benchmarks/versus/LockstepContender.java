package dev.lockstep.benchmarks.versus;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.decode.FreeRunning;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.objective.Gates;
import dev.lockstep.objective.ProfessorForcing;
import dev.lockstep.objective.ProfessorForcingOptions;
import dev.lockstep.objective.StepMetrics;
import dev.lockstep.output.Sharpness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Lockstep. It writes its first parameters where the others find them. */
final class LockstepContender implements Contender {
  /** Open both ways, so that every step does all of the work. */
  private static final Gates OPEN = new Gates(-1, 2);

  private static final int PRODUCTS = 7;

  private final Workload workload;
  private final Kernels kernels;
  private final Generator generator;
  private final ProfessorForcing objective;

  LockstepContender(Workload workload, Path directory) throws IOException {
    this.workload = workload;
    MultiLayerNetwork generatorNetwork =
        initialised(
            Generator.configuration(
                new Generator.Shape(Workload.VOCABULARY, 0, workload.hidden(), 1),
                DataType.FLOAT,
                new Adam(workload.generatorRate()),
                Workload.SEED));
    MultiLayerNetwork discriminatorNetwork =
        initialised(
            RecurrentDiscriminator.configuration(
                workload.behaviourWidth(),
                workload.discriminatorHidden(),
                DataType.FLOAT,
                new Adam(workload.discriminatorRate()),
                Workload.SEED + 1));
    ParameterFiles.write(
        directory.resolve(ParameterFiles.GENERATOR), generatorNetwork.params().data().asFloat());
    ParameterFiles.write(
        directory.resolve(ParameterFiles.DISCRIMINATOR),
        discriminatorNetwork.params().data().asFloat());
    this.kernels = KernelProvider.create(Kernel.AUTO, DataType.FLOAT, workload.threads());
    this.generator = new Generator(generatorNetwork, kernels);
    this.objective =
        new ProfessorForcing(
            generator,
            new RecurrentDiscriminator(discriminatorNetwork, kernels),
            ProfessorForcingOptions.paper(Behaviour.HIDDEN_AND_PROBABILITIES)
                .gates(OPEN)
                .recomputeSegment(workload.window())
                .build());
  }

  private static MultiLayerNetwork initialised(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  @Override
  public Measured step(int number) {
    SequenceBatch batch = workload.batch(number);
    SplittableRandom random = workload.uniforms(number);
    long start = System.nanoTime();
    StepMetrics metrics = objective.step(batch, 0, random);
    return new Measured(
        (System.nanoTime() - start) / 1e9,
        metrics.nll(),
        metrics.discriminatorLoss(),
        metrics.freeRunningLoss(),
        metrics.teacherForcedLoss(),
        metrics.accuracy());
  }

  @Override
  public double generate(int sequences, int steps) {
    SplittableRandom[] streams = Workload.streams(sequences);
    long start = System.nanoTime();
    List<Sequence> drawn =
        FreeRunning.generate(generator, Sequence.ofSymbols(), steps, Sharpness.AS_LEARNED, streams);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (drawn.size() != sequences || drawn.get(0).length() != steps) {
      throw new IllegalStateException("not all symbols were generated");
    }
    return seconds;
  }

  @Override
  public double sgemm() {
    List<Double> seconds = new ArrayList<>();
    // Closed, so that they do not count as the step's memory.
    try (INDArray a = Nd4j.rand(DataType.FLOAT, SGEMM_SIZE, SGEMM_SIZE);
        INDArray b = Nd4j.rand(DataType.FLOAT, SGEMM_SIZE, SGEMM_SIZE);
        INDArray c = Nd4j.create(DataType.FLOAT, SGEMM_SIZE, SGEMM_SIZE)) {
      for (int i = 0; i < PRODUCTS; i++) {
        long start = System.nanoTime();
        kernels.multiply(Matrix.of(a), false, Matrix.of(b), false, Matrix.of(c), false);
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    return Spread.of(seconds).median();
  }
}
