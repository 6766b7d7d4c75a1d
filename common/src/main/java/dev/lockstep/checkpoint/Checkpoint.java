package dev.lockstep.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import dev.lockstep.storage.WholeDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * The networks after a round: one DL4J file each (configuration, parameters, updater state), and
 * {@code state.json}, which says what is there and the checksum of each file. Written whole or not
 * at all; every claim is checked on reading.
 *
 * @param round rounds done
 * @param networks generator first
 */
public record Checkpoint(int round, List<MultiLayerNetwork> networks) {
  private static final int FORMAT = 1;
  private static final String STATE = "state.json";
  private static final List<String> NAMES = List.of("generator", "discriminator");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes the directory, which must not be there yet. */
  public void write(Location directory) {
    WholeDirectory.write(directory, this::writeInto);
  }

  private void writeInto(Location directory) throws IOException {
    ObjectNode state = JSON.createObjectNode().put("format", FORMAT).put("round", round);
    ArrayNode list = state.putArray("networks");
    for (int i = 0; i < networks.size(); i++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ModelSerializer.writeModel(networks.get(i), bytes, true);
      String file = NAMES.get(i) + ".zip";
      directory.child(file).write(bytes.toByteArray());
      list.addObject()
          .put("name", NAMES.get(i))
          .put("file", file)
          .put("sha256", sha256(bytes.toByteArray()))
          .put("parameters", networks.get(i).numParams())
          .put("updates", networks.get(i).getIterationCount());
    }
    directory.child(STATE).write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(state));
  }

  /**
   * Reads a checkpoint.
   *
   * @throws UserError if it is damaged or of a format that this version does not know
   */
  public static Checkpoint read(Location directory) {
    Location file = directory.child(STATE);
    JsonNode state = state(file);
    if (state.path("format").asInt() != FORMAT) {
      throw damaged(file, "is of format " + state.path("format") + ", not " + FORMAT);
    }
    if (!state.path("round").isInt() || state.path("networks").isEmpty()) {
      throw damaged(file, "does not say its round and networks");
    }
    List<MultiLayerNetwork> networks = new ArrayList<>();
    for (JsonNode entry : state.path("networks")) {
      networks.add(network(directory.child(entry.path("file").asText()), entry));
    }
    return new Checkpoint(state.path("round").asInt(), networks);
  }

  private static JsonNode state(Location file) {
    try {
      JsonNode state = JSON.readTree(file.bytes());
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

  private static MultiLayerNetwork network(Location file, JsonNode entry) {
    byte[] bytes = file.bytes();
    if (!sha256(bytes).equals(entry.path("sha256").asText())) {
      throw damaged(file, "does not have the checksum that " + STATE + " says");
    }
    MultiLayerNetwork network = restore(bytes, file);
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

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
