package dev.lockstep.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import org.junit.jupiter.api.Test;

class ImageSheetTest {
  private static final int GAP = 0xA0;

  /** Images of 2 x 3. */
  private static final double[][] IMAGES = {
    {0, 1, 0.5, 1, 0, 0}, {-1, 2, Double.NaN, 0.2, 0.2, 0.2}, {1, 1, 1, 1, 1, 0},
  };

  @Test
  void cellsHaveTheImagesGreys() throws Exception {
    BufferedImage sheet = Read.png(ImageSheet.png(IMAGES, 2, 3, 2, 4));
    assertThat(sheet.getWidth()).isEqualTo(2 * (12 + 2) + 2);
    assertThat(sheet.getHeight()).isEqualTo(2 * (8 + 2) + 2);
    Raster greys = sheet.getRaster();
    int[][] expected = {{0, 255, 128, 255, 0, 0}, {0, 255, GAP, 51, 51, 51}};
    for (int n = 0; n < expected.length; n++) {
      for (int i = 0; i < 6; i++) {
        int left = 2 + n * 14 + i % 3 * 4;
        int top = 2 + i / 3 * 4;
        assertThat(greys.getSample(left, top, 0)).isEqualTo(expected[n][i]);
        assertThat(greys.getSample(left + 3, top + 3, 0)).isEqualTo(expected[n][i]);
      }
    }
    // The third is in the next row, and the place beside it is empty.
    assertThat(greys.getSample(2, 12, 0)).isEqualTo(255);
    assertThat(greys.getSample(13, 19, 0)).isZero();
    assertThat(greys.getSample(16, 12, 0)).isEqualTo(GAP);
  }

  @Test
  void gapsAreAroundEachImage() throws Exception {
    Raster greys = Read.png(ImageSheet.png(IMAGES, 2, 3, 3, 1)).getRaster();
    for (int x : new int[] {0, 1, 5, 6, 10, 11, 15, 16}) {
      for (int y = 0; y < greys.getHeight(); y++) {
        assertThat(greys.getSample(x, y, 0)).isEqualTo(GAP);
      }
    }
  }

  @Test
  void planesAreRedGreenAndBlue() throws Exception {
    double[][] image = {{1, 0, 0.2, 0.4, 0, 1}};
    BufferedImage sheet = Read.png(ImageSheet.png(image, 3, 1, 2, 1, 2));
    assertThat(sheet.getRGB(2, 2)).isEqualTo(0xFF_FF_33_00);
    assertThat(sheet.getRGB(5, 3)).isEqualTo(0xFF_00_66_FF);
    assertThat(sheet.getRGB(0, 0)).isEqualTo(0xFF_A0_A0_A0);
    assertThatThrownBy(() -> ImageSheet.png(image, 2, 1, 3, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 planes; allowed: 1 or 3");
  }

  @Test
  void shapesAreChecked() {
    assertThatThrownBy(() -> ImageSheet.png(IMAGES, 2, 2, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image 0 has 6 values; 1 x 2 x 2 is 4");
    assertThatThrownBy(() -> ImageSheet.png(IMAGES, 2, 3, 2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 images of 2 x 3 in 2 columns at zoom 0; allowed: at least 1 of each");
  }
}
