package dev.lockstep.corpus.reader;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SequenceRows;
import dev.lockstep.corpus.input.Inventory;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.storage.Location;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The items of raw data that comes as independent pieces, read once and kept by Spark until the
 * corpus is written. Which part an item falls into is a function of its group's name and the seed;
 * its ids follow from the order of the names. So neither depends on the cluster or on the order in
 * which the items were read.
 */
public final class Items implements AutoCloseable {
  private final SparkSession spark;
  private final JavaRDD<Item> items;
  private final String input;
  private final long seed;
  private final DataSettings.Split split;
  private final List<Listed> good = new ArrayList<>();
  private final LeftOutItems leftOut = new LeftOutItems();
  private final int count;

  /** Those of the items that have not been set aside since they were read. */
  private JavaRDD<Item> left;

  /** What the driver knows of an item. */
  private record Listed(
      String group, Part part, String name, int sequences, long steps, String reason, String damage)
      implements Serializable {
    static Listed of(Item item) {
      return new Listed(
          item.group(),
          item.part(),
          item.name(),
          item.sequences().size(),
          item.steps(),
          item.reason(),
          item.damage());
    }
  }

  /**
   * Reads all items.
   *
   * @throws UserError if one cannot be read and {@code data.damaged} is not to skip those, or if a
   *     part gets none
   */
  public Items(SparkSession spark, Settings settings, JavaRDD<Item> items) {
    this.spark = spark;
    this.items = items.persist(StorageLevel.MEMORY_AND_DISK());
    this.left = this.items.filter(item -> !item.sequences().isEmpty());
    this.input = settings.data().input();
    this.seed = settings.training().seed();
    this.split = settings.data().split();
    List<Listed> all = new ArrayList<>(this.items.map(Listed::of).collect());
    all.sort(Comparator.comparing(Listed::name));
    boolean refuse = settings.data().damaged().refuses();
    for (Listed item : all) {
      if (item.damage() != null && refuse) {
        throw new UserError(item.damage());
      }
      keep(item);
    }
    this.count = all.size();
    checkNames();
    checkParts();
  }

  /**
   * The same for items that are files, or in files, of a directory.
   *
   * @param inventory what else was found there
   */
  public Items(SparkSession spark, Settings settings, Inventory inventory, JavaRDD<Item> items) {
    this(
        spark,
        settings,
        inventory.leftOut().isEmpty()
            ? items
            : items.union(
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                    .parallelize(inventory.leftOut().stream().map(Item::of).toList(), 1)));
  }

  /**
   * What is said of an input without a file to read.
   *
   * @param what what is missing and what to do
   */
  public static UserError nothing(Location input, Inventory inventory, String what) {
    return new UserError(
        "data.input %s: %s%s".formatted(input, what, new LeftOutItems(inventory).told()));
  }

  /** Ids go by the names. */
  private void checkNames() {
    for (int i = 1; i < good.size(); i++) {
      if (good.get(i).name().equals(good.get(i - 1).name())) {
        throw new IllegalArgumentException("two items are named " + good.get(i).name());
      }
    }
  }

  private void keep(Listed item) {
    if (item.damage() != null) {
      leftOut.addDamaged(item.reason(), item.name(), item.damage());
    } else if (item.reason() != null) {
      leftOut.add(item.reason(), item.name());
    } else if (item.sequences() == 0) {
      leftOut.add("nothing in it", item.name());
    } else {
      good.add(item);
    }
  }

  private void checkParts() {
    for (Part part : Part.values()) {
      if (good.stream().noneMatch(item -> part(item) == part)) {
        throw new UserError(
            good.isEmpty()
                ? "data.input %s: none of the %d items in it can be used%s: convert them or give others"
                    .formatted(input, count, leftOut.told())
                : "data.input %s: the %s part got none of the %d usable items (of %d in all)%s: give more data or another data.split"
                    .formatted(input, part.key(), good.size(), count, leftOut.told()));
      }
    }
  }

  private Part part(Listed item) {
    return item.part() != null ? item.part() : part(item.group(), seed, split);
  }

  /** The part of a group, by a number from [0, 1) that its name and the seed give. */
  public static Part part(String group, long seed, DataSettings.Split split) {
    CRC32 crc = new CRC32();
    crc.update(group.getBytes(StandardCharsets.UTF_8));
    double place = new SplittableRandom(seed * 31 + crc.getValue()).nextDouble();
    if (place < split.test()) {
      return Part.TEST;
    }
    return place < split.test() + split.valid() ? Part.VALID : Part.TRAIN;
  }

