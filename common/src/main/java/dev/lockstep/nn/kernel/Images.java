package dev.lockstep.nn.kernel;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * N images of h × w pixels with C channels as rows {@code (i·w + j)·N + n}, pixel (i, j) of image
 * n: what time-major rows are when the steps are pixels. Beside them the gradients at them,
 * allocated when a backward pass first asks.
 */
public final class Images {
  private final int height;
  private final int width;
  private final int count;
  private final Matrix rows;
  private Matrix gradients;

  /**
   * @param height h
   * @param width w
   * @param count N
   * @param channels C
   */
  public Images(DataType type, int height, int width, int count, int channels) {
    this.height = height;
    this.width = width;
    this.count = count;
    this.rows = Matrix.zeros(type, (long) height * width * count, channels);
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  int count() {
    return count;
  }

  /** [h·w·N, C]. */
  public Matrix rows() {
    return rows;
  }

  /** [h·w·N, C]. */
  public Matrix gradients() {
    if (gradients == null) {
      gradients = Matrix.zeros(rows.type(), rows.rows(), rows.columns());
    }
    return gradients;
  }

  /** h·w. */
  public int pixels() {
    return height * width;
  }

  boolean contains(int i, int j) {
    return i >= 0 && i < height && j >= 0 && j < width;
  }

  /**
   * [N, C]: the rows of pixel (i, j), whose number is i·w + j, in {@link #rows} or {@link
   * #gradients}.
   */
  public Matrix pixel(Matrix x, int number) {
    return x.rows(number * count, (number + 1) * count);
  }
}
