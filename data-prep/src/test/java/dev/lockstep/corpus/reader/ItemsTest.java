package dev.lockstep.corpus.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ItemsTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final StepShape SHAPE = StepShape.ofSymbols(1 << 20);
  private static final CorpusDescriptor.Source SOURCE =
      new CorpusDescriptor.Source("x", "0".repeat(64));

  @Test
  void idsFollowTheNamesWhateverTheOrderOfReading() {
    List<Item> items = someItems(40);
    List<List<Row>> first = rows(items(items, 1, ""));
    Collections.shuffle(items, new Random(3));
    assertThat(rows(items(items, 7, ""))).isEqualTo(first);
    // Sequences hold their items' number and their own, so this is the order of the names.
    for (List<Row> part : first) {
      assertThat(part).extracting(row -> row.getLong(0)).isSorted().startsWith(0L);
      assertThat(part).extracting(row -> row.<Integer>getList(1).get(0)).isSorted();
    }
  }

  @Test
  void aGroupFallsIntoOnePartAndTheSeedSaysIntoWhich() {
    List<Item> items = someItems(40);
    Map<String, Part> one = parts(items(items, 2, "training.seed = 1"));
    assertThat(parts(items(items, 3, "training.seed = 1"))).isEqualTo(one);
    assertThat(parts(items(items, 2, "training.seed = 2"))).isNotEqualTo(one);
    assertThat(one.values()).contains(Part.values());
  }

  /** The part of each group; fails if a group is in two. */
  private static Map<String, Part> parts(Items items) {
    Map<String, Part> parts = new TreeMap<>();
    for (Part part : Part.values()) {
      Set<String> groups = new HashSet<>(items.each(part, Item::group));
      for (String group : groups) {
        assertThat(parts.put(group, part)).as(group).isNull();
      }
    }
    return parts;
  }

  @Test
  void theSplitIsKeptOnAverage() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      items.add(item("g" + i, "n" + i, i));
    }
    Map<Part, CorpusDescriptor.Contents> contents =
        items(items, 2, "data.split { valid = 0.2, test = 0.1 }").contents(SOURCE);
    // Four standard deviations of a binomial.
    assertThat(contents.get(Part.VALID).sequences()).isBetween(700L, 900L);
    assertThat(contents.get(Part.TEST).sequences()).isBetween(324L, 476L);
    assertThat(contents.values().stream().mapToLong(c -> c.sequences()).sum()).isEqualTo(4000);
  }

  @Test
  void whatIsLeftOutIsCountedByItsReason() {
    List<Item> all = someItems(40);
    all.add(Item.setAside("a", "too long"));
    all.add(Item.setAside("b", "too long"));
    all.add(Item.setAside("c", "too loud"));
    all.add(Item.of("d", "d", List.of()));
    all.add(Item.damaged("f", "f: bad"));
    all.add(Item.damaged("e", "e: bad"));
    Items items = items(all, 2, "data.damaged = skip");
    assertThat(items.skipped()).containsExactly("e: bad", "f: bad");
    assertThat(items.setAside())
        .isEqualTo(Map.of("too long", 2L, "too loud", 1L, "nothing in it", 1L, "damaged", 2L));
    assertThat(sequences(items)).isEqualTo(80);
    assertThatThrownBy(() -> items(all, 2, "")).isInstanceOf(UserError.class).hasMessage("e: bad");
  }

  @Test
  void moreCanBeSetAsideOnceAllAreKnown() {
    List<Item> all = someItems(40);
    Items items = items(all, 2, "");
    items.setAside("even", item -> item.sequences().get(0).symbols()[0] % 20 == 0);
    items.setAside("none", item -> false);
    assertThat(items.setAside()).isEqualTo(Map.of("even", 20L));
    assertThat(sequences(items)).isEqualTo(40);
    assertThat(rows(items).stream().mapToInt(List::size).sum()).isEqualTo(40);
    for (Part part : Part.values()) {
      assertThat(items.each(part, item -> item.sequences().get(0).symbols()[0] % 20))
          .containsOnly(10);
    }
    assertThatThrownBy(() -> items.setAside("all", item -> true))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "data.input raw: none of the 40 items in it can be used; left out: 20 all (name001), 20 even (name000): convert them or give others");
  }

  @Test
  void anItemsResultsComeInTheOrderOfTheNames() {
    List<Item> items = someItems(40);
    Collections.shuffle(items, new Random(5));
    assertThat(items(items, 5, "").each(Part.TRAIN, Item::name)).isSorted().hasSizeGreaterThan(5);
  }

  @Test
  void aNameIsThereOnce() {
    List<Item> twice = someItems(40);
    twice.add(twice.get(3));
    assertThatThrownBy(() -> items(twice, 2, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two items are named name003");
  }

  private static long sequences(Items items) {
    return items.contents(SOURCE).values().stream().mapToLong(c -> c.sequences()).sum();
  }

  private static List<List<Row>> rows(Items items) {
    List<List<Row>> rows = new ArrayList<>();
    for (Part part : Part.values()) {
      rows.add(items.rows(part, SHAPE, sequence -> sequence).collectAsList());
    }
    return rows;
  }

  private static Items items(List<Item> items, int partitions, String hocon) {
    String split = "data { input = raw, split { valid = 0.3, test = 0.3 } }\n";
    return new Items(
        SPARK.session(),
        Settings.parse(split + hocon, "test"),
        JavaSparkContext.fromSparkContext(SPARK.session().sparkContext())
            .parallelize(items, partitions));
  }

  /** Pairs of items in a group, two sequences in each: 0, 1, 10, 11, 20, ... */
  private static List<Item> someItems(int count) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(item("group" + i / 2, "name%03d".formatted(i), 10 * i, 10 * i + 1));
    }
    return items;
  }

  private static Item item(String group, String name, int... sequences) {
    List<Sequence> list = new ArrayList<>();
    for (int symbol : sequences) {
      list.add(Sequence.ofSymbols(symbol));
    }
    return Item.of(group, name, list);
  }
}
