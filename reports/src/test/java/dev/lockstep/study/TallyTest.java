package dev.lockstep.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TallyTest {
  @TempDir Path folder;
  private RunFolders runs;

  @BeforeEach
  void runsAreInTheFolder() {
    runs = new RunFolders(folder);
  }

  private StudyKey study(Design design, int items, String... names) {
    List<Location> of = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      of.add(runs.numbered(names[i], 'a' + i, items));
    }
    StudyFolder.create(of, runs.location("study"), RunFolders.request(design, 1));
    return StudyFolder.key(runs.location("study"));
  }

  private Tally tally(Location... files) {
    return Tally.of(runs.location("study"), List.of(files));
  }

  /** Rates the k-th sample of each run by the k-th digit. */
  private Location rated(StudyKey key, String code, String... digits) {
    ObjectNode file =
        new Participant(key, code)
            .answers(
                (place, items) -> {
                  StudyKey.Item item = items.get(0);
                  return digits[item.run()].substring(item.sample() - 1, item.sample());
                });
    return Participant.write(runs, code + ".json", file);
  }

  /** Prefers, of the k-th samples, the run that the k-th letter names; n is no preference. */
  private Location preferred(StudyKey key, String code, String letters) {
    ObjectNode file =
        new Participant(key, code)
            .answers(
                (place, items) -> {
                  char choice = letters.charAt(items.get(0).sample() - 1);
                  if (choice == 'n') {
                    return "none";
                  }
                  return items.get(0).run() == choice - 'a' ? "left" : "right";
                });
    return Participant.write(runs, code + ".json", file);
  }

  @Test
  void ratingsAreThoseComputedByHand() {
    StudyKey key = study(Design.RATING_5, 2, "teacher", "professor");
    // Means 2, 3, 2.5 of the first run and 4, 3, 4 of the second.
    Tally tally =
        tally(
            rated(key, "p3", "23", "53"),
            rated(key, "p1", "13", "44"),
            rated(key, "p2", "33", "24"));

    assertThat(tally.study()).isEqualTo(key.study());
    assertThat(tally.participants())
        .extracting(Tally.Participant::participant)
        .containsExactly("p1", "p2", "p3");
    assertThat(tally.participants().get(0).medianSeconds()).isEqualTo(2.5);
    assertThat(tally.preferences()).isNull();
    RatingTally.Run teacher = tally.ratings().runs().get(0);
    assertThat(teacher.run()).isEqualTo("teacher");
    assertThat(teacher.mean()).isCloseTo(2.5, within(1e-12));
    assertThat(teacher.answers()).isEqualTo(6);
    assertThat(teacher.grades()).containsExactly(1, 1, 4, 0, 0);
    // Variance 0.25, t(2) = 4.302653: 4.302653 x 0.5 / sqrt(3).
    assertThat(teacher.interval().low()).isCloseTo(2.5 - 1.242069, within(1e-6));
    assertThat(teacher.interval().high()).isCloseTo(2.5 + 1.242069, within(1e-6));
    assertThat(tally.ratings().runs().get(1).mean()).isCloseTo(11 / 3d, within(1e-12));
    // Differences -2, 0, -1.5: ranks 2 and 1 against, so 2 of 4 choices of signs are as far out.
    RatingTally.Difference difference = tally.ratings().differences().get(0);
    assertThat(difference.difference()).isCloseTo(-3.5 / 3, within(1e-12));
    assertThat(difference.used()).isEqualTo(2);
    assertThat(difference.effect()).isEqualTo(-1);
    assertThat(difference.p()).isEqualTo(0.5);
    assertThat(difference.adjustedP()).isEqualTo(0.5);
  }

  @Test
  void oneParticipantGivesMeansWithoutIntervals() {
    StudyKey key = study(Design.RATING_3, 2, "a");
    Tally tally = tally(rated(key, "p1", "13"));

    assertThat(tally.ratings().runs())
        .containsExactly(new RatingTally.Run("a", List.of(1, 0, 1), 2, 2, null));
    assertThat(tally.ratings().differences()).isEmpty();
  }

  @Test
  void preferencesAreThoseComputedByHand() {
    StudyKey key = study(Design.PAIRED, 5, "teacher", "professor");
    Tally tally =
        tally(
            preferred(key, "p1", "bbbba"),
            preferred(key, "p2", "bbbnn"),
            preferred(key, "p3", "bnnna"),
            preferred(key, "p4", "bbbbb"));

    assertThat(tally.ratings()).isNull();
    PreferenceTally.Pair pair = tally.preferences().pairs().get(0);
    assertThat(pair.first()).isEqualTo("teacher");
    assertThat(pair.second()).isEqualTo("professor");
    assertThat(pair.preferFirst().count()).isEqualTo(2);
    assertThat(pair.noPreference().count()).isEqualTo(5);
    assertThat(pair.preferSecond().count()).isEqualTo(13);
    assertThat(pair.preferSecond().share()).isEqualTo(0.65);
    // (1 + 15 + 105) / 2^15, twice.
    assertThat(pair.p()).isCloseTo(242 / 32768d, within(1e-12));
    // Three for the second, one undecided: 2 / 2^3.
    assertThat(pair.participants()).isEqualTo(new PreferenceTally.Majorities(0, 1, 3, 0.25, 0.25));
    // Sides are even to one of five in each file, so 13 : 2 of them is no 15 : 0 of sides.
    assertThat(tally.preferences().left().of()).isEqualTo(15);
    assertThat(tally.preferences().left().count()).isBetween(4, 11);
  }

  @Test
  void eachTwoOfThreeRunsAreComparedAndCorrectedForTheirNumber() {
    StudyKey key = study(Design.PAIRED, 6, "a", "b", "c");
    ObjectNode file =
        new Participant(key, "p1")
            .answers((place, items) -> items.get(0).run() < items.get(1).run() ? "left" : "right");
    Tally tally = tally(Participant.write(runs, "p1.json", file));

    assertThat(tally.preferences().pairs())
        .extracting(PreferenceTally.Pair::first, PreferenceTally.Pair::second)
        .containsExactly(tuple("a", "b"), tuple("a", "c"), tuple("b", "c"));
    assertThat(tally.preferences().pairs())
        .allSatisfy(
            pair -> {
              assertThat(pair.preferFirst().count()).isEqualTo(6);
              assertThat(pair.p()).isCloseTo(2 / 64d, within(1e-12));
              assertThat(pair.adjustedP()).isCloseTo(6 / 64d, within(1e-12));
            });
    assertThat(tally.preferences().left()).isEqualTo(Share.of(9, 18));
  }

  @Test
  void everyBadFileIsNamedWithItsFaultAndNothingIsCounted() {
    StudyKey key = study(Design.RATING_3, 4, "a", "b");
    Location good = rated(key, "good", "1231", "2222");
    List<Location> files = new ArrayList<>(List.of(good));
    List<String> expected = new ArrayList<>();
    Location json = runs.file("text.json", "dear experimenter");
    files.add(json);
    expected.add(json + ": is not JSON: see line 1");
    String whole = new Participant(key, "cut").answers((p, i) -> "1").toPrettyString();
    Location cut = runs.file("cut.json", whole.substring(0, whole.length() / 2));
    files.add(cut);
    expected.add(
        cut + ": is not JSON: see line " + whole.substring(0, whole.length() / 2).lines().count());
    files.add(runs.file("empty.json", ""));
    expected.add(files.get(3) + ": is JSON, but not an answer file");
    files.add(runs.file("list.json", "[1]"));
    expected.add(files.get(4) + ": is JSON, but not an answer file");
    files.add(runs.location("nowhere.json"));
    files.add(runs.file("binary.json", "\u0000\u0001"));

    damage(
        key,
        files,
        expected,
        "study",
        f -> f.put("study", "0123456789ab"),
        "is of study 0123456789ab, not " + key.study());
    damage(key, files, expected, "format", f -> f.put("format", 2), "is of format 2, not 1");
    damage(key, files, expected, "sum", f -> answer(f, 3).put("answer", "3"), null);
    damage(
        key,
        files,
        expected,
        "range",
        f -> answer(f, 3).put("answer", "4"),
        "answers trial %d by 4 after 4000 ms, which the study does not allow"
            .formatted(new ParticipantOrder(key.study(), "range", 8).trial(3)));
    damage(
        key,
        files,
        expected,
        "unknown",
        f -> answer(f, 3).put("trial", 8),
        "answers trial 8, which the study does not have");
    damage(
        key,
        files,
        expected,
        "missing",
        f -> ((ArrayNode) f.get("answers")).remove(2),
        "lacks 1 of 8 trials: [%d]"
            .formatted(new ParticipantOrder(key.study(), "missing", 8).trial(2)));
    damage(
        key,
        files,
        expected,
        "twice",
        f -> answer(f, 3).put("trial", answer(f, 2).get("trial").asInt()),
        "answers trial %d twice".formatted(new ParticipantOrder(key.study(), "twice", 8).trial(2)));
    damage(
        key,
        files,
        expected,
        "order",
        f -> f.put("participant", "somebody-else"),
        "is not in the order that participant somebody-else sees");
    damage(
        key,
        files,
        expected,
        "time",
        f -> f.put("started", "yesterday"),
        "has a participant or a time that the page does not write");
    damage(
        key,
        files,
        expected,
        "field",
        f -> f.put("remark", "none"),
        "is not an answer file: see remark");
    damage(
        key,
        files,
        expected,
        "type",
        f -> answer(f, 0).put("milliseconds", "soon"),
        "is not an answer file: see answers[0].milliseconds");
    Location copy = runs.file("copy.json", read("good.json"));
    files.add(copy);
    expected.add(copy + ": has the same content as " + good);
    Location again =
        Participant.write(runs, "again.json", new Participant(key, "good").answers((p, i) -> "1"));
    files.add(again);
    expected.add(again + ": is of participant good, like " + good + ": leave one of them out");

    UserError error = catchUserError(files);
    assertThat(error.messages()).containsAll(expected).hasSize(files.size() - 1);
    assertThat(error.messages())
        .anySatisfy(
            line -> assertThat(line).startsWith(runs.location("nowhere.json") + ": cannot be read"))
        .anySatisfy(
            line -> assertThat(line).startsWith(runs.location("binary.json") + ": is not JSON"))
        .allSatisfy(line -> assertThat(line).doesNotContain("\n"));
  }

  @Test
  void aDamagedKeyIsRefused() {
    StudyKey key = study(Design.RATING_3, 2, "a");
    Location answers = rated(key, "p1", "12");
    runs.file("study/key.json", read("study/key.json").replace("\"run\" : 0", "\"run\" : 1"));
    assertThat(catchUserError(List.of(answers)).messages())
        .containsExactly(
            runs.location("study/key.json")
                + ": is damaged or of another version: create the study again");
    runs.file("study/key.json", "{");
    assertThat(catchUserError(List.of(answers)).getMessage()).contains("key.json: is not JSON");
  }

  private UserError catchUserError(List<Location> files) {
    return catchThrowableOfType(UserError.class, () -> Tally.of(runs.location("study"), files));
  }

  private String read(String name) {
    return new String(runs.location(name).bytes(), StandardCharsets.UTF_8);
  }

  private static ObjectNode answer(ObjectNode file, int place) {
    return (ObjectNode) file.get("answers").get(place);
  }

  /** A file that is wrong in one thing; without a message, its checksum does not fit. */
  private void damage(
      StudyKey key,
      List<Location> files,
      List<String> expected,
      String code,
      Consumer<ObjectNode> change,
      String message) {
    ObjectNode file = new Participant(key, code).answers((p, i) -> "1");
    change.accept(file);
    Location at =
        Participant.write(runs, code + ".json", message == null ? file : Participant.seal(file));
    files.add(at);
    expected.add(
        at
            + ": "
            + (message == null ? "does not fit its checksum: it was changed or damaged" : message));
  }
}
