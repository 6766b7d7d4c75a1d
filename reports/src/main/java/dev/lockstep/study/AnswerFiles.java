package dev.lockstep.study;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The answer files of a study: all of them whole, each of another participant. */
final class AnswerFiles {
  private AnswerFiles() {}

  /**
   * Reads them.
   *
   * @return in the order of their participants, whatever the files' order
   * @throws UserError with a line for each file that is damaged, of another study or a duplicate
   */
  static List<AnswerFile> read(StudyKey key, List<Location> files) {
    List<String> problems = new ArrayList<>();
    List<AnswerFile> answers = new ArrayList<>();
    Map<ByteBuffer, Location> contents = new HashMap<>();
    Map<String, Location> participants = new HashMap<>();
    for (Location file : files) {
      try {
        byte[] bytes = file.withoutChecksums().bytes();
        Location twin = contents.putIfAbsent(ByteBuffer.wrap(bytes), file);
        if (twin != null) {
          throw new UserError("%s: has the same content as %s".formatted(file, twin));
        }
        AnswerFile read = AnswerFile.read(file.toString(), bytes, key);
        Location other = participants.putIfAbsent(read.participant(), file);
        if (other != null) {
          throw new UserError(
              "%s: is of participant %s, like %s: leave one of them out"
                  .formatted(file, read.participant(), other));
        }
        answers.add(read);
      } catch (UserError e) {
        problems.addAll(e.messages());
      }
    }
    if (!problems.isEmpty()) {
      throw new UserError(problems);
    }
    answers.sort(Comparator.comparing(AnswerFile::participant));
    return answers;
  }
}
