package dev.lockstep.config;

import com.typesafe.config.ConfigUtil;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a record as a section of HOCON, the reverse of {@link SettingsReader}. */
final class SettingsWriter {
  private final StringBuilder text = new StringBuilder();

  private SettingsWriter() {}

  static String write(Settings settings) {
    SettingsWriter writer = new SettingsWriter();
    writer.section(settings, "");
    return writer.text.toString();
  }

  private void section(Record section, String indent) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      text.append(indent).append(Keys.name(component));
      Object value = value(section, component);
      if (value instanceof Record inner) {
        text.append(" {\n");
        section(inner, indent + "  ");
        text.append(indent).append("}\n");
      } else {
        text.append(" = ").append(written(value)).append('\n');
      }
    }
  }

  /** Every setting's text by its key, in the order of declaration. */
  static Map<String, String> flat(Settings settings) {
    Map<String, String> values = new LinkedHashMap<>();
    flatten(settings, "", values);
    return values;
  }

  private static void flatten(Record section, String prefix, Map<String, String> values) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      String key = prefix + Keys.name(component);
      if (value(section, component) instanceof Record inner) {
        flatten(inner, key + ".", values);
      } else {
        values.put(key, written(value(section, component)));
      }
    }
  }

  private static Object value(Record section, RecordComponent component) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static String written(Object value) {
    if (value instanceof String string) {
      return ConfigUtil.quoteString(string);
    }
    return value instanceof Choice choice ? choice.key() : String.valueOf(value);
  }
}
