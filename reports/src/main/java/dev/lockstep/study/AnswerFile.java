package dev.lockstep.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What a participant has saved.
 *
 * @param format of the file
 * @param study its id
 * @param participant lower-case letters, digits, - and _
 * @param seed of the participant's order
 * @param started a moment, ISO 8601
 * @param finished likewise
 * @param answers in the order in which the trials were shown
 * @param checksum CRC-32 of all other values, joined by line feeds, as eight hexadecimal digits; it
 *     finds damage, not fraud
 */
record AnswerFile(
    int format,
    String study,
    String participant,
    long seed,
    String started,
    String finished,
    List<Answer> answers,
    String checksum) {
  private static final int FORMAT = 1;
  private static final Pattern PARTICIPANT = Pattern.compile("[a-z0-9_-]{1,32}");
  private static final ObjectMapper JSON = StrictJson.mapper();

  /**
   * An answer.
   *
   * @param trial its number on the page, from 0
   * @param samples those shown, from left to right
   * @param answer a choice of the study's design
   * @param milliseconds that the trial was on the screen until it was answered
   */
  record Answer(int trial, List<Integer> samples, String answer, long milliseconds) {}

  /**
   * Reads one and checks it.
   *
   * @param name of the file, for errors
   * @throws UserError if it is not a whole answer file of that study
   */
  static AnswerFile read(String name, byte[] bytes, StudyKey key) {
    AnswerFile file;
    try {
      file = JSON.readValue(bytes, AnswerFile.class);
    } catch (JsonProcessingException e) {
      throw new UserError("%s: %s".formatted(name, StrictJson.explain(e, "an answer file")), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (file == null) {
      throw new UserError("%s: is empty".formatted(name));
    }
    file.problem(key)
        .ifPresent(
            problem -> {
              throw new UserError("%s: %s".formatted(name, problem));
            });
    return file;
  }

  private Optional<String> problem(StudyKey key) {
    if (format != FORMAT) {
      return Optional.of("is of format %d, not %d".formatted(format, FORMAT));
    }
    if (!study.equals(key.study())) {
      return Optional.of("is of study %s, not %s".formatted(study, key.study()));
    }
    if (!checksum.equals(computedChecksum())) {
      return Optional.of("does not fit its checksum: it was changed or damaged");
    }
    if (!PARTICIPANT.matcher(participant).matches() || !isMoment(started) || !isMoment(finished)) {
      return Optional.of("has a participant or a time that the page does not write");
    }
    return problemOfTrials(key.trials().size())
        .or(() -> problemOfOrder(key))
        .or(() -> problemOfAnswers(key.design()));
  }

  private String computedChecksum() {
    Stream<Object> head = Stream.of(format, study, participant, seed, started, finished);
    Stream<Object> rest =
        answers.stream()
            .flatMap(
                a ->
                    Stream.of(
                            Stream.<Object>of(a.trial),
                            a.samples.stream().<Object>map(i -> i),
                            Stream.<Object>of(a.answer, a.milliseconds))
                        .flatMap(values -> values));
    String text = Stream.concat(head, rest).map(String::valueOf).collect(Collectors.joining("\n"));
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  private static boolean isMoment(String text) {
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private Optional<String> problemOfTrials(int trials) {
    Set<Integer> missing =
        new TreeSet<>(IntStream.range(0, trials).boxed().collect(Collectors.toSet()));
    Set<Integer> seen = new HashSet<>();
    for (Answer a : answers) {
      if (a.trial < 0 || a.trial >= trials) {
        return Optional.of("answers trial %d, which the study does not have".formatted(a.trial));
      }
      if (!seen.add(a.trial)) {
        return Optional.of("answers trial %d twice".formatted(a.trial));
      }
      missing.remove(a.trial);
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("lacks %d of %d trials: %s".formatted(missing.size(), trials, missing));
  }

  private Optional<String> problemOfOrder(StudyKey key) {
    ParticipantOrder order = new ParticipantOrder(study, participant, key.trials().size());
    boolean same = seed == order.seed();
    for (int place = 0; place < answers.size(); place++) {
      Answer a = answers.get(place);
      same &= a.trial == order.trial(place);
      same &= a.samples.equals(order.shown(key.trials().get(a.trial)));
    }
    return same
        ? Optional.empty()
        : Optional.of("is not in the order that participant %s sees".formatted(participant));
  }

  private Optional<String> problemOfAnswers(Design design) {
    return answers.stream()
        .filter(a -> !design.allows(a.answer) || a.milliseconds < 0)
        .findFirst()
        .map(
            a ->
                "answers trial %d by %s after %d ms, which the study does not allow"
                    .formatted(a.trial, a.answer, a.milliseconds));
  }
}
