package dev.lockstep.cli;

import dev.lockstep.config.UserError;
import dev.lockstep.study.Design;
import dev.lockstep.study.StudyFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code study create}: a page for participants and its key. */
@Command(
    name = "create",
    description =
        "Writes a page on which people judge the newest samples of runs without knowing whose they are, and a"
            + " key that says so. The page is one file without a network; give it to participants"
            + " as it is and keep the key.")
final class StudyCreateCommand extends ResultCommand<StudyFolder.Created> {
  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description = "Directories of runs for which generate has written samples.")
  private List<String> runs;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description = "Where page/study.html and key.json go; must not exist.")
  private String output;

  @Option(
      names = "--rating",
      paramLabel = "GRADES",
      description = "Samples one by one, on 3 or 5 grades.")
  private Integer rating;

  @Option(
      names = "--paired",
      description = "Samples of two runs side by side: A, B or no preference. The default.")
  private boolean paired;

  @Option(
      names = "--items",
      paramLabel = "N",
      description =
          "Samples of each run; by default as many as all runs have, up to 20. In pairs, each two"
              + " runs meet N times.")
  private Integer items;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Of all that is drawn: the same samples and seed give the same study. By default a"
              + " secret one, which the key holds.")
  private Long seed;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      defaultValue = "Study",
      description = "Of the page; '${DEFAULT-VALUE}' by default.")
  private String title;

  @Option(
      names = "--question",
      paramLabel = "TEXT",
      description = "Asked of each sample or pair, in place of the usual question.")
  private String question;

  @Option(
      names = "--instructions",
      paramLabel = "FILE",
      description = "Text shown before the first sample (UTF-8), in place of the usual one.")
  private Path instructions;

  @Override
  protected StudyFolder.Created run() {
    if (items != null && items < 1) {
      throw new UserError("--items %d: must be at least 1".formatted(items));
    }
    return StudyFolder.create(
        StudyCommand.locations("RUN", runs, "the directory of a run"),
        StudyCommand.location("--output", output, "a folder to write to"),
        new StudyFolder.Request(
            design(),
            items == null ? 0 : items,
            seed == null ? new SecureRandom().nextLong() : seed,
            title,
            Optional.ofNullable(question),
            instructions()));
  }

  private Design design() {
    if (rating == null) {
      return Design.PAIRED;
    }
    if (paired) {
      throw new UserError("--rating and --paired exclude each other: leave one out");
    }
    return switch (rating) {
      case 3 -> Design.RATING_3;
      case 5 -> Design.RATING_5;
      default -> throw new UserError("--rating %d: must be 3 or 5".formatted(rating));
    };
  }

  private Optional<String> instructions() {
    if (instructions == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(instructions).strip());
    } catch (IOException e) {
      throw new UserError(
          "--instructions %s: cannot be read as UTF-8 text".formatted(instructions), e);
    }
  }

  @Override
  protected void print(StudyFolder.Created result, PrintWriter out) {
    out.printf("%s%n", result.page());
    out.printf(
        "  for participants (%,d kB, trials each: %,d); add #p=CODE to its address to name one%n",
        result.bytes() / 1000, result.trials());
    out.printf("%s%n", result.key());
    out.printf(
        "  for you alone: which of the %,d samples is from which of %s%n",
        result.items() * result.runs().size(), String.join(", ", result.runs()));
  }
}
