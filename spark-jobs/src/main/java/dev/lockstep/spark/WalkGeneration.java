package dev.lockstep.spark;

import dev.lockstep.config.GenerateSettings;
import dev.lockstep.config.GenerateSettings.Clamp;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Amplitudes;
import dev.lockstep.corpus.Bitmap;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.PenStrokes;
import dev.lockstep.corpus.Raster;
import dev.lockstep.corpus.StepFormat;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.render.ImageSheet;
import dev.lockstep.render.Picture;
import dev.lockstep.render.VectorField;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.WalkNetworks;
import dev.lockstep.walkback.Chain;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/** Chains of a run's transition operator, and the files that they become. */
final class WalkGeneration {
  /** Points of the data that pictures of the plane show. */
  private static final int SHOWN = 1000;

  private static final int IMAGE_ZOOM = 2;

  /** Arrows of a vector field to a side. */
  private static final int ARROWS = 21;

  private final JavaSparkContext spark;
  private final TrainedRun run;
  private final Corpus corpus;

  WalkGeneration(SparkSession spark, TrainedRun run, Corpus corpus) {
    this.spark = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.run = run;
    this.corpus = corpus;
  }

  /**
   * Runs the chains.
   *
   * @param name what the files' names begin with
   */
  Map<String, byte[]> files(String name) {
    return run.corpus().steps().accept(new FilesOfPoints(name));
  }

  private final class FilesOfPoints implements StepFormat.Visitor<Map<String, byte[]>> {
    private final String name;

    FilesOfPoints(String name) {
      this.name = name;
    }

    @Override
    public Map<String, byte[]> visit(Raster raster) {
      return images(name, raster);
    }

    @Override
    public Map<String, byte[]> visit(Channels channels) {
      if (run.settings().generate().walkback().clamp() != Clamp.NONE) {
        throw new UserError(
            "generate.walkback.clamp = %s: the corpus has no pictures: use none"
                .formatted(run.settings().generate().walkback().clamp().key()));
      }
      return points(name, channels);
    }

    @Override
    public Map<String, byte[]> visit(PenStrokes strokes) {
      return visit(strokes.channels());
    }

    @Override
    public Map<String, byte[]> visit(Vocabulary vocabulary) {
      throw noPoints();
    }

    @Override
    public Map<String, byte[]> visit(Amplitudes amplitudes) {
      throw noPoints();
    }

    @Override
    public Map<String, byte[]> visit(Bitmap bitmap) {
      throw noPoints();
    }

    private IllegalStateException noPoints() {
      return new IllegalStateException("an operator was trained on symbols");
    }
  }

  /**
   * A sheet of what the chains end in, and where they are asked for, of the way and of the given.
   */
  private Map<String, byte[]> images(String name, Raster raster) {
    GenerateSettings asked = run.settings().generate();
    Halves halves = new Halves(raster, asked.walkback().clamp());
    double[] originals =
        asked.walkback().clamp() == Clamp.NONE ? new double[0] : repeated(asked.count(), raster);
    WalkChains chains = chains(new Chain.Clamp(halves.given(), originals), new double[0]);
    Map<String, byte[]> files = new LinkedHashMap<>();
    int width = raster.numbers();
    double[][] last = rows(chains.frames().get(chains.frames().size() - 1), width);
    files.put(name + ".png", sheet(raster, last, (int) Math.ceil(Math.sqrt(last.length))));
    if (chains.frames().size() > 1) {
      double[][] way = beside(chains.frames().stream().map(f -> rows(f, width)).toList());
      files.put(name + "-frames.png", sheet(raster, way, chains.frames().size()));
    }
    if (originals.length > 0) {
      double[][] whole = rows(originals, width);
      double[][] told = beside(List.of(whole, halves.only(whole), last));
      files.put(name + "-inpainting.png", sheet(raster, told, 3));
    }
    return files;
  }

  private static byte[] sheet(Raster raster, double[][] images, int columns) {
    return ImageSheet.png(
        images, raster.planes(), raster.height(), raster.width(), columns, IMAGE_ZOOM);
  }

  /** The first of each, then the second of each, and so on. */
  private static double[][] beside(List<double[][]> several) {
    double[][] all = new double[several.size() * several.get(0).length][];
    Arrays.setAll(all, i -> several.get(i % several.size())[i / several.size()]);
    return all;
  }

  /** The test part's first images, again and again where it has too few. */
  private double[] repeated(int count, Raster raster) {
    double[] some = data(count);
    double[] all = new double[count * raster.numbers()];
    Arrays.setAll(all, i -> some[i % some.length]);
    return all;
  }

  /** Which half of an image is given. */
  private record Halves(Raster raster, Clamp clamp) {
    boolean[] given() {
      if (clamp == Clamp.NONE) {
        return new boolean[0];
      }
      boolean[] given = new boolean[raster.numbers()];
      for (int i = 0; i < given.length; i++) {
        given[i] = isGiven(i % raster.width(), i / raster.width() % raster.height());
      }
      return given;
    }

