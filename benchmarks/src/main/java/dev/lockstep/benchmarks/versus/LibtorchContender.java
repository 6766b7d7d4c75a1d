package dev.lockstep.benchmarks.versus;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.lockstep.model.SequenceBatch;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * PyTorch: the official libtorch, which runs {@code ProfessorForcing.py}, from Lockstep's first
 * parameters. Plain, it is the step as a PyTorch user writes it: sampling, a fused pass of both
 * modes, the discriminator's pass, the generator's. Tuned, it samples in the pass that is trained
 * on and passes the discriminator over each row once.
 */
final class LibtorchContender implements Contender {
  private static final String ENGINE = "PyTorch";

  /** Parameters and Adam's state, as the script's arguments. */
  private record Network(NDList parameters, List<NDArray> all) {}

  private final Workload workload;
  private final NDManager manager;
  private final PtSymbolBlock module;
  private final Network generator;
  private final Network discriminator;
  private final NDArray generatorRate;
  private final NDArray discriminatorRate;
  private final NDArray tuned;

  LibtorchContender(Workload workload, Path directory, boolean tuned) throws IOException {
    this.workload = workload;
    Engine.getEngine(ENGINE);
    this.manager = NDManager.newBaseManager(ENGINE);
    // Plain interpretation: each operation as eager PyTorch runs it.
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(true);
    Path archive = directory.resolve(tuned ? "tuned.pt" : "plain.pt");
    TorchScript.write(archive, "ProfessorForcing");
    this.module =
        JniUtils.loadModule(
            (PtNDManager) manager, archive, false, new String[0], new String[0], true);
    this.generator = network("g", generatorShapes(), directory.resolve(ParameterFiles.GENERATOR));
    this.discriminator =
        network("d", discriminatorShapes(), directory.resolve(ParameterFiles.DISCRIMINATOR));
    this.generatorRate = manager.create(workload.generatorRate());
    this.discriminatorRate = manager.create(workload.discriminatorRate());
    this.tuned = manager.create(tuned);
  }

  private List<Shape> generatorShapes() {
    List<Shape> shapes = new ArrayList<>();
    addGru(shapes, Workload.VOCABULARY + 1L, workload.hidden());
    addAffine(shapes, workload.hidden(), Workload.VOCABULARY);
    return shapes;
  }

  private List<Shape> discriminatorShapes() {
    int width = workload.discriminatorHidden();
    List<Shape> shapes = new ArrayList<>();
    addGru(shapes, workload.behaviourWidth(), width);
    addGru(shapes, workload.behaviourWidth(), width);
    addAffine(shapes, 2L * width, width);
    addAffine(shapes, width, width);
    addAffine(shapes, width, width);
    addAffine(shapes, width, 1);
    return shapes;
  }

  private static void addGru(List<Shape> shapes, long input, long hidden) {
    shapes.add(new Shape(3 * hidden, input));
    shapes.add(new Shape(3 * hidden, hidden));
    shapes.add(new Shape(3 * hidden));
    shapes.add(new Shape(3 * hidden));
  }

  private static void addAffine(List<Shape> shapes, long input, long output) {
    shapes.add(new Shape(output, input));
    shapes.add(new Shape(output));
  }

  /** Lockstep's vector is PyTorch's parameters one after another, each in PyTorch's layout. */
  private Network network(String name, List<Shape> shapes, Path file) throws IOException {
    FloatBuffer values = ParameterFiles.read(file);
    NDList parameters = new NDList();
    List<NDArray> means = new ArrayList<>();
    List<NDArray> squares = new ArrayList<>();
    List<NDArray> counts = new ArrayList<>();
    for (Shape shape : shapes) {
      float[] part = new float[(int) shape.size()];
      values.get(part);
      NDArray parameter = manager.create(part, shape);
      parameter.setRequiresGradient(true);
      parameters.add(named(parameter, name));
      means.add(named(manager.zeros(shape), name + "_mean"));
      squares.add(named(manager.zeros(shape), name + "_square"));
      counts.add(named(manager.zeros(new Shape()), name + "_count"));
    }
    if (values.hasRemaining()) {
      throw new IOException(file + " has " + values.remaining() + " numbers too many");
    }
    List<NDArray> all = new ArrayList<>(parameters);
    all.addAll(means);
    all.addAll(squares);
    all.addAll(counts);
    return new Network(parameters, all);
  }

  /** Arrays of one such name become one list of the script. */
  private static NDArray named(NDArray array, String list) {
    array.setName(list + "[]");
    return array;
  }

  @Override
  public Measured step(int number) {
    try (NDManager scope = manager.newSubManager()) {
      NDList arguments = method(scope, "step");
      arguments.addAll(generator.all());
      arguments.addAll(discriminator.all());
      arguments.add(tokens(scope, workload.batch(number)));
      arguments.add(uniforms(scope, workload.uniforms(number)));
      arguments.add(generatorRate);
      arguments.add(discriminatorRate);
      arguments.add(tuned);
      long start = System.nanoTime();
      float[] losses = IValueUtils.forward(module, arguments, true).get(0).toFloatArray();
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Measured(seconds, losses[0], losses[1], losses[2], losses[3], losses[4]);
    }
  }

  /** Arguments whose first names the method; what it returns belongs to the scope. */
  private static NDList method(NDManager scope, String name) {
    NDArray marker = scope.create(0f);
    marker.setName("module_method:" + name);
    return new NDList(marker);
  }

  private static NDArray tokens(NDManager scope, SequenceBatch batch) {
    long[] tokens = new long[batch.steps() * batch.sequences()];
    for (int t = 0; t < batch.steps(); t++) {
      for (int n = 0; n < batch.sequences(); n++) {
        tokens[t * batch.sequences() + n] = batch.token(t, n);
      }
    }
    return scope.create(tokens, new Shape(batch.steps(), batch.sequences()));
  }

  private NDArray uniforms(NDManager scope, SplittableRandom random) {
    Shape shape = new Shape(workload.steps(), workload.sequences());
    double[] uniforms = random.doubles(shape.size()).toArray();
    return scope.create(uniforms, shape).toType(DataType.FLOAT32, false);
  }

  @Override
  public double generate(int sequences, int steps) {
    SplittableRandom[] streams = Workload.streams(sequences);
    double[] uniforms = new double[steps * sequences];
    for (int i = 0; i < uniforms.length; i++) {
      uniforms[i] = streams[i % sequences].nextDouble();
    }
    JniUtils.setGradMode(false);
    try (NDManager scope = manager.newSubManager()) {
      NDList arguments = method(scope, "generate");
      arguments.addAll(generator.parameters());
      arguments.add(
          scope.create(uniforms, new Shape(steps, sequences)).toType(DataType.FLOAT32, false));
      long start = System.nanoTime();
      long[] symbols = IValueUtils.forward(module, arguments, true).get(0).toLongArray();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (symbols.length != steps * sequences) {
        throw new IllegalStateException("not all symbols were generated");
      }
      return seconds;
    } finally {
      JniUtils.setGradMode(true);
    }
  }
}
