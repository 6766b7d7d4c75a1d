package dev.lockstep.benchmarks.versus;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.output.SamplingOptions;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * DL4J's own layers: the same step with an LSTM where the others have a GRU, and parameters of its
 * own. Time series are [N, C, T] and rows stand time-major, row t·N + n, as DL4J flattens them.
 */
final class Dl4jContender implements Contender {
  private static final double CLIP = 10;
  private static final int V = Workload.VOCABULARY;

  private final Workload workload;
  private final MultiLayerNetwork recurrent;
  private final MultiLayerNetwork output;
  private final MultiLayerNetwork discriminator;

  Dl4jContender(Workload workload) {
    this.workload = workload;
    // Of OpenBLAS; ND4J's own operations take OMP_NUM_THREADS.
    Nd4j.factory().blas().setMaxThreads(workload.threads());
    int hidden = workload.hidden();
    int width = workload.discriminatorHidden();
    this.recurrent = initialised(builder(workload.generatorRate()).layer(lstm(V + 1, hidden)));
    this.output =
        initialised(builder(workload.generatorRate()).layer(dense(hidden, V, Activation.IDENTITY)));
    this.discriminator =
        initialised(
            builder(workload.discriminatorRate())
                .layer(
                    new Bidirectional(
                        Bidirectional.Mode.CONCAT, lstm(workload.behaviourWidth(), width)))
                .layer(dense(2 * width, width, Activation.RELU))
                .layer(dense(width, width, Activation.RELU))
                .layer(dense(width, width, Activation.RELU))
                .layer(dense(width, 1, Activation.IDENTITY))
                .inputPreProcessor(1, new RnnToFeedForwardPreProcessor()));
  }

  private static NeuralNetConfiguration.ListBuilder builder(double rate) {
    return new NeuralNetConfiguration.Builder()
        .seed(Workload.SEED)
        .dataType(DataType.FLOAT)
        .updater(new Adam(rate))
        .list();
  }

  private static LSTM lstm(int input, int hidden) {
    return new LSTM.Builder().nIn(input).nOut(hidden).dataFormat(RNNFormat.NCW).build();
  }

  private static DenseLayer dense(int input, int hidden, Activation activation) {
    return new DenseLayer.Builder().nIn(input).nOut(hidden).activation(activation).build();
  }

  private static MultiLayerNetwork initialised(NeuralNetConfiguration.ListBuilder list) {
    MultiLayerConfiguration configuration = list.build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    network.initGradientsView();
    return network;
  }

  @Override
  public Measured step(int number) {
    SequenceBatch batch = workload.batch(number);
    int n = workload.sequences();
    AncestralSampler sampler =
        AncestralSampler.of(
            workload.uniforms(number), workload.steps(), n, 1, SamplingOptions.AS_LEARNED);
    long start = System.nanoTime();
    int[] symbols = bothModes(batch, sampler);
    INDArray states = rows(forward(recurrent, oneHotInputs(symbols)));
    INDArray probabilities = Transforms.softmax(forward(output, states), true);
    INDArray behaviour = series(Nd4j.concat(1, states, probabilities));

    // θd's own gradient is made last, so that it is what is left in its vector.
    INDArray atBehaviour = gradientsOfFreeRunningLoss(behaviour);
    double[] scores = discriminatorGradient(behaviour);
    double nll = generatorGradient(symbols, probabilities, rows(atBehaviour));
    update(recurrent);
    update(output);
    update(discriminator);
    return measured((System.nanoTime() - start) / 1e9, nll, scores);
  }

  /** [T·2N]: the symbols of the batch and, beside them, those drawn. */
  private int[] bothModes(SequenceBatch batch, AncestralSampler sampler) {
    int n = workload.sequences();
    int[] symbols = new int[workload.steps() * 2 * n];
    int[] read = new int[n];
    Arrays.fill(read, V);
    recurrent.rnnClearPreviousState();
    for (int t = 0; t < workload.steps(); t++) {
      INDArray state = recurrent.rnnTimeStep(oneHot(read, V + 1));
      double[] p = Transforms.softmax(output.output(state), false).data().asDouble();
      for (int row = 0; row < n; row++) {
        read[row] = sampler.draw(t, row, p, row * V, V);
        symbols[t * 2 * n + row] = batch.token(t, row);
        symbols[t * 2 * n + n + row] = read[row];
      }
    }
    return symbols;
  }

  private static INDArray oneHot(int[] symbols, int width) {
    float[] codes = new float[symbols.length * width];
    for (int i = 0; i < symbols.length; i++) {
      codes[i * width + symbols[i]] = 1;
    }
    return Nd4j.create(codes, new long[] {symbols.length, width}, 'c');
  }

  /** What is read: the start symbol, then each step's symbol at the next. */
  private INDArray oneHotInputs(int[] symbols) {
    int rows = 2 * workload.sequences();
    int[] read = new int[symbols.length];
    Arrays.fill(read, 0, rows, V);
    System.arraycopy(symbols, 0, read, rows, symbols.length - rows);
    return series(oneHot(read, V + 1));
  }

  private static INDArray forward(MultiLayerNetwork network, INDArray input) {
    network.setInput(input);
    List<INDArray> activations = network.feedForward(true, false);
    return activations.get(activations.size() - 1);
  }

