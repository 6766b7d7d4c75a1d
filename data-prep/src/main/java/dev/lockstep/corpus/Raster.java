package dev.lockstep.corpus;

import dev.lockstep.config.DataSettings;
import dev.lockstep.model.StepShape;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;

/**
 * Steps that are images, each one vector, plane by plane (grey alone; or red, green, blue) and each
 * plane row by row.
 *
 * @param width pixels of a row
 * @param height rows
 * @param planes 1 or 3
 * @param view what a number is
 * @param dequantised whether noise as wide as a level of brightness was added to each number: only
 *     then do real numbers have a density
 */
public record Raster(int width, int height, int planes, DataSettings.View view, boolean dequantised)
    implements StepFormat {
  private static final int LEVEL_BITS = 8;

  @Override
  public int symbols() {
    return 0;
  }

  /** W, numbers of a vector. */
  public int numbers() {
    return planes * height * width;
  }

  private StepShape.Image image() {
    boolean binary =
        switch (view) {
          case REAL -> false;
          case BINARY -> true;
        };
    return new StepShape.Image(width, height, planes, binary);
  }

  /**
   * The bits that minus the logarithm of a density of these numbers has less, for each, than that
   * of the probability of the levels that they were made of; empty where they have no density.
   */
  public OptionalDouble levelBits() {
    return switch (view) {
      case REAL -> dequantised ? OptionalDouble.of(LEVEL_BITS) : OptionalDouble.empty();
      case BINARY -> OptionalDouble.of(0);
    };
  }

  @Override
  public StepShape shape(int conditions, boolean texts) {
    return new StepShape(0, numbers(), false, conditions, texts, 0, null, image());
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }

  @Override
  public String summary() {
    String colours = planes == 1 ? "" : " in %d planes".formatted(planes);
    return "%s images of %d by %d pixels%s".formatted(view.key(), width, height, colours);
  }

  @Override
  public String checksum() {
    return Checksum.of(toString().getBytes(StandardCharsets.UTF_8));
  }
}