    private boolean isGiven(int x, int y) {
      return switch (clamp) {
        case NONE -> false;
        case LEFT -> x < raster.width() / 2;
        case RIGHT -> x >= raster.width() / 2;
        case TOP -> y < raster.height() / 2;
        case BOTTOM -> y >= raster.height() / 2;
      };
    }

    /** The images without their other half. */
    double[][] only(double[][] images) {
      boolean[] given = given();
      double[][] halves = new double[images.length][];
      for (int n = 0; n < images.length; n++) {
        double[] image = images[n].clone();
        for (int i = 0; i < image.length; i++) {
          image[i] = given[i] ? image[i] : Double.NaN;
        }
        halves[n] = image;
      }
      return halves;
    }
  }

  private Map<String, byte[]> points(String name, Channels channels) {
    boolean plane = channels.list().size() == 2;
    double[][] data = plane ? rows(data(SHOWN), 2) : new double[0][];
    double[] grid = plane ? grid(data) : new double[0];
    WalkChains chains = chains(new Chain.Clamp(new boolean[0], new double[0]), grid);
    Map<String, byte[]> files = new LinkedHashMap<>();
    double[] last = chains.frames().get(chains.frames().size() - 1);
    files.put(name + ".csv", table(channels, last));
    if (plane) {
      add(
          files,
          name,
          VectorField.picture(
              restored(channels, data),
              restored(channels, rows(last, 2)),
              restored(channels, rows(grid, 2)),
              restored(channels, rows(chains.means(), 2))));
      if (chains.frames().size() > 1) {
        add(
            files,
            name + "-frames",
            VectorField.frames(
                restored(channels, data),
                chains.frames().stream().map(f -> restored(channels, rows(f, 2))).toList(),
                Arrays.stream(chains.steps()).mapToObj(step -> "step " + step).toList()));
      }
    }
    return files;
  }

  private static void add(Map<String, byte[]> files, String file, Picture picture) {
    files.put(file + ".svg", picture.svg().getBytes(StandardCharsets.UTF_8));
    files.put(file + ".png", picture.png());
  }

  /** A line for each chain, in the data's own units. */
  private static byte[] table(Channels channels, double[] states) {
    int d = channels.list().size();
    StringBuilder csv = new StringBuilder();
    csv.append(String.join(",", channels.list().stream().map(Channels.Channel::name).toList()));
    csv.append('\n');
    for (double[] row : restored(channels, rows(states, d))) {
      csv.append(String.join(",", Arrays.stream(row).mapToObj(Double::toString).toList()));
      csv.append('\n');
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static double[][] restored(Channels channels, double[][] rows) {
    double[][] restored = new double[rows.length][];
    for (int n = 0; n < rows.length; n++) {
      float[] stored = new float[rows[n].length];
      for (int d = 0; d < stored.length; d++) {
        stored[d] = (float) rows[n][d];
      }
      restored[n] = channels.restore(stored);
    }
    return restored;
  }

  private static double[][] rows(double[] values, int width) {
    double[][] rows = new double[values.length / width][];
    Arrays.setAll(rows, n -> Arrays.copyOfRange(values, n * width, (n + 1) * width));
    return rows;
  }

  /** Over the square that the data span. */
  private static double[] grid(double[][] data) {
    double[] grid = new double[ARROWS * ARROWS * 2];
    for (int d = 0; d < 2; d++) {
      int dimension = d;
      double low = Arrays.stream(data).mapToDouble(point -> point[dimension]).min().orElseThrow();
      double high = Arrays.stream(data).mapToDouble(point -> point[dimension]).max().orElseThrow();
      for (int i = 0; i < ARROWS * ARROWS; i++) {
        int place = d == 0 ? i % ARROWS : i / ARROWS;
        grid[2 * i + d] = low + (high - low) * place / (ARROWS - 1);
      }
    }
    return grid;
  }

  /** The first points of the test part, N·D. */
  private double[] data(int most) {
    return Sequence.points(new EvaluationData(run.settings(), corpus).first(Part.TEST, 1, most));
  }

  private WalkChains chains(Chain.Clamp clamp, double[] field) {
    Settings settings = run.settings();
    StepShape steps = run.corpus().shape();
    Broadcast<ReplicaState> state = spark.broadcast(run.state());
    try {
      return spark
          .parallelize(List.of(0), 1)
          .map(
              ignored ->
                  Replicas.<WalkNetworks, WalkChains>with(
                      settings,
                      steps,
                      state.value(),
                      networks -> WalkChains.run(networks.operator(), settings, clamp, field)))
          .first();
    } finally {
      state.destroy();
      Replicas.clear();
    }
  }
}
