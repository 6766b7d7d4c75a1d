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
import dev.lockstep.training.SequenceNetworks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TimeZone;
import java.util.function.Consumer;
import java.util.zip.ZipFile;
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
  private static final Validations VALIDATIONS = new Validations(5, 1.25, 2);

  @TempDir Path folder;
  private SequenceNetworks networks;
  private Path written;

  @BeforeEach
  void write() {
    networks = trained("professor-forcing");
    written = folder.resolve("round-7");
    checkpoint(7, networks).write(Folder.location(written));
  }

  private static Checkpoint checkpoint(int round, SequenceNetworks networks) {
    return new Checkpoint(
        round, networks.algorithm().networks(), new float[] {1.5f, -2, 3e-30f}, VALIDATIONS);
  }

  private static SequenceNetworks trained(String method) {
    SequenceNetworks networks = TinyNetworks.create(method);
    TinyNetworks.step(networks, 1);
    TinyNetworks.step(networks, 2);
    return networks;
  }

  @ParameterizedTest
  @ValueSource(strings = {"teacher-forcing", "professor-forcing"})
  void whatIsReadTrainsOnAsWhatWasWritten(String method) {
    SequenceNetworks original = trained(method);
    Path directory = folder.resolve("other");
    checkpoint(12, original).write(Folder.location(directory));

    Checkpoint read = Checkpoint.read(Folder.location(directory));
    assertThat(read.round()).isEqualTo(12);
    assertThat(read.momentum()).containsExactly(1.5f, -2, 3e-30f);
    assertThat(read.validations()).isEqualTo(VALIDATIONS);
    SequenceNetworks copy =
        (SequenceNetworks)
            Networks.of(TinyNetworks.settings(method), TinyNetworks.STEPS, read.networks());
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
      assertThat(read.params()).isEqualTo(networks.algorithm().networks().get(i).params());
    }
  }

  @Test
  void holdsWhatItSaysAndNothingElse() throws IOException {
    assertThat(Folder.names(written))
        .containsExactly(
            "SHA256SUMS", "discriminator.zip", "generator.zip", "momentum.bin", "state.json");
    assertThat(Folder.names(folder)).containsExactly("round-7");
    JsonNode state = JSON.readTree(written.resolve("state.json").toFile());
    assertThat(state.path("format").asInt()).isEqualTo(2);
    assertThat(state.path("round").asInt()).isEqualTo(7);
    assertThat(state.path("networks").findValuesAsText("name"))
        .containsExactly("generator", "discriminator");
  }

  @Test
  void aFailingWriteLeavesNothing() {
    MultiLayerNetwork network = networks.generator().network();
    Checkpoint impossible =
        new Checkpoint(8, List.of(network, network, network), new float[0], Validations.NONE);
    assertThatThrownBy(() -> impossible.write(Folder.location(folder.resolve("round-8"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a checkpoint has one discriminator, not two");
    assertThat(Folder.everything(folder)).noneMatch(name -> name.contains("round-8"));
  }

  @Test
  void needsNeitherMomentumNorValidations() {
    Path plain = folder.resolve("plain");
    new Checkpoint(1, networks.algorithm().networks(), new float[0], Validations.NONE)
        .write(Folder.location(plain));
    assertThat(Folder.names(plain))
        .containsExactly("SHA256SUMS", "discriminator.zip", "generator.zip", "state.json");
    Checkpoint read = Checkpoint.read(Folder.location(plain));
    assertThat(read.momentum()).isEmpty();
    assertThat(read.validations()).isEqualTo(Validations.NONE);
  }

  /** DL4J's own files hold the time of day, to two seconds. */
  @Test
  void equalStatesAreEqualFilesWhateverTheTimeAndItsZone() throws IOException {
    TimeZone before = TimeZone.getDefault();
    Path again = folder.resolve("again");
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Apia"));
      checkpoint(7, trained("professor-forcing")).write(Folder.location(again));
    } finally {
      TimeZone.setDefault(before);
    }
    for (String name : Folder.names(written)) {
      assertThat(again.resolve(name)).hasSameBinaryContentAs(written.resolve(name));
    }
    try (ZipFile zip = new ZipFile(written.resolve("generator.zip").toFile())) {
      assertThat(zip.stream()).isNotEmpty().allMatch(e -> e.getTimeLocal().getYear() == 1980);
    }
  }

  @Test
  void theChecksumsAreThoseOfSha256sum() throws IOException {
    for (String line : Files.readAllLines(written.resolve("SHA256SUMS"))) {
      byte[] bytes = Files.readAllBytes(written.resolve(line.substring(66)));
      assertThat(line).startsWith(sha256(bytes) + "  ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"discriminator.zip", "generator.zip", "momentum.bin", "state.json", "SHA256SUMS"})
  void anyFlippedBitIsFoundAndItsFileNamed(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(written.resolve(name));
    // The last letter of a name in SHA256SUMS, too: every file is looked up there.
    bytes[bytes.length - 2] ^= 1;
    overwrite(name, bytes);
    String named = name.equals("SHA256SUMS") ? "state.json" : name;
    assertThat(readError())
        .isEqualTo(
            "%s/%s: does not have the checksum that SHA256SUMS says: %s",
            written, named, "use another checkpoint or train again");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"discriminator.zip", "generator.zip", "momentum.bin", "state.json", "SHA256SUMS"})
  void anyFileCutShortIsFound(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(written.resolve(name));
    overwrite(name, Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(readError()).startsWith(written.toString()).contains("SHA256SUMS");
  }

  /** Hadoop keeps checksums of local files of its own. */
  @Test
  void aBitThatTheFileSystemFindsFlippedIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(written.resolve("generator.zip"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(written.resolve("generator.zip"), bytes);
    assertThat(readError())
        .isEqualTo(
            "%s/generator.zip: does not have the checksum that its file system keeps: %s",
            written, "use another checkpoint or train again");
  }

  @Test
  void whatIsNoNetworkIsNamedEvenWithItsChecksum() throws IOException {
    byte[] bytes = "not a zip".getBytes(StandardCharsets.UTF_8);
    overwrite("generator.zip", bytes);
    sumUp();
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
          {"format": 1}                              | is of format 1, not 2
          {"format": "x"}                            | is of format "x", not 2
          {}                                         | is of format , not 2
          {"format": 2, "round": 3}                  | does not say its round and networks
          {"format": 2, "round": 3, "networks": []}  | does not say its round and networks
          {"format": 2, "networks": [{}]}            | does not say its round and networks
          [1]                                        | is not a JSON object
          ``                                         | is not a JSON object
          {"format": 2                               | line 1 is not JSON
          """)
  void aStateThatSaysOtherThingsIsNamed(String json, String message) throws IOException {
    overwrite("state.json", json.getBytes(StandardCharsets.UTF_8));
    sumUp();
    assertThat(readError())
        .isEqualTo(
            "%s/state.json: %s: use another checkpoint or train again".formatted(written, message));
  }

  private void changeState(Consumer<ObjectNode> change) throws IOException {
    ObjectNode state = (ObjectNode) JSON.readTree(written.resolve("state.json").toFile());
    change.accept(state);
    overwrite("state.json", JSON.writeValueAsBytes(state));
    sumUp();
  }

  /** Makes the checksums right again. */
  private void sumUp() throws IOException {
    StringBuilder sums = new StringBuilder();
    for (String name : Folder.names(written)) {
      if (!name.equals("SHA256SUMS")) {
        byte[] bytes = Files.readAllBytes(written.resolve(name));
        sums.append(sha256(bytes)).append("  ").append(name).append('\n');
      }
    }
    overwrite("SHA256SUMS", sums.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
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

  private static void assertSame(SequenceNetworks actual, SequenceNetworks expected) {
    ReplicaState a = ReplicaState.of(actual.algorithm().networks());
    ReplicaState e = ReplicaState.of(expected.algorithm().networks());
    assertThat(actual.algorithm().networks()).hasSameSizeAs(expected.algorithm().networks());
    for (int i = 0; i < expected.algorithm().networks().size(); i++) {
      assertThat(a.parameters(i)).isEqualTo(e.parameters(i));
      assertThat(a.updaterState(i)).isEqualTo(e.updaterState(i));
    }
  }
}
