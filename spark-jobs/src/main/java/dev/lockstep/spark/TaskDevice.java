package dev.lockstep.spark;

import dev.lockstep.config.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.SparkSession;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPU that a thread works on: the one that Spark gave to its task, or to the driver. Left to
 * itself, ND4J deals devices to threads in turn. Where Spark gave none, in local mode for one, it
 * is the first that the process sees. Without ND4J's CUDA backend all of this is nothing.
 *
 * <p>Spark's addresses are {@code nvidia-smi}'s, which counts the GPUs of the node by their place
 * on the bus; CUDA counts those that {@code CUDA_VISIBLE_DEVICES} names, in its order. The two
 * agree if {@code CUDA_DEVICE_ORDER} is {@code PCI_BUS_ID}, as in {@code conf/gpu/spark-gpu.conf}.
 */
final class TaskDevice {
  private static final Logger LOG = LoggerFactory.getLogger(TaskDevice.class);
  private static final String BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private static final Optional<TaskDevice> PROCESS =
      isPresent(BACKEND)
          ? Optional.of(
              new TaskDevice(NvidiaSmi::query, System.getenv(VISIBLE), TaskDevice::bindThread))
          : Optional.empty();

  private final Supplier<String> nvidiaSmi;
  private final String visible;
  private final IntConsumer binding;
  private final Set<Integer> told = ConcurrentHashMap.newKeySet();
  private List<Gpu> gpus;

  /**
   * For one process.
   *
   * @param nvidiaSmi asked once for the node's GPUs
   * @param visible the value of {@code CUDA_VISIBLE_DEVICES}, or null
   * @param binding makes the calling thread use a device, by CUDA's count
   */
  TaskDevice(Supplier<String> nvidiaSmi, String visible, IntConsumer binding) {
    this.nvidiaSmi = nvidiaSmi;
    this.visible = visible;
    this.binding = binding;
  }

  /**
   * Makes the calling thread use its device. Comes before the thread's first array.
   *
   * @return the device by CUDA's count; 0 on a CPU
   * @throws UserError if ND4J cannot run there, or there is no such device
   */
  static int bind() {
    return PROCESS.map(process -> process.bind(given())).orElse(0);
  }

  /** The device that the calling thread is bound to. */
  static int current() {
    return PROCESS.isPresent() ? Nd4j.getAffinityManager().getDeviceForCurrentThread() : 0;
  }

  /** Whether a class is there; does not run its code, which would load native libraries. */
  static boolean isPresent(String name) {
    try {
      Class.forName(name, false, TaskDevice.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static void bindThread(int device) {
    AffinityManager affinity = Nd4j.getAffinityManager();
    if (affinity.getDeviceForCurrentThread() != device) {
      affinity.unsafeSetDevice(device);
    }
  }

  /** What Spark gave the calling thread: a task's, or the driver's. */
  static List<String> given() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpu = (task == null ? ofDriver() : task.resourcesJMap()).get("gpu");
    return gpu == null ? List.of() : List.of(gpu.addresses());
  }

  private static Map<String, ResourceInformation> ofDriver() {
    return SparkSessions.isOpen()
        ? JavaSparkContext.fromSparkContext(SparkSession.active().sparkContext()).resources()
        : Map.of();
  }

  /**
   * Binds the calling thread to the first of the addresses; a task uses one device.
   *
   * @param addresses that Spark gave, none if it schedules no GPUs
   */
  int bind(List<String> addresses) {
    List<Gpu> seen = gpus();
    int device = addresses.isEmpty() ? 0 : device(addresses.get(0), seen);
    Gpu gpu = seen.get(device);
    gpu.checkSupported();
    binding.accept(device);
    if (told.add(device)) {
      LOG.info("device {}: {}, {}", device, gpu, addresses.isEmpty() ? "as first" : "from Spark");
    }
    return device;
  }

  private static int device(String address, List<Gpu> seen) {
    for (int device = 0; device < seen.size(); device++) {
      if (seen.get(device).isCalled(address)) {
        return device;
      }
    }
    throw new UserError(
        "Spark gave this task GPU %s, and its process sees only %s: let the discovery script tell those, or unset %s"
            .formatted(address, seen, VISIBLE));
  }

  private synchronized List<Gpu> gpus() {
    if (gpus == null) {
      List<Gpu> all = Gpu.parse(nvidiaSmi.get());
      List<Gpu> seen = visible == null ? all : named(all, visible);
      if (seen.isEmpty()) {
        throw new UserError(
            "this process sees no GPU: nvidia-smi tells of %d, and %s is %s"
                .formatted(
                    all.size(), VISIBLE, visible == null ? "not set" : "\"" + visible + "\""));
      }
      gpus = seen;
    }
    return gpus;
  }

  /** Like CUDA, takes no notice of what comes after a name that it does not know. */
  private static List<Gpu> named(List<Gpu> all, String names) {
    List<Gpu> seen = new ArrayList<>();
    for (String name : names.split(",", -1)) {
      Optional<Gpu> gpu = all.stream().filter(g -> g.isCalled(name.strip())).findFirst();
      if (gpu.isEmpty()) {
        break;
      }
      seen.add(gpu.get());
    }
    return seen;
  }
}
