package dev.lockstep.study;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.storage.Location;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.zip.CRC32;

/** Answers as the page saves them, of somebody who decides by what is behind the samples. */
record Participant(StudyKey key, String code) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The file of one who answers each trial by what is shown, left to right.
   *
   * @param decide of the place in the order and the items shown
   */
  ObjectNode answers(BiFunction<Integer, List<StudyKey.Item>, String> decide) {
    ParticipantOrder order = new ParticipantOrder(key.study(), code, key.trials().size());
    ObjectNode file = JSON.createObjectNode();
    file.put("format", 1).put("study", key.study()).put("participant", code);
    file.put("seed", order.seed());
    file.put("started", "2024-05-01T10:00:00.000Z").put("finished", "2024-05-01T10:09:00.000Z");
    ArrayNode answers = file.putArray("answers");
    for (int place = 0; place < key.trials().size(); place++) {
      List<Integer> shown = order.shown(key.trials().get(order.trial(place)));
      ObjectNode answer = answers.addObject().put("trial", order.trial(place));
      shown.forEach(answer.putArray("samples")::add);
      answer.put("answer", decide.apply(place, shown.stream().map(key.items()::get).toList()));
      answer.put("milliseconds", 1000 * (place + 1));
    }
    return seal(file);
  }

  /** Sets the checksum that fits the rest. */
  static ObjectNode seal(ObjectNode file) {
    List<String> values = new ArrayList<>();
    file.remove("checksum");
    file.elements()
        .forEachRemaining(
            value -> {
              if (value.isArray()) {
                value.forEach(
                    answer -> {
                      values.add(answer.path("trial").asText());
                      answer.path("samples").forEach(sample -> values.add(sample.asText()));
                      values.add(answer.path("answer").asText());
                      values.add(answer.path("milliseconds").asText());
                    });
              } else {
                values.add(value.asText());
              }
            });
    CRC32 crc = new CRC32();
    crc.update(String.join("\n", values).getBytes(StandardCharsets.UTF_8));
    return file.put("checksum", "%08x".formatted(crc.getValue()));
  }

  /** Writes it where the test's other files are. */
  static Location write(RunFolders folders, String name, ObjectNode file) {
    return folders.file(name, file.toPrettyString());
  }
}
