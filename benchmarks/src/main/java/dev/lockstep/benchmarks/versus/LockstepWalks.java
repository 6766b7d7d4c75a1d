package dev.lockstep.benchmarks.versus;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.walkback.TransitionOperator;
import dev.lockstep.walkback.VariationalWalkback;
import dev.lockstep.walkback.Walk;
import dev.lockstep.walkback.WalkNoise;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/** Lockstep's walks. */
final class LockstepWalks implements WalkContender {
  private final WalkWorkload workload;
  private final TransitionOperator operator;
  private final VariationalWalkback objective;

  LockstepWalks(WalkWorkload workload) {
    this.workload = workload;
    this.operator =
        new TransitionOperator(
            network(workload),
            workload.transition(),
            KernelProvider.create(Kernel.AUTO, DataType.FLOAT, workload.threads()));
    this.objective =
        new VariationalWalkback(
            operator,
            new VariationalWalkback.Options(workload.temperatures(), 0, workload.online(), 0));
  }

  /** With the first parameters. */
  static MultiLayerNetwork network(WalkWorkload workload) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            workload.shape().dense(DataType.FLOAT, new Adam(WalkWorkload.RATE), 1));
    network.init();
    return network;
  }

  @Override
  public double walk(double[] points, int walk, boolean alike) {
    WalkNoise noise = alike ? workload.noise(walk) : operator.noise(new SplittableRandom(walk));
    Walk done = objective.walk(points, 0, noise);
    return -Arrays.stream(done.logReverse()).average().orElseThrow();
  }
}
