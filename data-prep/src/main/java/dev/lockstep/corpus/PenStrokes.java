package dev.lockstep.corpus;

import dev.lockstep.model.StepShape;
import java.nio.charset.StandardCharsets;

/**
 * Steps that are a pen's: offsets x and y, then 1 where the pen is lifted.
 *
 * @param channels the three numbers
 */
public record PenStrokes(Channels channels) implements StepFormat {
  @Override
  public int symbols() {
    return 0;
  }

  @Override
  public StepShape shape(int conditions, boolean texts) {
    return new StepShape(0, channels.list().size(), true, conditions, texts, 0);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }

  @Override
  public String summary() {
    return channels.summary();
  }

  @Override
  public String checksum() {
    return Checksum.of(toString().getBytes(StandardCharsets.UTF_8));
  }
}
