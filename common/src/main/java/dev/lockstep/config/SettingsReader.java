package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a record from a section of a resolved configuration: each component is a key, each
 * component that is a record is a section. What the records do not name is an error.
 */
final class SettingsReader {
  private final Config config;

  private SettingsReader(Config config) {
    this.config = config;
  }

  static Settings read(Config requested) {
    SettingsReader reader = new SettingsReader(SettingsSource.withDefaults(requested));
    Settings settings = reader.section(Settings.class, reader.config.root(), "");
    reader.checkSplit(settings.data().split());
    reader.checkBeam(settings.generate().beam());
    return settings;
  }

  private <R extends Record> R section(Class<R> type, ConfigObject object, String prefix) {
    RecordComponent[] components = type.getRecordComponents();
    refuseUnknown(object, prefix, components);
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = read(components[i], object, prefix);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot construct " + type, e);
    }
  }

  private Object read(RecordComponent component, ConfigObject object, String prefix) {
    String key = prefix + Keys.name(component);
    ConfigValue value = object.get(Keys.name(component));
    if (value == null) {
      throw new IllegalStateException("reference.conf has no default for " + key);
    }
    if (!Keys.isSection(component)) {
      return new Setting(key, value).read(component);
    }
    if (value instanceof ConfigObject section) {
      return section(component.getType().asSubclass(Record.class), section, key + ".");
    }
    throw new Setting(key, value).refuse("a section, " + key + " { ... }");
  }

  private static void refuseUnknown(
      ConfigObject object, String prefix, RecordComponent[] components) {
    Map<String, ConfigValue> unknown = new HashMap<>(object);
    for (RecordComponent component : components) {
      unknown.remove(Keys.name(component));
    }
    if (!unknown.isEmpty()) {
      Map.Entry<String, ConfigValue> first = Setting.first(unknown);
      throw unknown(prefix + first.getKey(), first.getValue());
    }
  }

  /**
   * The error for an unknown key; of an unknown section it names the first setting, whose place is
   * one line.
   */
  private static UserError unknown(String key, ConfigValue value) {
    if (value instanceof ConfigObject section && !section.isEmpty()) {
      Map.Entry<String, ConfigValue> first = Setting.first(section);
      return unknown(key + "." + first.getKey(), first.getValue());
    }
    return new UserError(
        "%s: unknown key %s; did you mean %s?"
            .formatted(value.origin().description(), Setting.shown(key), Keys.nearest(key)));
  }

  private void checkSplit(DataSettings.Split split) {
    if (split.valid() + split.test() >= 1) {
      throw new UserError(
          "%s: data.split.valid and data.split.test must add up to less than 1, not %s + %s"
              .formatted(
                  given("data.split.valid", "data.split.test"), split.valid(), split.test()));
    }
  }

  private void checkBeam(GenerateSettings.Beam beam) {
    if (beam.nBest() > beam.width()) {
      throw new UserError(
          "%s: generate.beam.n-best must be at most generate.beam.width = %d, not %d"
              .formatted(
                  given("generate.beam.n-best", "generate.beam.width"),
                  beam.width(),
                  beam.nBest()));
    }
  }

  /** The place of the value that the user gave: a default is not the user's mistake. */
  private String given(String key, String other) {
    ConfigValue value = config.getValue(key);
    ConfigValue given = value.origin().resource() == null ? value : config.getValue(other);
    return given.origin().description();
  }
}
