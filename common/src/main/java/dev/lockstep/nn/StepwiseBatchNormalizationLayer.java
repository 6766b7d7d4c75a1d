package dev.lockstep.nn;

import static dev.lockstep.nn.StepwiseBatchNormalization.BETA;
import static dev.lockstep.nn.StepwiseBatchNormalization.EPSILON;
import static dev.lockstep.nn.StepwiseBatchNormalization.GAMMA;
import static dev.lockstep.nn.StepwiseBatchNormalization.MEAN;
import static dev.lockstep.nn.StepwiseBatchNormalization.RENEWED;
import static dev.lockstep.nn.StepwiseBatchNormalization.VARIANCE;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The implementation of {@link StepwiseBatchNormalization}. */
public final class StepwiseBatchNormalizationLayer extends BaseLayer<StepwiseBatchNormalization> {
  private static final long serialVersionUID = 1L;

  private int step;

  // What the forward pass leaves for the backward one.
  private transient INDArray normal;
  private transient INDArray inverseStd;
  private transient INDArray mean;
  private transient INDArray variance;

  StepwiseBatchNormalizationLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  /**
   * Says which application comes next.
   *
   * @param next from 0
   */
  public void step(int next) {
    step = layerConf().row(next);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    int[] over = averaged(input);
    mean = kept(training ? input.mean(over) : running(MEAN), workspaceMgr);
    variance = kept(training ? input.var(false, over) : running(VARIANCE), workspaceMgr);
    inverseStd = kept(Transforms.pow(variance.add(EPSILON), -0.5, false), workspaceMgr);
    normal = kept(input.sub(columns(mean)).muli(columns(inverseStd)), workspaceMgr);
    INDArray scaled = scaled(workspaceMgr);
    return layerConf().getActivationFn().getActivation(scaled, training);
  }

  /** Where the input is kept for the backward pass. */
  private static INDArray kept(INDArray array, LayerWorkspaceMgr workspaceMgr) {
    return workspaceMgr.leverageTo(ArrayType.INPUT, array);
  }

  private INDArray scaled(LayerWorkspaceMgr workspaceMgr) {
    INDArray y = normal.mul(columns(running(GAMMA))).addi(columns(running(BETA)));
    return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, y);
  }

  /** All dimensions but C's. */
  private static int[] averaged(INDArray x) {
    return x.rank() == 2 ? new int[] {0} : new int[] {0, 2, 3};
  }

  /** This application's part of a parameter, [C]. */
  private INDArray running(String key) {
    return params.get(key).getRow(step);
  }

  private INDArray columns(INDArray vector) {
    return input.rank() == 2
        ? vector.reshape(1, vector.length())
        : vector.reshape(1, vector.length(), 1, 1);
  }

  /** Must follow a forward pass in training. */
  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    int[] over = averaged(input);
    INDArray gradients =
        layerConf().getActivationFn().backprop(scaled(workspaceMgr), epsilon).getFirst();
    gradientsFlattened.assign(0);
    INDArray atBeta = gradients.sum(over);
    INDArray atGamma = gradients.mul(normal).sum(over);
    gradientViews.get(BETA).getRow(step).assign(atBeta);
    gradientViews.get(GAMMA).getRow(step).assign(atGamma);
    double count = (double) input.length() / input.size(1);
    INDArray centred =
        gradients
            .sub(columns(atBeta.div(count)))
            .subi(normal.mul(columns(atGamma.div(count))))
            .muli(columns(running(GAMMA).mul(inverseStd)));
    renew(MEAN, mean, 1);
    renew(VARIANCE, variance, count > 1 ? count / (count - 1) : 1);
    return new Pair<>(gradient(), workspaceMgr.leverageTo(ArrayType.ACTIVATION_GRAD, centred));
  }

  private void renew(String key, INDArray minibatch, double unbiased) {
    running(key).muli(1 - RENEWED).addi(minibatch.mul(RENEWED * unbiased));
  }

  @Override
  public Gradient gradient() {
    Gradient gradient = new DefaultGradient(gradientsFlattened);
    gradientViews.forEach(gradient::setGradientFor);
    return gradient;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
