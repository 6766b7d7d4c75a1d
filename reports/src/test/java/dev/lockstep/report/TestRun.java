package dev.lockstep.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.Settings;
import dev.lockstep.render.AudioClip;
import dev.lockstep.render.AudioRenderer;
import dev.lockstep.render.ImageSheet;
import dev.lockstep.render.InkLine;
import dev.lockstep.render.InkRenderer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** Run directories with files as the commands write them, filled step by step. */
final class TestRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STEPS = 50;

  private final RunDirectory directory;
  private final boolean adversarial;

  private TestRun(RunDirectory directory, boolean adversarial) {
    this.directory = directory;
    this.adversarial = adversarial;
  }

  /** A run that has done nothing yet. */
  static TestRun begin(Path folder, String method, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("objective.method=" + method);
    all.add("training.output=" + folder);
    RunDirectory directory =
        RunDirectory.create(
            Settings.load(null, all), "{}".getBytes(StandardCharsets.UTF_8), new Configuration());
    return new TestRun(directory, method.equals("professor-forcing"));
  }

  RunDirectory directory() {
    return directory;
  }

  TestRun rounds(int count) {
    for (int round = 1; round <= count; round++) {
      double nll = 1.2 + 2.5 / Math.sqrt(round);
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("round", round);
      line.put("nll", nll);
      line.put("bpc", nll / Math.log(2));
      if (adversarial) {
        line.put("c_d", 1.39 - 0.01 * round);
        line.put("c_f", 0.7 + 0.02 * round);
        line.put("c_t", 0.7 - 0.005 * round);
        line.put("accuracy", Math.min(0.98, 0.5 + 0.02 * round));
        line.put("generator_gate", round > count / 2 ? 0.8 : 0.0);
        line.put("discriminator_gate", 1.0);
        if (round % 2 == 1) {
          line.put("nll_gradient_norm", 30.0 / Math.sqrt(round));
          line.put("adversarial_gradient_norm", 1.2);
        }
      }
      line.put("left_out", 0);
      if (round % 5 == 0 || round == count) {
        line.put("valid_nll", nll + 0.1);
        line.put("valid_bpc", (nll + 0.1) / Math.log(2));
      }
      line.put("steps", 56000);
      line.put("steps_per_second", 12000.0 + 900 * Math.sin(round));
      line.put("broadcast_seconds", 0.2);
      line.put("compute_seconds", 4.3);
      line.put("combine_seconds", 0.2);
      line.put("seconds", 4.7 * round);
      directory.addMetrics(json(line));
    }
    return this;
  }

  TestRun walks() {
    return write(
        "evaluation/metrics.json",
        json(
            Map.of(
                "round",
                40,
                "part",
                "test",
                "points",
                500,
                "dimensions",
                784,
                "likelihood",
                List.of(
                    Map.of(
                        "steps",
                        5,
                        "paths",
                        20,
                        "bound",
                        -812.5,
                        "log_likelihood",
                        -790.25,
                        "bits_per_dimension",
                        1.454,
                        "effective_paths",
                        1.5),
                    Map.of(
                        "steps",
                        10,
                        "paths",
                        20,
                        "bound",
                        -805.5,
                        "log_likelihood",
                        -780.25,
                        "bits_per_dimension",
                        1.436,
                        "effective_paths",
                        1.25)),
                "chain",
                Map.of(
                    "steps",
                    200,
                    "discrepancy",
                    0.31,
                    "data_discrepancy",
                    0.05,
                    "divergence",
                    30.5,
                    "entropy",
                    610.0,
                    "irreversibility",
                    0.05))));
  }

  TestRun evaluation() {
    write(
        "evaluation/metrics.json",
        """
        {
          "round": 40, "part": "test", "steps": 446001,
          "nll": 1.0412, "nll_interval": [1.0301, 1.0533],
          "bpc": 1.5021, "bpc_interval": [1.4861, 1.5196],
          "perplexity": 2.8326, "perplexity_interval": [2.801, 2.867],
          "drift_sequences": 256, "drift_steps": %d,
          "centroid_distance": 0.9394, "centroid_distance_within": 0.6791,
          "pair_distance": 10.82, "pair_distance_within": 10.81,
          "mmd": 0.0123, "mmd_within": 0.0078,
          %s
          "centroid_by_step": %s, "pair_by_step": %s, "mmd_by_step": %s,
          "drift_by_length": [%s],
          "tsne": {
            "runs": 3, "points": 200,
            "centroid_distance": 3.21, "centroid_distance_error": 0.12,
            "pair_distance": 24.2, "pair_distance_error": 0.4
          },
          "probe": {
            "sequences": 256, "accuracy": 0.71, "accuracy_interval": [0.68, 0.74], "auc": 0.78, "updates": 400,
            "by_length": [
              {"multiple": 5, "steps": 250, "sequences": 128, "accuracy": 0.74, "accuracy_interval": [0.7, 0.78], "auc": 0.81}
            ]
          },
          "length_generalisation": [
            {
              "measure": "unigram divergence, bits", "data": 0.182,
              "values": {"1": 0.3077, "5": 0.2857, "20": null}
            }
          ],
          "repeats": [%s]
        }
        """
            .formatted(
                STEPS,
                adversarial ? "\"discriminator_accuracy\": 0.61," : "",
                series(t -> 1.1 * (1 - Math.exp(-t / 9.0))),
                series(t -> 11.2 * (1 - Math.exp(-t / 3.0))),
                series(t -> 0.02 * t / STEPS),
                atEachLength(TestRun::driftAt),
                atEachLength(TestRun::repeatsAt)));
    return this;
  }

  private static List<Double> series(IntToDoubleFunction of) {
    return IntStream.range(0, STEPS).mapToDouble(of).boxed().toList();
  }

  private static String atEachLength(IntFunction<String> row) {
    return IntStream.of(1, 5, 20).mapToObj(row).collect(Collectors.joining(", "));
  }

  private static String driftAt(int multiple) {
    return """
    {
      "multiple": %d, "steps": %d, "sequences": 128,
      "centroid_distance": %s, "centroid_distance_within": 0.68,
      "pair_distance": 10.9, "pair_distance_within": 10.8, "mmd": 0.013, "mmd_within": 0.008
    }
    """
        .formatted(multiple, STEPS * multiple, 0.94 + 0.01 * multiple);
  }

  private static String repeatsAt(int multiple) {
    return """
    {
      "multiple": %d, "steps": %d,
      "distinct": [0.02, 0.2, 0.55, null], "distinct_data": [0.02, 0.25, 0.6, 0.85],
      "novel": [0.0, 0.01, 0.2, 0.5], "novel_data": [0.0, 0.01, 0.1, 0.3],
      "longest_repeat": 31.5, "longest_repeat_data": 44,
      "longest_copy": 27, "longest_copy_data": 40
    }
    """
        .formatted(multiple, STEPS * multiple);
  }

  TestRun tsne() {
    List<Map<String, Object>> points =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    Map.<String, Object>of(
                        "x",
                        20 * Math.cos(i) + (i % 2 == 0 ? 8 : 0),
                        "y",
                        15 * Math.sin(2.3 * i),
                        "mode",
                        i % 2 == 0 ? "teacher-forced" : "free-running",
                        "step",
                        i / 4))
            .toList();
    write("evaluation/tsne.json", json(Map.of("seeds", 3, "perplexity", 30.0, "points", points)));
    return this;
  }

  TestRun text(String text) {
    write("samples/round-40-seed-1.txt", text);
    return this;
  }

  TestRun pictures() {
    double[][] pen = {{0, 0, 0}, {20, -12, 0}, {20, 12, 1}, {8, 0, 0}, {14, 9, 1}};
    directory.write(
        "samples/round-40-seed-1.svg",
        InkRenderer.sheet(List.of(new InkLine(pen, "ink"))).svg().getBytes(StandardCharsets.UTF_8));
    double[][] images =
        Stream.generate(() -> DoubleStream.iterate(0, v -> 1 - v).limit(64).toArray())
            .limit(4)
            .toArray(double[][]::new);
    directory.write("samples/round-40-seed-2.png", ImageSheet.png(images, 8, 8, 2, 12));
    return this;
  }

  TestRun sound() {
    double[] wave = IntStream.range(0, 800).mapToDouble(t -> 0.5 * Math.sin(t / 5.0)).toArray();
    directory.write("samples/round-40-seed-1-1.wav", AudioRenderer.wav(new AudioClip(wave, 8000)));
    return this;
  }

  /** All that a run can have. */
  TestRun complete() {
    return rounds(40)
        .evaluation()
        .tsne()
        .text("--- 1 ---\nthe company said it will sell <unk> of its N shares\n\n")
        .pictures()
        .sound();
  }

  TestRun write(String file, String text) {
    directory.write(file, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
