package dev.lockstep.checkpoint;

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
    try {
      JsonNode state = JSON.readTree(file.bytes());
      if (state.path("format").asInt() != FORMAT) {
        throw damaged(file, "is of format " + state.path("format") + ", not " + FORMAT);
      }
      List<MultiLayerNetwork> networks = new ArrayList<>();
      for (JsonNode entry : state.path("networks")) {
        networks.add(network(directory.child(entry.path("file").asText()), entry));
      }
      if (networks.isEmpty() || !state.path("round").isInt()) {
        throw damaged(file, "does not say its round and networks");
      }
      return new Checkpoint(state.path("round").asInt(), networks);
    } catch (IOException e) {
      throw new UserError(file + ": is not a checkpoint: " + e.getMessage(), e);
    }
  }

  private static MultiLayerNetwork network(Location file, JsonNode entry) throws IOException {
    byte[] bytes = file.bytes();
    if (!sha256(bytes).equals(entry.path("sha256").asText())) {
      throw damaged(file, "does not have the checksum that " + STATE + " says");
    }
    MultiLayerNetwork network =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes), true);
    if (network.numParams() != entry.path("parameters").asLong()) {
      throw damaged(
          file, "has " + network.numParams() + " parameters, not what " + STATE + " says");
    }
    return network;
  }

  private static UserError damaged(Location file, String how) {
    return new UserError(file + ": " + how + ": use another checkpoint or train again");
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
