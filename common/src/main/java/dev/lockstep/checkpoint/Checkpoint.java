package dev.lockstep.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.UserError;
import dev.lockstep.nn.RunningMoments;
import dev.lockstep.storage.Location;
import dev.lockstep.storage.WholeDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.fs.ChecksumException;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * All that training needs to go on after a round, in a directory:
 *
 * <ul>
 *   <li>one DL4J file for each network: configuration, parameters, updater state;
 *   <li>{@code momentum.bin}, where the outer optimiser has one: floats, little-endian;
 *   <li>{@code state.json}: the format's version, the round, what the other files are;
 *   <li>{@code SHA256SUMS}: a checksum for each of them, as {@code sha256sum --check} reads it.
 * </ul>
 *
 * <p>Written whole or not at all, every byte is checked on reading, and equal states are equal
 * files.
 *
 * @param round rounds done
 * @param networks generator first, or the operator alone
 * @param momentum of the outer optimiser, of no length without one
 * @param validations so far
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Checkpoint(
    int round, List<MultiLayerNetwork> networks, float[] momentum, Validations validations) {
  private static final int FORMAT = 2;
  private static final String STATE = "state.json";
  private static final String SUMS = "SHA256SUMS";
  private static final String MOMENTUM = "momentum.bin";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Any time that a zip file can tell without a time zone. */
  private static final LocalDateTime ZIP_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  /** Writes the directory, which must not be there yet. */
  public void write(Location directory) {
    WholeDirectory.write(directory, this::writeInto);
  }

  private void writeInto(Location directory) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    ObjectNode state = JSON.createObjectNode().put("format", FORMAT).put("round", round);
    ArrayNode list = state.putArray("networks");
    for (int i = 0; i < networks.size(); i++) {
      String name = name(i);
      String file = name + ".zip";
      if (files.put(file, timeless(networks.get(i))) != null) {
        throw new IllegalArgumentException("a checkpoint has one " + name + ", not two");
      }
      list.addObject()
          .put("name", name)
          .put("file", file)
          .put("parameters", networks.get(i).numParams())
          .put("updates", networks.get(i).getIterationCount());
    }
    if (momentum.length > 0) {
      files.put(MOMENTUM, bytes(momentum));
    }
    state.put("momentum", momentum.length);
    if (validations.bestRound() > 0) {
      state
          .putObject("validation")
          .put("best_round", validations.bestRound())
          .put("best_nll", validations.bestNll())
          .put("since_best", validations.sinceBest());
    }
    files.put(STATE, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(state));
    StringBuilder sums = new StringBuilder();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      directory.child(file.getKey()).write(file.getValue());
      sums.append(sha256(file.getValue())).append("  ").append(file.getKey()).append('\n');
    }
    directory.child(SUMS).write(sums.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** An operator ends in the moments of its walks, an encoder in states, others elsewhere. */
  private String name(int network) {
    MultiLayerNetwork it = networks.get(network);
    Layer last = it.getLayer(it.getnLayers() - 1).conf().getLayer();
    if (network == 0) {
      return last instanceof RunningMoments ? "operator" : "generator";
    }
    return last instanceof BaseRecurrentLayer ? "encoder" : "discriminator";
  }

  /** DL4J's file of a network, without the time of day that DL4J puts into it. */
  private static byte[] timeless(MultiLayerNetwork network) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, written, true);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(written.toByteArray()));
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        ZipEntry same = new ZipEntry(entry.getName());
        same.setTimeLocal(ZIP_TIME);
        out.putNextEntry(same);
        in.transferTo(out);
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a checkpoint.
   *
   * @throws UserError if it is damaged or of a format that this version does not know
   */
  public static Checkpoint read(Location directory) {
    Map<String, String> sums = sums(directory.child(SUMS));
    Location file = directory.child(STATE);
    JsonNode state = state(file, verified(file, sums));
    if (state.path("format").asInt() != FORMAT) {
      throw damaged(file, "is of format " + state.path("format") + ", not " + FORMAT);
    }
    if (!state.path("round").isInt() || state.path("networks").isEmpty()) {
      throw damaged(file, "does not say its round and networks");
    }
    List<MultiLayerNetwork> networks = new ArrayList<>();
    for (JsonNode entry : state.path("networks")) {
      networks.add(network(directory.child(entry.path("file").asText()), sums, entry));
    }
    float[] momentum = {};
    if (state.path("momentum").asInt() > 0) {
      Location floats = directory.child(MOMENTUM);
      momentum = floats(verified(floats, sums));
    }
    return new Checkpoint(state.path("round").asInt(), networks, momentum, validations(state));
  }

  private static Validations validations(JsonNode state) {
    JsonNode best = state.path("validation");
    return best.isMissingNode()
        ? Validations.NONE
        : new Validations(
            best.path("best_round").asInt(),
            best.path("best_nll").asDouble(),
            best.path("since_best").asInt());
  }

  /** Checksums by file name. */
  private static Map<String, String> sums(Location file) {
    Map<String, String> sums = new HashMap<>();
    for (String line : new String(bytes(file), StandardCharsets.UTF_8).lines().toList()) {
      String[] columns = line.split("  ", 2);
      if (columns.length != 2) {
        throw damaged(file, "has a line that is not a checksum and a name");
      }
      sums.put(columns[1], columns[0]);
    }
    return sums;
  }

  private static byte[] verified(Location file, Map<String, String> sums) {
    byte[] bytes = bytes(file);
    if (!sha256(bytes).equals(sums.get(file.path().getName()))) {
      throw damaged(file, "does not have the checksum that " + SUMS + " says");
    }
    return bytes;
  }

  private static byte[] bytes(Location file) {
    try {
      return file.bytes();
    } catch (UserError e) {
      if (e.getCause() instanceof ChecksumException) {
        throw damaged(file, "does not have the checksum that its file system keeps", e);
      }
      throw e;
    }
  }

  private static JsonNode state(Location file, byte[] bytes) {
    try {
      JsonNode state = JSON.readTree(bytes);
      if (state.isObject()) {
        return state;
      }
    } catch (JsonProcessingException e) {
      throw damaged(file, "line " + e.getLocation().getLineNr() + " is not JSON", e);
    } catch (IOException e) {
      throw file.explain(e);
    }
    throw damaged(file, "is not a JSON object");
  }

  private static MultiLayerNetwork network(
      Location file, Map<String, String> sums, JsonNode entry) {
    MultiLayerNetwork network = restore(verified(file, sums), file);
    check(file, "parameters", network.numParams(), entry);
    check(file, "updates", network.getIterationCount(), entry);
    return network;
  }

  private static MultiLayerNetwork restore(byte[] bytes, Location file) {
    try {
      return ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes), true);
    } catch (IOException | RuntimeException e) {
      // DL4J throws what it happens upon.
      throw damaged(file, "is not a DL4J network", e);
    }
  }

  private static void check(Location file, String name, long found, JsonNode entry) {
    if (found != entry.path(name).asLong(-1)) {
      throw damaged(
          file, "has %d %s, not %s as %s says".formatted(found, name, entry.path(name), STATE));
    }
  }

  private static UserError damaged(Location file, String how) {
    return damaged(file, how, null);
  }

  private static UserError damaged(Location file, String how, Exception cause) {
    return new UserError(file + ": " + how + ": use another checkpoint or train again", cause);
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
