package dev.lockstep.config;

import java.lang.annotation.Annotation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The numbers that a setting allows, declared by annotations on its record component. */
final class Limits {
  /** The smallest allowed value. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  @interface AtLeast {
    double value();
  }

  /** A value too small to be allowed, where everything above it is not. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  @interface Above {
    double value();
  }

  /** The largest allowed value. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  @interface AtMost {
    double value();
  }

  /** A value too large to be allowed, where everything below it is not. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  @interface Below {
    double value();
  }

  private final RecordComponent component;

  Limits(RecordComponent component) {
    this.component = component;
  }

  boolean allow(double value) {
    return !(value < limit(AtLeast.class, AtLeast::value, Double.NEGATIVE_INFINITY))
        && !(value <= limit(Above.class, Above::value, Double.NEGATIVE_INFINITY))
        && !(value > limit(AtMost.class, AtMost::value, Double.POSITIVE_INFINITY))
        && !(value >= limit(Below.class, Below::value, Double.POSITIVE_INFINITY))
        && Double.isFinite(value);
  }

  /** What is allowed, to follow "a number": {@code " above 0 and below 1"}. */
  String words() {
    return Stream.of(
            words("of at least ", AtLeast.class, AtLeast::value),
            words("above ", Above.class, Above::value),
            words("of at most ", AtMost.class, AtMost::value),
            words("below ", Below.class, Below::value))
        .flatMap(List::stream)
        .collect(Collectors.collectingAndThen(Collectors.joining(" and "), Limits::spaced));
  }

  private <A extends Annotation> double limit(
      Class<A> type, ToDoubleFunction<A> value, double none) {
    A limit = component.getAnnotation(type);
    return limit == null ? none : value.applyAsDouble(limit);
  }

  private <A extends Annotation> List<String> words(
      String relation, Class<A> type, ToDoubleFunction<A> value) {
    A limit = component.getAnnotation(type);
    return limit == null ? List.of() : List.of(relation + plain(value.applyAsDouble(limit)));
  }

  private static String spaced(String words) {
    return words.isEmpty() ? "" : " " + words;
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
