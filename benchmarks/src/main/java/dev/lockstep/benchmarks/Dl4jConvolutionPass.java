package dev.lockstep.benchmarks;

import dev.lockstep.nn.RowsToImages;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The same as {@link ConvolutionPass} by DL4J's own layers, whose memory lies in a workspace. */
final class Dl4jConvolutionPass {
  private static final int IMAGES = 1;
  private static final String WORKSPACE = "Dl4jConvolutionPass";
  private static final WorkspaceConfiguration WORKSPACE_SIZE =
      WorkspaceConfiguration.builder()
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .policySpill(SpillPolicy.REALLOCATE)
          .build();

  private final LayerWorkspaceMgr workspace =
      LayerWorkspaceMgr.builder().defaultWorkspace(WORKSPACE, WORKSPACE_SIZE).build();
  private final MultiLayerNetwork network;
  private final Layer[] layers;
  private final RowsToImages images;
  private final INDArray behaviour;
  private final int count;
  private double[] scores;
  private double[] gradients;

  Dl4jConvolutionPass(MultiLayerNetwork network, int side, Matrix behaviour) {
    this.network = network;
    // The last one is the loss.
    this.layers = Arrays.copyOf(network.getLayers(), network.getnLayers() - 1);
    this.images = (RowsToImages) network.getLayerWiseConfigurations().getInputPreProcess(IMAGES);
    this.behaviour = behaviour.array();
    this.count = behaviour.rows() / (side * side);
    network.initGradientsView();
  }

  void run() {
    try (MemoryWorkspace ignored =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE_SIZE, WORKSPACE)) {
      INDArray x = behaviour;
      for (int i = 0; i < layers.length; i++) {
        x = i == IMAGES ? images.preProcess(x, count, workspace) : x;
        x = layers[i].activate(x, /* training= */ true, workspace);
      }
      scores = x.dup().data().asDouble();
      INDArray above = Nd4j.ones(x.dataType(), count, 1);
      for (int i = layers.length - 1; i >= 0; i--) {
        above = layers[i].backpropGradient(above, workspace).getSecond();
        above = i == IMAGES ? images.backprop(above, count, workspace) : above;
      }
      gradients = above.dup('c').data().asDouble();
    }
  }

  double[] scores() {
    return scores;
  }

  double[] gradient() {
    return network.getGradientsViewArray().dup().data().asDouble();
  }

  /** At the behaviour, [T·N, C]. */
  double[] gradients() {
    return gradients;
  }
}
