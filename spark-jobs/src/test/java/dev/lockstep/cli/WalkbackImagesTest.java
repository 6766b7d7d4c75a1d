package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.testing.LocalSpark;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images from the file to the inpainting, with convolutions: a bright bar somewhere on the dark.
 */
class WalkbackImagesTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SIDE = 8;
  private static final int IMAGES = 300;
  private static final int ZOOM = 2;
  private static final int GAP = 2;
  private static final int GREY = 0xA0;
  private static final String[] SETTINGS = {
    "data.kind=images",
    "data.sequence-length=1",
    "data.split.valid=0.2",
    "data.split.test=0.2",
    "objective.method=walkback",
    "objective.walkback.max-temperature=16",
    "objective.walkback.update=accumulate",
    "objective.walkback.steps-at-temperature-one=2",
    "operator.network=convolutional",
    "operator.hidden=4",
    "operator.layers=2",
    "operator.min-std=0.1",
    "training.batch=20",
    "training.epochs=4",
    "training.averaging-frequency=9",
    "training.learning-rate=0.01",
    "training.validate-every=1",
    "training.threads=1",
    "evaluation.walkback.steps=4, 6",
    "evaluation.walkback.points=20",
    "evaluation.walkback.paths=3",
    "evaluation.walkback.chain=4",
    "generate.count=3",
    "generate.walkback.frames=2",
    "generate.walkback.clamp=left"
  };

  @TempDir static Path folder;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    Files.write(folder.resolve("bars.idx"), bars());
    assertThat(lockstep("prepare", "data.input=" + folder.resolve("bars.idx")).status()).isZero();
    run = folder.resolve("run");
    assertThat(lockstep("train").status()).isZero();
  }

  /** An IDX file of bytes in three dimensions. */
  private static byte[] bars() {
    ByteBuffer file = ByteBuffer.allocate(4 * 4 + IMAGES * SIDE * SIDE);
    file.putInt(0x803).putInt(IMAGES).putInt(SIDE).putInt(SIDE);
    SplittableRandom random = new SplittableRandom(4);
    for (int n = 0; n < IMAGES; n++) {
      int bar = random.nextInt(SIDE);
      for (int i = 0; i < SIDE * SIDE; i++) {
        file.put((byte) (i % SIDE == bar ? 255 : 0));
      }
    }
    return file.array();
  }

  private static CommandRun lockstep(String command, String... overrides) {
    Stream<String> own =
        Stream.of("data.corpus=" + folder.resolve("corpus"), "training.output=" + run);
    return CommandRun.lockstep(
        Stream.concat(
                Stream.of(command),
                Stream.of(Arrays.stream(SETTINGS), own, Arrays.stream(overrides))
                    .flatMap(all -> all)
                    .flatMap(setting -> Stream.of("--set", setting)))
            .toArray(String[]::new));
  }

  @Test
  void theBoundRises() throws IOException {
    List<String> rounds = Files.readAllLines(run.resolve("metrics.jsonl"));
    double first = JSON.readTree(rounds.get(0)).path("valid_nll").asDouble();
    double last = JSON.readTree(rounds.get(rounds.size() - 1)).path("valid_nll").asDouble();
    assertThat(last).isLessThan(first - 10);
  }

  /** Of a level's probability, which is the density over [0, 1] times the level's width. */
  @Test
  void bitsAreThoseOfTheLevels() throws IOException {
    assertThat(lockstep("evaluate").status()).isZero();
    JsonNode report = JSON.readTree(run.resolve("evaluation/metrics.json").toFile());
    for (JsonNode row : report.path("likelihood")) {
      double nats = row.path("log_likelihood").asDouble() - SIDE * SIDE * Math.log(256);
      assertThat(row.path("bits_per_dimension").asDouble())
          .isCloseTo(-nats / Math.log(2) / (SIDE * SIDE), within(1e-9));
    }
    // A Gaussian's, of no less than the least standard deviation.
    double least = 0.5 * Math.log(2 * Math.PI * Math.E) + Math.log(0.1 * 256);
    JsonNode chain = report.path("chain");
    double entropy = chain.path("entropy").asDouble();
    assertThat(entropy).isGreaterThan(SIDE * SIDE * least);
    assertThat(chain.path("irreversibility").asDouble())
        .isEqualTo(chain.path("divergence").asDouble() / entropy);
  }

  /** Beside the image and its left half, what became of the right half. */
  @Test
  void theGivenHalfStays() throws IOException {
    assertThat(lockstep("generate").status()).isZero();
    Path samples = run.resolve("samples");
    try (Stream<Path> all = Files.list(samples)) {
      assertThat(all.filter(file -> file.toString().endsWith(".png"))).hasSize(3);
    }
    BufferedImage sheet = ImageIO.read(only(samples, "-inpainting.png").toFile());
    for (int row = 0; row < 3; row++) {
      int[] whole = pixels(sheet, row, 0);
      int[] half = pixels(sheet, row, 1);
      int[] filled = pixels(sheet, row, 2);
      int changed = 0;
      for (int i = 0; i < whole.length; i++) {
        if (i % SIDE < SIDE / 2) {
          assertThat(half[i]).isEqualTo(whole[i]);
          assertThat(filled[i]).isEqualTo(whole[i]);
        } else {
          assertThat(half[i]).isEqualTo(GREY);
          changed += filled[i] == whole[i] ? 0 : 1;
        }
      }
      assertThat(changed).isPositive();
    }
  }

  private static Path only(Path samples, String end) throws IOException {
    try (Stream<Path> all = Files.list(samples)) {
      return all.filter(file -> file.toString().endsWith(end)).findAny().orElseThrow();
    }
  }

  /** One image of a sheet. */
  private static int[] pixels(BufferedImage sheet, int row, int column) {
    int tile = ZOOM * SIDE + GAP;
    int[] pixels = new int[SIDE * SIDE];
    Arrays.setAll(
        pixels,
        i ->
            sheet
                .getRaster()
                .getSample(
                    GAP + column * tile + i % SIDE * ZOOM, GAP + row * tile + i / SIDE * ZOOM, 0));
    return pixels;
  }
}
