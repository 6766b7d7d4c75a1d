package dev.lockstep.walkback;

import dev.lockstep.nn.StepwiseBatchNormalization;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.PackedMatrix;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link StepwiseBatchNormalization} of rows: {@code y = f(γ n + β)}, {@code n = (x − m) / √(v +
 * ε)}, with each column's moments m and v over the minibatch in training, running ones after it.
 * Backward, with means over the minibatch,
 *
 * <pre>
 *   g = dy · f',   dx = γ / √(v + ε) · (g − mean(g) − n · mean(g n))
 * </pre>
 */
final class NormalisationStage implements DenseStage {
  private final Kernels kernels;
  private final StepwiseBatchNormalization conf;
  private final DenseActivation activation;
  private final Matrix gamma;
  private final Matrix beta;
  private final Matrix runningMean;
  private final Matrix runningVariance;
  private final Matrix gradient;
  private final Matrix gammaGradient;
  private final Matrix betaGradient;
  private final ReusedMatrix normals;
  private final ReusedMatrix outputs;
  private final Matrix vector;
  private final Matrix atGamma;
  private final Matrix atBeta;

  // What the last forward pass left; a number for each column.
  private final double[] mean;
  private final double[] variance;
  private final double[] inverseStd;
  private Matrix normal;
  private Matrix output;
  private int row;

  /** Views a layer of DL4J. */
  NormalisationStage(Layer layer, Kernels kernels) {
    this.kernels = kernels;
    this.conf = (StepwiseBatchNormalization) layer.conf().getLayer();
    this.activation = DenseActivation.of(conf.getActivationFn()).orElseThrow();
    Map<String, INDArray> parameters = layer.paramTable();
    this.gamma = Matrix.of(parameters.get(StepwiseBatchNormalization.GAMMA));
    this.beta = Matrix.of(parameters.get(StepwiseBatchNormalization.BETA));
    this.runningMean = Matrix.of(parameters.get(StepwiseBatchNormalization.MEAN));
    this.runningVariance = Matrix.of(parameters.get(StepwiseBatchNormalization.VARIANCE));
    Map<String, INDArray> gradients = DenseStage.gradients(layer);
    this.gradient = Matrix.ofVector(layer.getGradientsViewArray());
    this.gammaGradient = Matrix.of(gradients.get(StepwiseBatchNormalization.GAMMA));
    this.betaGradient = Matrix.of(gradients.get(StepwiseBatchNormalization.BETA));
    DataType type = gamma.type();
    int columns = gamma.columns();
    this.normals = new ReusedMatrix(type);
    this.outputs = new ReusedMatrix(type);
    this.vector = Matrix.zeros(type, 1, columns);
    this.atGamma = Matrix.zeros(type, 1, columns);
    this.atBeta = Matrix.zeros(type, 1, columns);
    this.mean = new double[columns];
    this.variance = new double[columns];
    this.inverseStd = new double[columns];
  }

  @Override
  public Matrix forward(int step, Matrix x, boolean training) {
    row = conf.row(step - 1);
    normal = normals.of(x.rows(), x.columns());
    output = outputs.of(x.rows(), x.columns());
    kernels.copy(x, normal);
    if (training) {
      kernels.columnSums(x, vector, false);
      means(vector, x.rows(), mean);
    } else {
      own(runningMean).read(mean);
    }
    kernels.addBias(normal, vector(c -> -mean[c]));
    if (training) {
      kernels.columnProducts(normal, normal, vector);
      means(vector, x.rows(), variance);
    } else {
      own(runningVariance).read(variance);
    }
    Arrays.setAll(inverseStd, c -> 1 / Math.sqrt(variance[c] + StepwiseBatchNormalization.EPSILON));
    kernels.scaleColumns(normal, vector(c -> inverseStd[c]));
    kernels.copy(normal, output);
    kernels.scaleColumns(output, own(gamma));
    activation.apply(kernels, output, own(beta));
    return output;
  }

  /** Also moves the running moments, as they are moved where DL4J runs the layer. */
  @Override
  public void gradient(Matrix gradOutput, boolean accumulate) {
    activation.backward(kernels, output, gradOutput);
    kernels.columnSums(gradOutput, atBeta, false);
    kernels.columnProducts(gradOutput, normal, atGamma);
    if (!accumulate) {
      // Other steps' parameters have no gradient, nor have the running moments.
      kernels.clear(gradient);
    }
    kernels.add(atBeta, own(betaGradient));
    kernels.add(atGamma, own(gammaGradient));
    double count = gradOutput.rows();
    renew(own(runningMean), mean, 1);
    renew(own(runningVariance), variance, count > 1 ? count / (count - 1) : 1);
  }

  private void renew(Matrix running, double[] minibatch, double unbiased) {
    double share = StepwiseBatchNormalization.RENEWED;
    double[] values = new double[minibatch.length];
    running.read(values);
    Arrays.setAll(values, c -> (1 - share) * values[c] + share * unbiased * minibatch[c]);
    running.write(values);
  }

  @Override
  public Matrix gradAtInput(Matrix gradOutput) {
    double[] gradMean = new double[mean.length];
    double[] meanProduct = new double[mean.length];
    means(atBeta, gradOutput.rows(), gradMean);
    means(atGamma, gradOutput.rows(), meanProduct);
    kernels.addBias(gradOutput, vector(c -> -gradMean[c]));
    kernels.scaleColumns(normal, vector(c -> -meanProduct[c]));
    kernels.add(normal, gradOutput);
    kernels.scaleColumns(gradOutput, vector(c -> inverseStd[c]));
    kernels.scaleColumns(gradOutput, own(gamma));
    return gradOutput;
  }

  @Override
  public Stream<PackedMatrix> packed() {
    return Stream.of();
  }

  /** The row of the step that was last. */
  private Matrix own(Matrix parameter) {
    return parameter.rows(row, row + 1);
  }

  /** A row vector, until the next. */
  private Matrix vector(IntToDoubleFunction value) {
    double[] values = new double[vector.columns()];
    Arrays.setAll(values, value);
    vector.write(values);
    return vector;
  }

  private static void means(Matrix sums, int rows, double[] means) {
    sums.read(means);
    for (int c = 0; c < means.length; c++) {
      means[c] /= rows;
    }
  }
}
