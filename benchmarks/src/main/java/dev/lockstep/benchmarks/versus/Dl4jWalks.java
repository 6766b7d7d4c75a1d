package dev.lockstep.benchmarks.versus;

import dev.lockstep.nn.StepwiseBatchNormalization;
import dev.lockstep.nn.StepwiseBatchNormalizationLayer;
import dev.lockstep.walkback.WalkNoise;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The same walks as a user of DL4J writes them: {@code output} to draw a step, {@code fit} to learn
 * the step back; where the parameters move once a walk, one {@code fit} on all of its states. Only
 * batch normalisation of each step's own is not DL4J's.
 */
final class Dl4jWalks implements WalkContender {
  private final WalkWorkload workload;
  private final MultiLayerNetwork network;
  private final ReverseStepLoss loss;

  Dl4jWalks(WalkWorkload workload) {
    if (workload.normalised() && !workload.online()) {
      throw new IllegalArgumentException("one fit cannot normalise each step by itself");
    }
    this.workload = workload;
    // Of OpenBLAS; ND4J's own operations take OMP_NUM_THREADS.
    Nd4j.factory().blas().setMaxThreads(workload.threads());
    this.network = network(workload);
    INDArray first = LockstepWalks.network(workload).params();
    // But for the moments of p*, which stand last.
    network.setParams(first.get(NDArrayIndex.interval(0, network.numParams())).dup());
    OutputLayer last = (OutputLayer) network.getOutputLayer().conf().getLayer();
    this.loss = (ReverseStepLoss) last.getLossFn();
  }

  private static MultiLayerNetwork network(WalkWorkload workload) {
    ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.FLOAT)
            .updater(new Adam(WalkWorkload.RATE))
            .list();
    int in = workload.dimensions();
    for (int i = 0; i < WalkWorkload.LAYERS; i++) {
      Activation activation = workload.normalised() ? Activation.IDENTITY : WalkWorkload.HIDDEN;
      list.layer(
          new DenseLayer.Builder().nIn(in).nOut(workload.hidden()).activation(activation).build());
      if (workload.normalised()) {
        list.layer(
            new StepwiseBatchNormalization.Builder(workload.steps())
                .nIn(workload.hidden())
                .nOut(workload.hidden())
                .activation(WalkWorkload.HIDDEN)
                .build());
      }
      in = workload.hidden();
    }
    list.layer(
        new OutputLayer.Builder(new ReverseStepLoss(WalkWorkload.ALPHA))
            .nIn(in)
            .nOut(workload.transition().outputs(workload.dimensions()))
            .activation(Activation.IDENTITY)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }

  @Override
  public double walk(double[] points, int walk, boolean alike) {
    INDArray states =
        Nd4j.createFromArray(points)
            .castTo(DataType.FLOAT)
            .reshape(workload.rows(), workload.dimensions());
    List<INDArray> before = new ArrayList<>();
    List<INDArray> after = new ArrayList<>();
    List<INDArray> heats = new ArrayList<>();
    double sum = 0;
    for (int t = 1; t <= workload.steps(); t++) {
      double heat = Math.sqrt(workload.temperatures().at(t, 0));
      INDArray noise =
          alike ? noise(workload.noise(walk), t) : Nd4j.randn(DataType.FLOAT, states.shape());
      INDArray next = draw(t, states, heat, noise);
      INDArray heated = Nd4j.valueArrayOf(new long[] {workload.rows(), 1}, heat, DataType.FLOAT);
      if (workload.online()) {
        sum += learn(t, next, states, heated, 1);
      } else {
        before.add(states);
        after.add(next);
        heats.add(heated);
      }
      states = next;
    }
    return workload.online()
        ? sum
        : learn(
            1,
            Nd4j.concat(0, after.toArray(INDArray[]::new)),
            Nd4j.concat(0, before.toArray(INDArray[]::new)),
            Nd4j.concat(0, heats.toArray(INDArray[]::new)),
            workload.steps());
  }

  private INDArray draw(int step, INDArray states, double heat, INDArray noise) {
    normaliseAs(step);
    INDArray outputs = network.output(states, true);
    INDArray sigma = ReverseStepLoss.cold(outputs).muli(heat);
    return ReverseStepLoss.mean(states, outputs, WalkWorkload.ALPHA).addi(sigma.muli(noise));
  }

  private double learn(int step, INDArray states, INDArray target, INDArray heats, double times) {
    normaliseAs(step);
    loss.heat(heats, times);
    network.fit(new DataSet(states, Nd4j.hstack(target, states)));
    return network.score();
  }

  private void normaliseAs(int step) {
    for (Layer layer : network.getLayers()) {
      if (layer instanceof StepwiseBatchNormalizationLayer normalisation) {
        normalisation.step(step - 1);
      }
    }
  }

  private INDArray noise(WalkNoise noise, int step) {
    double[] all = new double[workload.rows() * workload.dimensions()];
    double[] own = new double[workload.dimensions()];
    for (int row = 0; row < workload.rows(); row++) {
      noise.fill(step, row, own);
      System.arraycopy(own, 0, all, row * own.length, own.length);
    }
    return Nd4j.createFromArray(all)
        .castTo(DataType.FLOAT)
        .reshape(workload.rows(), workload.dimensions());
  }
}
