package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.Map.Map1;

class TaskDeviceTest {
  private static final String FOUR =
      """
      0, GPU-aa, Tesla T4, 7.5
      1, GPU-bb, Tesla T4, 7.5
      2, GPU-cc, NVIDIA H200, 9.0
      3, GPU-dd, Tesla T4, 7.5
      """;

  private final List<Integer> bound = new ArrayList<>();

  private TaskDevice device(String visible) {
    return new TaskDevice(() -> FOUR, visible, bound::add);
  }

  @Test
  void takesTheGpuThatSparkGave() {
    assertThat(device(null).bind(List.of("3"))).isEqualTo(3);
    assertThat(bound).containsExactly(3);
  }

  @Test
  void takesTheFirstOfSeveral() {
    assertThat(device(null).bind(List.of("1", "0"))).isEqualTo(1);
  }

  @Test
  void takesTheFirstThatTheProcessSeesIfSparkGaveNone() {
    assertThat(device(null).bind(List.of())).isZero();
    assertThat(device("3,1").bind(List.of())).isZero();
    assertThat(bound).containsExactly(0, 0);
  }

  @Test
  void countsAsCudaDoesWhereOnlySomeAreVisible() {
    assertThat(device("3,1").bind(List.of("3"))).isZero();
    assertThat(device("3, 1").bind(List.of("1"))).isEqualTo(1);
    assertThat(device("GPU-dd,GPU-b").bind(List.of("1"))).isEqualTo(1);
    assertThat(device("GPU-dd").bind(List.of("GPU-dd"))).isZero();
  }

  /** As in a container that is given two of its node's and counts them as the node does. */
  @Test
  void countsWhatNvidiaSmiListsWhateverTheirNumbers() {
    String some = "4, GPU-aa, Tesla T4, 7.5\n6, GPU-bb, Tesla T4, 7.5";
    assertThat(new TaskDevice(() -> some, null, bound::add).bind(List.of("6"))).isEqualTo(1);
  }

  @Test
  void aGpuThatTheProcessDoesNotSeeIsAMistake() {
    assertThatThrownBy(() -> device("0,1").bind(List.of("3")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "Spark gave this task GPU 3, and its process sees only [GPU 0, Tesla T4 (compute"
                + " capability 7.5), GPU 1,")
        .hasMessageEndingWith("let the discovery script tell those, or unset CUDA_VISIBLE_DEVICES");
    assertThat(bound).isEmpty();
  }

  @Test
  void likeCudaStopsAtANameThatItDoesNotKnow() {
    assertThatThrownBy(() -> device("0,9,1").bind(List.of("1")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("sees only [GPU 0, Tesla T4 (compute capability 7.5)]:");
  }

  @Test
  void noGpuAtAllIsAMistake() {
    assertThatThrownBy(() -> device("").bind(List.of()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "this process sees no GPU: nvidia-smi tells of 4, and CUDA_VISIBLE_DEVICES is \"\"");
    assertThatThrownBy(() -> new TaskDevice(() -> "", null, bound::add).bind(List.of()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "this process sees no GPU: nvidia-smi tells of 0, and CUDA_VISIBLE_DEVICES is not set");
  }

  @Test
  void looksAtTheCardBeforeAnythingRunsOnIt() {
    assertThatThrownBy(() -> device(null).bind(List.of("2")))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("this GPU, NVIDIA H200 (compute capability 9.0), is not one");
    assertThat(bound).isEmpty();
    // Another card of the same node is none of this task's business.
    assertThat(device(null).bind(List.of("3"))).isEqualTo(3);
  }

  @Test
  void asksNvidiaSmiOnceAProcess() {
    AtomicInteger asked = new AtomicInteger();
    TaskDevice process =
        new TaskDevice(
            () -> {
              asked.incrementAndGet();
              return FOUR;
            },
            null,
            bound::add);
    process.bind(List.of("0"));
    process.bind(List.of("1"));
    assertThat(asked).hasValue(1);
    assertThat(bound).containsExactly(0, 1);
  }

  @Test
  void readsWhatSparkGaveTheTask() {
    assertThat(TaskDevice.given()).isEmpty();
    ResourceInformation gpus = new ResourceInformation("gpu", new String[] {"3"});
    TaskContext$.MODULE$.setTaskContext(task(new Map1<>("gpu", gpus)));
    try {
      assertThat(TaskDevice.given()).containsExactly("3");
      TaskContext$.MODULE$.setTaskContext(task(new Map1<>("fpga", gpus)));
      assertThat(TaskDevice.given()).isEmpty();
    } finally {
      TaskContext$.MODULE$.unset();
    }
  }

  private static TaskContext task(Map1<String, ResourceInformation> resources) {
    return new TaskContextImpl(
        0, 0, 0, 0, 0, 1, null, new Properties(), null, new TaskMetrics(), 1, resources);
  }

  @Test
  void withoutTheCudaBackendThereIsNothingToBind() {
    assertThat(TaskDevice.isPresent("org.nd4j.linalg.jcublas.JCublasBackend")).isFalse();
    assertThat(TaskDevice.bind()).isZero();
    assertThat(TaskDevice.current()).isZero();
  }

  @Test
  void lookingForAClassDoesNotRunIt() {
    assertThat(TaskDevice.isPresent(Explosive.class.getName())).isTrue();
    assertThatThrownBy(Explosive::light).isInstanceOf(ExceptionInInitializerError.class);
  }

  private static final class Explosive {
    static final int LOADED = Integer.parseInt("not a number");

    private Explosive() {}

    static int light() {
      return LOADED;
    }
  }
}