  /** Leaves the gradient in the network's vector and returns the gradients at its input. */
  private static INDArray backward(MultiLayerNetwork network, INDArray gradients) {
    return network.backpropGradient(gradients, LayerWorkspaceMgr.noWorkspaces()).getSecond();
  }

  /** [T·N, C] of [N, C, T]. */
  private static INDArray rows(INDArray series) {
    long steps = series.size(2);
    return series.permute(2, 0, 1).reshape('c', steps * series.size(0), series.size(1));
  }

  /** [N, C, T] of [T·N, C]. */
  private INDArray series(INDArray rows) {
    long steps = workload.steps();
    return rows.reshape('c', steps, rows.size(0) / steps, rows.size(1)).permute(1, 2, 0).dup('f');
  }

  /** Gradients of C_f at the behaviour [2N, C, T]: none at the teacher-forced rows. */
  private INDArray gradientsOfFreeRunningLoss(INDArray behaviour) {
    int n = workload.sequences();
    INDArrayIndex free = NDArrayIndex.interval(n, 2L * n);
    INDArrayIndex all = NDArrayIndex.all();
    double[] logits = logits(behaviour.get(free, all, all).dup('f'));
    double[] scores = scores(logits, n);
    double[] gradients = Arrays.stream(scores).map(s -> -sigmoid(-s) / n).toArray();
    INDArray atFree = backward(discriminator, atLogits(logits, gradients));
    INDArray whole = Nd4j.create(DataType.FLOAT, behaviour.shape(), 'f');
    whole.put(new INDArrayIndex[] {free, all, all}, atFree);
    return whole;
  }

  /** Makes the gradient of C_d and returns the scores [2N]. */
  private double[] discriminatorGradient(INDArray behaviour) {
    int n = workload.sequences();
    double[] logits = logits(behaviour);
    double[] scores = scores(logits, 2 * n);
    double[] gradients = new double[2 * n];
    for (int row = 0; row < 2 * n; row++) {
      gradients[row] = (row < n ? -sigmoid(-scores[row]) : sigmoid(scores[row])) / n;
    }
    backward(discriminator, atLogits(logits, gradients));
    return scores;
  }

  private double[] logits(INDArray behaviour) {
    return forward(discriminator, behaviour).dup('c').data().asDouble();
  }

  private double[] scores(double[] logits, int rows) {
    double[] scores = new double[rows];
    for (int i = 0; i < logits.length; i++) {
      scores[i % rows] += Math.max(-CLIP, Math.min(CLIP, logits[i])) / workload.steps();
    }
    return scores;
  }

  private INDArray atLogits(double[] logits, double[] gradients) {
    float[] at = new float[logits.length];
    for (int i = 0; i < at.length; i++) {
      boolean inside = Math.abs(logits[i]) <= CLIP;
      at[i] = inside ? (float) (gradients[i % gradients.length] / workload.steps()) : 0;
    }
    return Nd4j.create(at, new long[] {at.length, 1}, 'c');
  }

  /** Makes the gradient of NLL + C_f, the NLL of sequences, and returns it over their steps. */
  private double generatorGradient(int[] symbols, INDArray probabilities, INDArray atBehaviour) {
    int n = workload.sequences();
    double each = 1.0 / n;
    INDArrayIndex all = NDArrayIndex.all();
    INDArray atStates = atBehaviour.get(all, NDArrayIndex.interval(0, workload.hidden()));
    INDArray atProbabilities =
        atBehaviour.get(all, NDArrayIndex.interval(workload.hidden(), workload.behaviourWidth()));
    INDArray mean = atProbabilities.mul(probabilities).sum(true, 1);
    INDArray atLogits = atProbabilities.subColumnVector(mean).muli(probabilities);
    float[] weights = new float[symbols.length];
    double nll = 0;
    for (int i = 0; i < symbols.length; i++) {
      if (i % (2 * n) < n) {
        weights[i] = (float) each;
        nll -= each * Math.log(probabilities.getDouble(i, symbols[i]));
      }
    }
    INDArray error = probabilities.sub(oneHot(symbols, V));
    atLogits.addi(error.muliColumnVector(Nd4j.createFromArray(weights).reshape(-1, 1)));
    backward(recurrent, series(backward(output, atLogits).add(atStates)));
    return nll / workload.steps();
  }

  private static void update(MultiLayerNetwork network) {
    INDArray gradient = network.getGradientsViewArray();
    network
        .getUpdater()
        .update(
            network,
            new DefaultGradient(gradient),
            network.getIterationCount(),
            network.getEpochCount(),
            1,
            LayerWorkspaceMgr.noWorkspaces());
    network.params().subi(gradient.reshape(network.params().shape()));
    network.setIterationCount(network.getIterationCount() + 1);
  }

  private static Measured measured(double seconds, double nll, double[] scores) {
    int n = scores.length / 2;
    double discriminatorLoss = 0;
    double freeRunningLoss = 0;
    double teacherForcedLoss = 0;
    double right = 0;
    for (int row = 0; row < scores.length; row++) {
      double score = scores[row];
      if (row < n) {
        discriminatorLoss += softplus(-score) / n;
        teacherForcedLoss += softplus(score) / n;
        right += score > 0 ? 1 : 0;
      } else {
        discriminatorLoss += softplus(score) / n;
        freeRunningLoss += softplus(-score) / n;
        right += score < 0 ? 1 : 0;
      }
    }
    return new Measured(
        seconds, nll, discriminatorLoss, freeRunningLoss, teacherForcedLoss, right / scores.length);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
