package dev.lockstep.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import dev.lockstep.testing.Folder;
import dev.lockstep.testing.TinyNetworks;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Networks networks;
  private Path written;

  @BeforeEach
  void write() {
    networks = trained("professor-forcing");
    written = folder.resolve("round-7");
    new Checkpoint(7, networks.objective().networks()).write(Folder.location(written));
  }

  private static Networks trained(String method) {
    Networks networks = TinyNetworks.create(method);
    TinyNetworks.step(networks, 1);
    TinyNetworks.step(networks, 2);
    return networks;
  }

  @ParameterizedTest
  @ValueSource(strings = {"teacher-forcing", "professor-forcing"})
  void whatIsReadTrainsOnAsWhatWasWritten(String method) {
    Networks original = trained(method);
    Path directory = folder.resolve("other");
    new Checkpoint(12, original.objective().networks()).write(Folder.location(directory));

    Checkpoint read = Checkpoint.read(Folder.location(directory));
    assertThat(read.round()).isEqualTo(12);
    Networks copy = Networks.of(TinyNetworks.settings(method), read.networks());
    assertSame(copy, original);
    assertThat(read.networks()).extracting(MultiLayerNetwork::getIterationCount).containsOnly(2);

    assertThat(TinyNetworks.step(copy, 3)).isEqualTo(TinyNetworks.step(original, 3));
    assertSame(copy, original);
  }

  @Test
  void theNetworksAreFilesOfDl4j() throws IOException {
    for (int i = 0; i < 2; i++) {
      Path file = written.resolve(List.of("generator.zip", "discriminator.zip").get(i));
      MultiLayerNetwork read = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
      assertThat(read.params()).isEqualTo(networks.objective().networks().get(i).params());
    }
  }

  @Test
  void holdsWhatItSaysAndNothingElse() throws IOException {
    assertThat(Folder.names(written))
        .containsExactly("discriminator.zip", "generator.zip", "state.json");
    assertThat(Folder.names(folder)).containsExactly("round-7");
    JsonNode state = JSON.readTree(written.resolve("state.json").toFile());
    assertThat(state.path("format").asInt()).isEqualTo(1);
    assertThat(state.path("round").asInt()).isEqualTo(7);
    assertThat(state.path("networks").findValuesAsText("name"))
        .containsExactly("generator", "discriminator");
  }

  @Test
  void aFailingWriteLeavesNothing() {
    MultiLayerNetwork network = networks.generator().network();
    // There is no name for a third one.
    Checkpoint impossible = new Checkpoint(8, List.of(network, network, network));
    assertThatThrownBy(() -> impossible.write(Folder.location(folder.resolve("round-8"))))
        .isInstanceOf(RuntimeException.class);
    assertThat(Folder.everything(folder)).noneMatch(name -> name.contains("round-8"));
  }

  @Test
  void aDamagedNetworkIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(written.resolve("discriminator.zip"));
    bytes[bytes.length / 2] ^= 1;
    overwrite("discriminator.zip", bytes);
    assertThat(readError())
        .isEqualTo(
            "%s/discriminator.zip: does not have the checksum that state.json says: %s",
            written, "use another checkpoint or train again");
  }

  @Test
  void whatIsNoNetworkIsNamedEvenWithItsChecksum() throws Exception {
    byte[] bytes = "not a zip".getBytes(StandardCharsets.UTF_8);
    overwrite("generator.zip", bytes);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    changeState(
        state ->
            ((ObjectNode) state.path("networks").path(0))
                .put("sha256", HexFormat.of().formatHex(digest)));
    assertThat(readError())
        .isEqualTo(
            "%s/generator.zip: is not a DL4J network: use another checkpoint or train again",
            written);
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Folder.delete(written.resolve("generator.zip"));
    assertThat(readError()).startsWith(written + "/generator.zip: cannot be read: ");
    Folder.delete(written.resolve("state.json"));
    assertThat(readError()).startsWith(written + "/state.json: cannot be read: ");
  }

  @ParameterizedTest
  @CsvSource({"parameters, 12", "updates, 3"})
  void aNetworkMustBeWhatTheStateSays(String claim, int wrong) throws IOException {
    changeState(state -> ((ObjectNode) state.path("networks").path(0)).put(claim, wrong));
    assertThat(readError())
        .matches(
            "\\Q%s\\E/generator.zip: has \\d+ %s, not %d as state.json says: .*"
                .formatted(written, claim, wrong));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"format": 2}                              | is of format 2, not 1
          {"format": "x"}                            | is of format "x", not 1
          {}                                         | is of format , not 1
          {"format": 1, "round": 3}                  | does not say its round and networks
          {"format": 1, "round": 3, "networks": []}  | does not say its round and networks
          {"format": 1, "networks": [{}]}            | does not say its round and networks
          [1]                                        | is not a JSON object
          ``                                         | is not a JSON object
          {"format": 1                               | line 1 is not JSON
          """)
  void aStateThatSaysOtherThingsIsNamed(String json, String message) throws IOException {
    overwrite("state.json", json.getBytes(StandardCharsets.UTF_8));
    assertThat(readError())
        .isEqualTo(
            "%s/state.json: %s: use another checkpoint or train again".formatted(written, message));
  }

  private void changeState(Consumer<ObjectNode> change) throws IOException {
    ObjectNode state = (ObjectNode) JSON.readTree(written.resolve("state.json").toFile());
    change.accept(state);
    overwrite("state.json", JSON.writeValueAsBytes(state));
  }

  private void overwrite(String name, byte[] bytes) throws IOException {
    Folder.delete(written.resolve(name));
    Files.write(written.resolve(name), bytes);
  }

  private String readError() {
    Location location = Folder.location(written);
    UserError error = catchThrowableOfType(UserError.class, () -> Checkpoint.read(location));
    assertThat(error).as("an error").isNotNull();
    assertThat(error.getMessage().lines()).hasSize(1);
    return error.getMessage();
  }

  private static void assertSame(Networks actual, Networks expected) {
    ReplicaState a = ReplicaState.of(actual.objective().networks());
    ReplicaState e = ReplicaState.of(expected.objective().networks());
    assertThat(actual.objective().networks()).hasSameSizeAs(expected.objective().networks());
    for (int i = 0; i < expected.objective().networks().size(); i++) {
      assertThat(a.parameters(i)).isEqualTo(e.parameters(i));
      assertThat(a.updaterState(i)).isEqualTo(e.updaterState(i));
    }
  }
}
