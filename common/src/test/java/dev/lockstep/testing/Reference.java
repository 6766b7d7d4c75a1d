package dev.lockstep.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A case computed by an independent implementation in float64; the file's {@code about} says the
 * conventions.
 */
public final class Reference {
  private final String name;
  private final JsonNode root;

  private Reference(String name, JsonNode root) {
    this.name = name;
    this.root = root;
  }

  public static Reference load(String name) {
    try (InputStream in = Reference.class.getResourceAsStream("/reference/" + name + ".json")) {
      return new Reference(name, new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The node at a slash-separated path. */
  private JsonNode at(String path) {
    JsonNode node = root.at("/" + path);
    if (node.isMissingNode()) {
      throw new IllegalArgumentException(name + ".json has no " + path);
    }
    return node;
  }

  public double number(String path) {
    return at(path).asDouble();
  }

  public long[] shape(String path) {
    JsonNode shape = at(path).get("shape");
    return LongStream.range(0, shape.size()).map(i -> shape.get((int) i).asLong()).toArray();
  }

  public double[] data(String path) {
    JsonNode data = at(path).get("data");
    double[] values = new double[data.size()];
    Arrays.setAll(values, i -> data.get(i).asDouble());
    return values;
  }

  public int[] integers(String path) {
    return Arrays.stream(data(path)).mapToInt(x -> (int) x).toArray();
  }

  /** Row-major, in the shape that the file states. */
  public INDArray array(String path, DataType type) {
    return Nd4j.createFromArray(data(path)).castTo(type).reshape('c', shape(path));
  }
}
