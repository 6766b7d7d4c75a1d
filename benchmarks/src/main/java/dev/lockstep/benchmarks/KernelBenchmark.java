package dev.lockstep.benchmarks;

import dev.lockstep.config.Choice;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/** What all benchmarks have in common: how they are measured, in float and on all cores. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "-Xms1g", "-Xmx1g"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public abstract class KernelBenchmark {
  /** T of the recurrent layers. */
  static final int STEPS = 100;

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  static Kernels kernels(String implementation) {
    return KernelProvider.create(
        Choice.of(Kernel.values(), implementation).orElseThrow(), DataType.FLOAT, cores());
  }

  /** Small enough that no gate saturates. */
  static Matrix random(Random random, DataType type, int rows, int columns) {
    double[] values = random.doubles((long) rows * columns, -0.1, 0.1).toArray();
    return Matrix.of(Nd4j.createFromArray(values).castTo(type).reshape('c', rows, columns));
  }

  /** The name of the method that is measured. */
  static String method(BenchmarkParams run) {
    String benchmark = run.getBenchmark();
    return benchmark.substring(benchmark.lastIndexOf('.') + 1);
  }

  /** The numbers of a shape such as 3200x1536x512. */
  static int[] sizes(String shape) {
    return Arrays.stream(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
