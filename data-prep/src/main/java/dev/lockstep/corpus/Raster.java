package dev.lockstep.corpus;

import dev.lockstep.config.DataSettings;
import dev.lockstep.model.StepShape;
import java.nio.charset.StandardCharsets;

/**
 * Steps that are images, each one vector, plane by plane (grey alone; or red, green, blue) and each
 * plane row by row.
 *
 * @param width pixels of a row
 * @param height rows
 * @param planes 1 or 3
 * @param view what a number is
 */
public record Raster(int width, int height, int planes, DataSettings.View view)
    implements StepFormat {
  @Override
  public int symbols() {
    return 0;
  }

  /** W, numbers of a vector. */
  public int numbers() {
    return planes * height * width;
  }

  /** What networks need to know. */
  StepShape.Image shape() {
    return new StepShape.Image(width, height, planes, view == DataSettings.View.BINARY);
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
