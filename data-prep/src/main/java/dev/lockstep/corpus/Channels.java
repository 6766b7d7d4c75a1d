package dev.lockstep.corpus;

import dev.lockstep.model.StepShape;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Steps that are vectors of real numbers, each stored as {@code (x − mean) / deviation}.
 *
 * @param list in the order of the vector's numbers
 */
public record Channels(List<Channel> list) implements StepFormat {
  /**
   * One number of the vector.
   *
   * @param name what it is called
   * @param mean of the training part
   * @param deviation of the training part, above 0
   */
  public record Channel(String name, double mean, double deviation) implements Serializable {}

  /** Keeps a copy. */
  public Channels {
    list = List.copyOf(list);
    if (list.isEmpty()) {
      throw new IllegalArgumentException("a vector needs a channel");
    }
  }

  @Override
  public int symbols() {
    return 0;
  }

  /** Stored numbers in the data's own units: T·W, one step after another. */
  public double[] restore(float[] values) {
    double[] restored = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      Channel channel = list.get(i % list.size());
      restored[i] = values[i] * channel.deviation() + channel.mean();
    }
    return restored;
  }

  /** The data's own numbers as they are stored. */
  public float[] normalise(double[] values) {
    float[] normal = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      Channel channel = list.get(i % list.size());
      normal[i] = (float) ((values[i] - channel.mean()) / channel.deviation());
    }
    return normal;
  }

  @Override
  public StepShape shape(int conditions, boolean texts) {
    return new StepShape(0, list.size(), false, conditions, texts, 0);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }

  @Override
  public String summary() {
    return list.stream().map(Channel::name).collect(Collectors.joining(", "));
  }

  @Override
  public String checksum() {
    return Checksum.of(toString().getBytes(StandardCharsets.UTF_8));
  }
}
