package dev.lockstep.corpus.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.model.Sequence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageItemsTest {
  @Test
  void drawsBelongToASeedAFileAndAnImage() {
    List<Sequence> drawn = drawn(1, 0, 0);
    assertThat(drawn(1, 0, 0)).isEqualTo(drawn);
    assertThat(drawn(2, 0, 0)).isNotEqualTo(drawn);
    assertThat(drawn(1, 1, 0)).isNotEqualTo(drawn);
    assertThat(drawn(1, 0, 1).get(0)).isEqualTo(drawn.get(1));
    assertThat(drawn.get(0)).isNotEqualTo(drawn.get(1));
  }

  /** What becomes of two images that are draws alone. */
  private static List<Sequence> drawn(long seed, int file, long first) {
    ImageFile images =
        new ImageFile(
            new SourceFile("x", "x", "file:/x", 0, 0),
            file,
            ImageFormat.IDX,
            new ImageHeader(9, 1, 8, 8),
            new DataSettings.Split(0.1, 0.1));
    ImageSteps steps = (pixels, random) -> Sequence.ofSymbols(random.ints(pixels.length).toArray());
    List<Sequence> drawn = new ArrayList<>();
    new ImageItems(seed, steps)
        .call(new ImageBatch(images, first, new byte[128], null))
        .forEachRemaining(item -> drawn.addAll(item.sequences()));
    return drawn;
  }
}
