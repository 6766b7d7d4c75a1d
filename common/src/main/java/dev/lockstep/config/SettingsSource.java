package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Where settings come from: the defaults, a file and the command line, merged in that order. */
final class SettingsSource {
  /** Named explicitly: other libraries merge every {@code /reference.conf} on the class path. */
  private static final String REFERENCE = "reference.conf";

  private static final String COMMAND_LINE = "--set";

  private static final ConfigParseOptions HOCON =
      ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false);

  private SettingsSource() {}

  static Config file(Path file) {
    if (!Files.exists(file)) {
      throw new UserError(file + ": no such configuration file");
    }
    if (Files.isDirectory(file)) {
      throw new UserError(file + ": is a directory, not a configuration file");
    }
    try {
      return ConfigFactory.parseFile(file.toFile(), HOCON);
    } catch (ConfigException e) {
      throw broken(e);
    }
  }

  static Config text(String hocon, String origin) {
    try {
      return ConfigFactory.parseString(hocon, HOCON.setOriginDescription(origin));
    } catch (ConfigException e) {
      throw broken(e);
    }
  }

  /**
   * Settings of the form {@code key=value}, the last of a key winning. The value is taken as it
   * stands, without HOCON's quotes and escapes, which a shell and a scheduler would mangle, and
   * which URIs need ({@code //} begins a comment).
   */
  static Config overrides(List<String> overrides) {
    Config config = ConfigFactory.empty();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        throw new UserError(
            COMMAND_LINE
                + " "
                + Setting.shown(override)
                + ": must be key=value, such as training.batch=32");
      }
      String path = path(override.substring(0, equals).strip());
      String value = override.substring(equals + 1);
      config = config.withValue(path, ConfigValueFactory.fromAnyRef(value, COMMAND_LINE));
    }
    return config;
  }

  /** Takes a key's names literally, whatever characters they hold. */
  private static String path(String key) {
    return ConfigUtil.joinPath(Arrays.asList(key.split("\\.", -1)));
  }

  /** Completes what was asked for with the defaults and resolves references between settings. */
  static Config withDefaults(Config requested) {
    Config defaults = ConfigFactory.parseResources(SettingsSource.class, REFERENCE, HOCON);
    try {
      return requested.withFallback(defaults).resolve(ConfigResolveOptions.noSystem());
    } catch (ConfigException e) {
      throw broken(e);
    }
  }

  /** The library's message begins with the file and the line. */
  private static UserError broken(ConfigException e) {
    return new UserError(e.getMessage().replaceAll("\\s*\\R\\s*", " "), e);
  }
}
