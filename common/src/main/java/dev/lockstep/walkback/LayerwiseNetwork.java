package dev.lockstep.walkback;

import dev.lockstep.nn.StepwiseBatchNormalizationLayer;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
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
 * Any layers that map rows to rows, by DL4J's own code. They run one by one in memory that the next
 * pass takes again: DL4J's own passes for outside errors leave their activations to the garbage
 * collector, which sees none of it.
 */
final class LayerwiseNetwork implements OperatorNetwork {
  private static final WorkspaceConfiguration MEMORY =
      WorkspaceConfiguration.builder()
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .overallocationLimit(0.1)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .policySpill(SpillPolicy.REALLOCATE)
          .build();

  private final MultiLayerNetwork network;
  private final Kernels kernels;
  private final Layer[] layers;
  private final InputPreProcessor[] before;
  private final String workspaceName = "walkback-" + System.identityHashCode(this);
  private final LayerWorkspaceMgr workspaces =
      LayerWorkspaceMgr.builder().defaultWorkspace(workspaceName, MEMORY).build();
  private final Matrix gradient;
  private Matrix earlier;
  private final ReusedMatrix outputs;
  private final ReusedMatrix gradients;

  LayerwiseNetwork(MultiLayerNetwork network, Kernels kernels) {
    this.network = network;
    this.kernels = kernels;
    this.layers = network.getLayers();
    this.before = new InputPreProcessor[layers.length];
    for (int i = 0; i < layers.length; i++) {
      before[i] = network.getLayerWiseConfigurations().getInputPreProcess(i);
    }
    this.gradient = Matrix.ofVector(network.getGradientsViewArray());
    this.outputs = new ReusedMatrix(gradient.type());
    this.gradients = new ReusedMatrix(gradient.type());
  }

  @Override
  public MultiLayerNetwork network() {
    return network;
  }

  @Override
  public void parametersChanged() {
    // DL4J's layers derive nothing from their parameters.
  }

  @Override
  public Matrix forward(int step, Matrix states, boolean training) {
    try (MemoryWorkspace ignored = memory()) {
      return run(step, states, training);
    }
  }

  @Override
  public void train(int step, Matrix states, boolean accumulate, OutputLoss loss) {
    try (MemoryWorkspace ignored = memory()) {
      Matrix outputs = run(step, states, true);
      Matrix found = gradients.of(outputs.rows(), outputs.columns());
      loss.gradients(outputs, found);
      backward(found.array(), accumulate);
    }
  }

  private MemoryWorkspace memory() {
    return Nd4j.getWorkspaceManager().getAndActivateWorkspace(MEMORY, workspaceName);
  }

  /** A copy of the outputs that outlives the pass's memory. */
  private Matrix run(int step, Matrix states, boolean training) {
    int rows = states.rows();
    INDArray x = states.array();
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
    Matrix copy = outputs.of(rows, (int) x.size(1));
    copy.array().assign(x);
    return copy;
  }

  /** The layers overwrite their gradients, so an earlier one is set aside. */
  private void backward(INDArray found, boolean accumulate) {
    if (accumulate) {
      if (earlier == null) {
        earlier = Matrix.zeros(gradient.type(), 1, gradient.columns());
      }
      kernels.copy(gradient, earlier);
    }
    INDArray above = found;
    int rows = (int) found.size(0);
    for (int i = layers.length - 1; i >= 0; i--) {
      above = layers[i].backpropGradient(above, workspaces).getSecond();
      if (before[i] != null) {
        above = before[i].backprop(above, rows, workspaces);
      }
    }
    if (accumulate) {
      kernels.add(earlier, gradient);
    }
  }
}
