package dev.lockstep.nn.kernel;

import dev.lockstep.config.TrainingSettings.Kernel;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that chooses kernels. {@code auto} takes {@code nd4j} on a backend other than the
 * CPU's, else {@code vector} for floats where the JVM has the vector module, else {@code scalar}; a
 * choice by name is obeyed or refused. Each choice is logged once, with the remedy where it is a
 * slow one.
 */
public final class KernelProvider {
  private static final Logger LOG = LoggerFactory.getLogger(KernelProvider.class);
  private static final ConcurrentHashMap<String, Boolean> LOGGED = new ConcurrentHashMap<>();
  private static final String VECTOR_CLASS = "dev.lockstep.nn.kernel.vector.VectorRowOps";

  private KernelProvider() {}

  /**
   * Chooses, or refuses.
   *
   * @param type {@code FLOAT} or {@code DOUBLE}
   * @param threads how many threads the kernels may use, at least 1; the ND4J kernels leave that to
   *     the backend
   * @throws IllegalStateException if the choice cannot be met on this JVM or for this type
   */
  public static Kernels create(Kernel choice, DataType type, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " is not at least 1");
    }
    if (takesNd4j(choice, Matrix.HOST_MEMORY)) {
      return logged(new Nd4jKernels(), "ND4J operations on " + Nd4j.getBackend().getClass());
    }
    Gemm gemm = gemm(type);
    if (!takesVector(choice, type)) {
      String why =
          vectorModule()
              ? "scalar row operations"
              : "scalar row operations: start the JVM with --add-modules jdk.incubator.vector for the"
                  + " fast ones";
      return logged(new CpuKernels(type, gemm, new ScalarRowOps(type), threads), why);
    }
    if (!vectorWorks(type)) {
      throw new IllegalStateException(
          type == DataType.FLOAT
              ? "the vector kernels need --add-modules jdk.incubator.vector"
              : "the vector kernels work in float only");
    }
    return logged(
        new CpuKernels(type, gemm, vectorRowOps(), threads), "vector row operations in float");
  }

  /** The others read and write host memory, where a GPU's results are not. */
  static boolean takesNd4j(Kernel choice, boolean hostMemory) {
    return switch (choice) {
      case ND4J -> true;
      case AUTO -> !hostMemory;
      case VECTOR, SCALAR -> {
        if (!hostMemory) {
          throw new IllegalStateException(
              "the %s kernels need arrays in host memory, which a GPU's are not: use auto or nd4j"
                  .formatted(choice.key()));
        }
        yield false;
      }
    };
  }

  private static boolean takesVector(Kernel choice, DataType type) {
    return switch (choice) {
      case AUTO -> vectorWorks(type);
      case VECTOR -> true;
      case SCALAR, ND4J -> false;
    };
  }

  private static boolean vectorWorks(DataType type) {
    return type == DataType.FLOAT && vectorModule();
  }

  private static boolean vectorModule() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  private static RowOps vectorRowOps() {
    try {
      return Class.forName(VECTOR_CLASS).asSubclass(RowOps.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(VECTOR_CLASS + " cannot be loaded", e);
    }
  }

  private static Gemm gemm(DataType type) {
    if (type != DataType.FLOAT) {
      return new OpenBlasGemm();
    }
    try {
      Gemm gemm = new OneDnnGemm();
      if (!"1".equals(System.getenv("OMP_NUM_THREADS"))) {
        log("OMP_NUM_THREADS is not 1: native threads compete with the kernels' own; set it to 1");
      }
      return gemm;
    } catch (LinkageError e) {
      log("oneDNN cannot be loaded (" + e.getMessage() + "): GEMM by OpenBLAS, which is slower");
      return new OpenBlasGemm();
    }
  }

  private static Kernels logged(Kernels kernels, String why) {
    if (LOGGED.putIfAbsent(kernels.name(), true) == null) {
      LOG.info("kernels: {} ({})", kernels.name(), why);
    }
    return kernels;
  }

  private static void log(String warning) {
    if (LOGGED.putIfAbsent(warning, true) == null) {
      LOG.warn(warning);
    }
  }
}
