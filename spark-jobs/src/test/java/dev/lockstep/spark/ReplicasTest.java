package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Settings;
import dev.lockstep.model.StepShape;
import dev.lockstep.training.Networks;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicasTest {
  private static final StepShape STEPS = StepShape.ofSymbols(3);

  private static Settings settings(int hidden) {
    return Settings.parse(
        "",
        "test",
        List.of("generator.hidden=" + hidden, "discriminator.hidden=4", "training.threads=1"));
  }

  @AfterEach
  void letGo() {
    Replicas.clear();
  }

  @Test
  void oneThatWasGivenBackIsUsedAgain() {
    Networks first = Replicas.borrow(settings(4), STEPS);
    Replicas.giveBack(settings(4), STEPS, first);
    assertThat(Replicas.borrow(settings(4), STEPS)).isSameAs(first);
    assertThat(Replicas.borrow(settings(4), STEPS)).isNotSameAs(first);
  }

  @Test
  void anotherDeviceHasItsOwn() {
    Networks first = Replicas.borrow(settings(4), STEPS, 0);
    Networks second = Replicas.borrow(settings(4), STEPS, 1);
    Replicas.giveBack(settings(4), STEPS, 0, first);
    assertThat(Replicas.borrow(settings(4), STEPS, 1)).isNotSameAs(first);

    Replicas.giveBack(settings(4), STEPS, 1, second);
    assertThat(Replicas.borrow(settings(4), STEPS, 0)).isSameAs(first);
    assertThat(Replicas.borrow(settings(4), STEPS, 1)).isSameAs(second);
  }

  @Test
  void anotherRunLetsAllGo() {
    Networks first = Replicas.borrow(settings(4), STEPS, 0);
    Replicas.giveBack(settings(4), STEPS, 0, first);
    Networks other = Replicas.borrow(settings(5), STEPS, 1);
    Replicas.giveBack(settings(5), STEPS, 1, other);
    assertThat(Replicas.borrow(settings(4), STEPS, 0)).isNotSameAs(first);
  }
}
