package dev.lockstep.walkback;

import dev.lockstep.nn.RunningMoments;
import dev.lockstep.nn.StepwiseBatchNormalizationLayer;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * F, the network of a transition operator, of any DL4J layers that map rows to rows. Its last layer
 * is {@link RunningMoments}, which holds the moments of p*. The layers run one by one in memory
 * that the next pass takes again: DL4J's own passes for outside errors leave their activations to
 * the garbage collector, which sees none of it.
 */
final class OperatorNetwork {
  private static final WorkspaceConfiguration MEMORY =
      WorkspaceConfiguration.builder()
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .overallocationLimit(0.1)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .policySpill(SpillPolicy.REALLOCATE)
          .build();

  private final MultiLayerNetwork network;
  private final Layer[] layers;
  private final InputPreProcessor[] before;
  private final String workspaceName = "walkback-" + System.identityHashCode(this);
  private final LayerWorkspaceMgr workspaces =
      LayerWorkspaceMgr.builder().defaultWorkspace(workspaceName, MEMORY).build();

  OperatorNetwork(MultiLayerNetwork network) {
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    this.network = network;
    this.layers = network.getLayers();
    this.before = new InputPreProcessor[layers.length];
    for (int i = 0; i < layers.length; i++) {
      before[i] = network.getLayerWiseConfigurations().getInputPreProcess(i);
    }
    if (!(layers[layers.length - 1].conf().getLayer() instanceof RunningMoments)) {
      throw new IllegalArgumentException("the last layer of an operator keeps running moments");
    }
  }

  MultiLayerNetwork network() {
    return network;
  }

  /** D. */
  int dimensions() {
    return ((RunningMoments) last().conf().getLayer()).getDimensions();
  }

  private Layer last() {
    return layers[layers.length - 1];
  }

  /** The parameters that hold p*'s moments, by the names of {@link RunningMoments}. */
  Map<String, INDArray> moments() {
    return last().paramTable();
  }

  /** Begins a pass; to be closed before another begins. */
  Pass pass() {
    return new Pass();
  }

  /** Memory for one pass, forward and, in training, backward. */
  final class Pass implements AutoCloseable {
    private final MemoryWorkspace memory =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(MEMORY, workspaceName);

    /**
     * The outputs for some states.
     *
     * @param step of the walk, from 1
     * @param training whether a minibatch is normalised by itself
     * @return [N, outputs], until the pass is closed
     */
    Matrix forward(int step, Matrix states, boolean training) {
      return Matrix.of(OperatorNetwork.this.forward(step, states.array(), training).dup('c'));
    }

    /** Overwrites the network's gradient, given the slopes at the outputs. */
    void backward(Matrix slopes) {
      OperatorNetwork.this.backward(slopes.array());
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  private INDArray forward(int step, INDArray states, boolean training) {
    INDArray x = states;
    int rows = (int) states.size(0);
    for (int i = 0; i < layers.length; i++) {
      if (before[i] != null) {
        x = before[i].preProcess(x, rows, workspaces);
      }
      if (layers[i] instanceof StepwiseBatchNormalizationLayer normalisation) {
        normalisation.step(step - 1);
      }
      layers[i].setInput(x, workspaces);
      x = layers[i].activate(training, workspaces);
    }
    return x;
  }

  private void backward(INDArray slopes) {
    INDArray above = slopes;
    int rows = (int) slopes.size(0);
    for (int i = layers.length - 1; i >= 0; i--) {
      above = layers[i].backpropGradient(above, workspaces).getSecond();
      if (before[i] != null) {
        above = before[i].backprop(above, rows, workspaces);
      }
    }
  }
}
