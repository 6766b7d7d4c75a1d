package dev.lockstep.corpus;

import dev.lockstep.model.StepShape;
import java.nio.charset.StandardCharsets;

/**
 * Steps that are the pixels of an image, row by row: symbol 0 is black, 1 white.
 *
 * @param width pixels of a row
 * @param height rows
 */
public record Bitmap(int width, int height) implements StepFormat {
  @Override
  public int symbols() {
    return 2;
  }

  @Override
  public StepShape shape(int conditions, boolean texts) {
    return new StepShape(symbols(), 0, false, conditions, texts, width);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }

  @Override
  public String summary() {
    return "images of %d by %d pixels".formatted(width, height);
  }

  @Override
  public String checksum() {
    return Checksum.of(toString().getBytes(StandardCharsets.UTF_8));
  }
}
