package dev.lockstep.corpus;

import dev.lockstep.config.DataSettings;
import dev.lockstep.model.StepShape;
import java.nio.charset.StandardCharsets;

/**
 * Steps that are samples of sound, each one of so many amplitudes from −1 to 1: bins of equal width
 * of x itself or of its μ-law companding (van den Oord et al. 2016, section 2.2), μ = V − 1,
 *
 * <pre>
 *   f(x) = sign(x) ln(1 + μ|x|) / ln(1 + μ).
 * </pre>
 *
 * The bins lie symmetric about silence. Of an odd number the middle one has it as its centre; of an
 * even number the upper of the two that meet there takes it, whose centre is half a bin off.
 *
 * @param bins V
 * @param scale how they are spaced
 * @param rate samples a second
 */
public record Amplitudes(int bins, DataSettings.AmplitudeScale scale, int rate)
    implements StepFormat {
  @Override
  public int symbols() {
    return bins;
  }

  /**
   * The bin of an amplitude.
   *
   * @param x beyond −1 and 1 the outermost bins go on; not NaN
   */
  public int encode(double x) {
    double place = (compress(Math.max(-1, Math.min(1, x))) + 1) / 2;
    return Math.min(bins - 1, (int) (place * bins));
  }

  /**
   * The centre of a bin, as an amplitude between −1 and 1.
   *
   * @throws IllegalArgumentException if it is no bin, as the start symbol is not
   */
  public double decode(int symbol) {
    if (symbol < 0 || symbol >= bins) {
      throw new IllegalArgumentException("no amplitude " + symbol + " of " + bins);
    }
    return expand((2.0 * symbol + 1 - bins) / bins);
  }

  private double compress(double x) {
    return switch (scale) {
      case UNIFORM -> x;
      case MU_LAW -> Math.signum(x) * Math.log1p((bins - 1) * Math.abs(x)) / Math.log(bins);
    };
  }

  private double expand(double f) {
    return switch (scale) {
      case UNIFORM -> f;
      case MU_LAW -> Math.signum(f) * Math.expm1(Math.abs(f) * Math.log(bins)) / (bins - 1);
    };
  }

  @Override
  public StepShape shape(int conditions, boolean texts) {
    return new StepShape(bins, 0, false, conditions, texts, 0);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }

  @Override
  public String summary() {
    return "%d amplitudes, %s, %d Hz".formatted(bins, scale.key(), rate);
  }

  @Override
  public String checksum() {
    return Checksum.of(toString().getBytes(StandardCharsets.UTF_8));
  }
}
