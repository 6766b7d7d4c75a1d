package dev.lockstep.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/** The names of the settings, which are those of {@link Settings}' record components. */
final class Keys {
  private Keys() {}

  /** The component's own name as configuration files write it: {@code sequence-length}. */
  static String name(RecordComponent component) {
    return component.getName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** Whether the component is a section with settings of its own. */
  static boolean isSection(RecordComponent component) {
    return component.getType().isRecord();
  }

  /** Every key, without the sections, in the order of declaration. */
  static List<String> all() {
    List<String> keys = new ArrayList<>();
    collect(Settings.class, "", keys);
    return keys;
  }

  /** The keys of the settings that are marked {@link MayChange}, or whose section is. */
  static Set<String> changeable() {
    Set<String> keys = new HashSet<>();
    collectChangeable(Settings.class, "", false, keys);
    return keys;
  }

  private static void collectChangeable(
      Class<?> section, String prefix, boolean sectionMayChange, Set<String> keys) {
    for (RecordComponent component : section.getRecordComponents()) {
      String key = prefix + name(component);
      boolean mayChange = sectionMayChange || component.isAnnotationPresent(MayChange.class);
      if (isSection(component)) {
        collectChangeable(component.getType(), key + ".", mayChange, keys);
      } else if (mayChange) {
        keys.add(key);
      }
    }
  }

  private static void collect(Class<?> section, String prefix, List<String> keys) {
    for (RecordComponent component : section.getRecordComponents()) {
      String key = prefix + name(component);
      if (isSection(component)) {
        collect(component.getType(), key + ".", keys);
      } else {
        keys.add(key);
      }
    }
  }

  /** The known key most like the given one; a right name in a wrong section counts as near. */
  static String nearest(String unknown) {
    return all().stream()
        .min(
            Comparator.comparingInt((String key) -> unlikeness(key, unknown))
                .thenComparingInt(key -> distance(key, unknown)))
        .orElseThrow();
  }

  private static int unlikeness(String key, String unknown) {
    return Math.min(distance(key, unknown), 1 + distance(lastName(key), lastName(unknown)));
  }

  private static String lastName(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** Levenshtein's distance: insertions, deletions and replacements of one character. */
  private static int distance(String a, String b) {
    int[] previous = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
