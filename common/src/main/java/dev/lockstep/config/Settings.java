package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every setting, checked. A key of the configuration is the path of record components that leads to
 * it, so {@code training().averagingFrequency()} is {@code training.averaging-frequency}. What each
 * one means in full and its default stand in {@code reference.conf} beside this class; the limits
 * stand at the components.
 *
 * @param data what is learned and how it is cut into sequences
 * @param generator the network that generates
 * @param discriminator the network that tells the generator's two modes apart
 * @param operator the transition operator, where one is trained instead
 * @param objective what training minimises
 * @param training how it is trained
 * @param evaluation how it is measured
 * @param generate what is generated
 */
public record Settings(
    DataSettings data,
    GeneratorSettings generator,
    DiscriminatorSettings discriminator,
    OperatorSettings operator,
    ObjectiveSettings objective,
    TrainingSettings training,
    @MayChange EvaluationSettings evaluation,
    @MayChange GenerateSettings generate)
    implements Serializable {

  /** The defaults alone. */
  public static Settings defaults() {
    return SettingsReader.read(ConfigFactory.empty());
  }

  /**
   * Reads a file and the command line's changes to it; the rest are defaults.
   *
   * @param fileOrNull a HOCON file, or null for none
   * @param overrides {@code key=value} each; the value is taken literally, the last of a key wins
   * @throws UserError if anything is unknown or not allowed, naming the file and line
   */
  public static Settings load(Path fileOrNull, List<String> overrides) {
    Config file = fileOrNull == null ? ConfigFactory.empty() : SettingsSource.file(fileOrNull);
    return SettingsReader.read(SettingsSource.overrides(overrides).withFallback(file));
  }

  /**
   * Reads settings from text; the rest are defaults.
   *
   * @param hocon the text
   * @param origin what errors call it, where they would name a file
   * @throws UserError if anything is unknown or not allowed, naming the line
   */
  public static Settings parse(String hocon, String origin) {
    return SettingsReader.read(SettingsSource.text(hocon, origin));
  }

  /**
   * Reads settings from text and the command line's changes to it; the rest are defaults.
   *
   * @param hocon the text
   * @param origin what errors call it, where they would name a file
   * @param overrides {@code key=value} each, as for {@link #load}
   * @throws UserError if anything is unknown or not allowed, naming the line
   */
  public static Settings parse(String hocon, String origin, List<String> overrides) {
    return SettingsReader.read(
        SettingsSource.overrides(overrides).withFallback(SettingsSource.text(hocon, origin)));
  }

  /** All settings as HOCON, which {@link #parse} and {@link #load} read back to equal settings. */
  public String render() {
    return SettingsWriter.write(this);
  }

  /** Every setting's text by its key, in the order of declaration. */
  public Map<String, String> values() {
    return SettingsWriter.flat(this);
  }

  /** A setting that two configurations have otherwise. */
  public record Difference(String key, String own, String other) {}

  /**
   * Where these settings differ from those that a run was begun with, in the order of declaration;
   * what a run that goes on may change is no difference.
   */
  public List<Difference> differences(Settings begun) {
    Map<String, String> theirs = begun.values();
    Set<String> changeable = Keys.changeable();
    return values().entrySet().stream()
        .filter(own -> !changeable.contains(own.getKey()))
        .filter(own -> !own.getValue().equals(theirs.get(own.getKey())))
        .map(own -> new Difference(own.getKey(), own.getValue(), theirs.get(own.getKey())))
        .toList();
  }

  /**
   * The same with {@code training.threads} resolved where it is 0: another number of threads splits
   * the rows of a product elsewhere and can change its last bits, so a run records the number that
   * it used.
   */
  public Settings withThreads(int resolved) {
    TrainingSettings same = training.threads() > 0 ? training : training.withThreads(resolved);
    return new Settings(
        data, generator, discriminator, operator, objective, same, evaluation, generate);
  }

  /** Steps over which the drift is measured: {@code evaluation.length} with its 0 resolved. */
  public int driftLength() {
    return evaluation.length() == 0 ? data.sequenceLength() : evaluation.length();
  }
}
