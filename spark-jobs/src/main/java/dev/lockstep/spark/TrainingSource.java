package dev.lockstep.spark;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.lockstep.results.RoundMetrics;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * The last round's metrics as gauges of Spark's metrics system, on the driver, for whichever sinks
 * are configured there (JMX, Prometheus, …): {@code lockstep.round}, {@code lockstep.bpc} and so
 * on, named as in {@code metrics.jsonl}. What does not apply is NaN.
 */
final class TrainingSource implements Source, AutoCloseable {
  private final MetricRegistry registry = new MetricRegistry();
  private volatile RoundMetrics latest;

  private TrainingSource() {
    for (RecordComponent component : RoundMetrics.class.getRecordComponents()) {
      registry.register(name(component), (Gauge<Number>) () -> value(component));
    }
  }

  /** Registers one until it is closed. */
  static TrainingSource open() {
    TrainingSource source = new TrainingSource();
    SparkEnv.get().metricsSystem().registerSource(source);
    return source;
  }

  private static String name(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private Number value(RecordComponent component) {
    RoundMetrics metrics = latest;
    try {
      Object value = metrics == null ? null : component.getAccessor().invoke(metrics);
      return value == null ? Double.NaN : (Number) value;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /** Shows a round. */
  void show(RoundMetrics metrics) {
    latest = metrics;
  }

  @Override
  public String sourceName() {
    return "lockstep";
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public void close() {
    SparkEnv.get().metricsSystem().removeSource(this);
  }
}