  /** The items of a part that have sequences, in no order. */
  JavaRDD<Item> of(Part part) {
    long ownSeed = seed;
    DataSettings.Split ownSplit = split;
    return left.filter(
        item ->
            (item.part() != null ? item.part() : part(item.group(), ownSeed, ownSplit)) == part);
  }

  /** What a function makes of each item of a part that has sequences, in the order of the names. */
  public <R> List<R> each(Part part, Function<Item, R> function) {
    List<Tuple2<String, R>> results =
        new ArrayList<>(
            of(part).map(item -> new Tuple2<>(item.name(), function.call(item))).collect());
    results.sort(Comparator.comparing(Tuple2::_1));
    return results.stream().map(Tuple2::_2).toList();
  }

  /**
   * Sets more items aside, now that all have been read.
   *
   * @throws UserError if a part has none left
   */
  public void setAside(String reason, Function<Item, Boolean> which) {
    SortedSet<String> names = new TreeSet<>(left.filter(which).map(Item::name).collect());
    left = left.filter(item -> !which.call(item));
    if (!names.isEmpty()) {
      good.removeIf(item -> names.contains(item.name()));
      leftOut.add(reason, names.size(), names.first());
    }
    checkParts();
  }

  /** How many items were set aside or skipped, by the reason. */
  public Map<String, Long> setAside() {
    return leftOut.counts();
  }

  /** The first of the items that were set aside or skipped, by the reason. */
  Map<String, String> examples() {
    return leftOut.examples();
  }

  /** A line for each item that could not be read. */
  List<String> skipped() {
    return leftOut.damage();
  }

  /** How many items the corpus has. */
  long used() {
    return good.size();
  }

  /** What each part holds. */
  public Map<Part, CorpusDescriptor.Contents> contents(CorpusDescriptor.Source source) {
    return Part.each(
        part ->
            new CorpusDescriptor.Contents(
                listed(part).stream().mapToLong(Listed::steps).sum(),
                listed(part).stream().mapToLong(Listed::sequences).sum(),
                Optional.of(source)));
  }

  private List<Listed> listed(Part part) {
    return good.stream().filter(item -> part(item) == part).toList();
  }

  /** Makes what is stored of what was read; runs in tasks. */
  public interface Finish extends UnaryOperator<Sequence>, Serializable {}

  /** The rows of a part, in the order of their ids, in as many partitions as the part needs. */
  Dataset<Row> rows(Part part, StepShape shape, Finish finish) {
    HashMap<String, Long> firstIds = new HashMap<>();
    long next = 0;
    long numbers = 0;
    for (Listed item : listed(part)) {
      firstIds.put(item.name(), next);
      next += item.sequences();
      numbers += item.steps() * Math.max(1, shape.channels());
    }
    int files = Shards.files(numbers, next);
    long perFile = (next + files - 1) / files;
    Broadcast<HashMap<String, Long>> ids =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(firstIds);
    JavaRDD<Row> rows =
        of(part)
            .flatMapToPair(item -> numbered(item, ids.value().get(item.name())))
            .mapToPair(row -> new Tuple2<>((int) (row._1() / perFile), row))
            .partitionBy(new HashPartitioner(files))
            .values()
            .mapPartitions(Items::inOrder)
            .map(row -> SequenceRows.row(shape, row._1(), finish.apply(row._2())));
    return spark.createDataFrame(rows, SequenceRows.schema(shape));
  }

  private static Iterator<Tuple2<Long, Sequence>> numbered(Item item, long first) {
    List<Tuple2<Long, Sequence>> numbered = new ArrayList<>();
    for (Sequence sequence : item.sequences()) {
      numbered.add(new Tuple2<>(first + numbered.size(), sequence));
    }
    return numbered.iterator();
  }

  private static Iterator<Tuple2<Long, Sequence>> inOrder(Iterator<Tuple2<Long, Sequence>> rows) {
    List<Tuple2<Long, Sequence>> list = new ArrayList<>();
    rows.forEachRemaining(list::add);
    list.sort(Comparator.comparingLong(Tuple2::_1));
    return list.iterator();
  }

  @Override
  public void close() {
    // Not in the background: the session may stop right after.
    items.unpersist(true);
  }
}
