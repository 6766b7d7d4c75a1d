package dev.lockstep.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** One key with the value that was given, and where; converts it and tells what is wrong. */
record Setting(String key, ConfigValue value) {

  Object read(RecordComponent component) {
    Class<?> type = component.getType();
    if (type == String.class) {
      return text("text");
    } else if (type == boolean.class) {
      return truth();
    } else if (type == double.class) {
      return number(component);
    } else if (type == long.class) {
      return whole(component);
    } else if (type == int.class) {
      return int32(component);
    } else if (type.isEnum()) {
      return choice(type);
    }
    throw new IllegalStateException("no way to read " + key + " as " + type);
  }

  private boolean truth() {
    String allowed = "true or false";
    return switch (text(allowed).strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refuse(allowed);
    };
  }

  private double number(RecordComponent component) {
    Limits limits = new Limits(component);
    String allowed = "a number" + limits.words();
    double number = decimal(allowed).doubleValue();
    if (!limits.allow(number)) {
      throw refuse(allowed);
    }
    return number;
  }

  private long whole(RecordComponent component) {
    Limits limits = new Limits(component);
    String allowed = "a whole number" + limits.words();
    BigDecimal number = decimal(allowed);
    if (!limits.allow(number.doubleValue())) {
      throw refuse(allowed);
    }
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      throw refuse(isFraction(number) ? allowed : "a whole number of 64 bits");
    }
  }

  private int int32(RecordComponent component) {
    long number = whole(component);
    if ((int) number != number) {
      throw refuse("a whole number of at most " + Integer.MAX_VALUE);
    }
    return (int) number;
  }

  private static boolean isFraction(BigDecimal number) {
    return number.stripTrailingZeros().scale() > 0;
  }

  /** Exact, unlike the library's conversions: those cut 1.5 to 1. Refuses NaN and infinities. */
  private BigDecimal decimal(String allowed) {
    try {
      return new BigDecimal(text(allowed).strip());
    } catch (NumberFormatException e) {
      throw refuse(allowed);
    }
  }

  private Object choice(Class<?> type) {
    Choice[] choices = (Choice[]) type.getEnumConstants();
    String allowed = Arrays.stream(choices).map(Choice::key).collect(Collectors.joining(" or "));
    return Choice.of(choices, text(allowed).strip()).orElseThrow(() -> refuse(allowed));
  }

  private String text(String allowed) {
    return switch (value.valueType()) {
      case STRING -> (String) value.unwrapped();
      case NUMBER, BOOLEAN -> asWritten();
      case OBJECT, LIST, NULL -> throw refuse(allowed);
    };
  }

  /** The error that says where which key was given what, and what it must be. */
  UserError refuse(String allowed) {
    return new UserError("%s: %s must be %s, not %s".formatted(place(), key, allowed, given()));
  }

  /** A section has as many places as settings; the first of them is where to look. */
  private String place() {
    ConfigValue first = value;
    while (first instanceof ConfigObject section && !section.isEmpty()) {
      first = first(section).getValue();
    }
    return first.origin().description();
  }

  /** The entry that stands first in the file, whatever order the library keeps them in. */
  static Map.Entry<String, ConfigValue> first(Map<String, ConfigValue> entries) {
    return Collections.min(
        entries.entrySet(),
        Comparator.<Map.Entry<String, ConfigValue>>comparingInt(
                entry -> entry.getValue().origin().lineNumber())
            .thenComparing(Map.Entry::getKey));
  }

  private String given() {
    return switch (value.valueType()) {
      case OBJECT -> "a section";
      case LIST -> "a list";
      case NULL -> "null";
      case NUMBER, BOOLEAN -> asWritten();
      case STRING -> shown((String) value.unwrapped());
    };
  }

  /** The library keeps a number's own spelling, 1e-3, but gives it only to a reader of text. */
  private String asWritten() {
    return value.atKey("value").getString("value");
  }

  /** Text as it stands, but quoted where it would be invisible or break the line. */
  static String shown(String text) {
    boolean plain = !text.isBlank() && text.chars().noneMatch(Character::isISOControl);
    return plain ? text : ConfigUtil.quoteString(text);
  }
}
