package dev.lockstep.corpus;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
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
final class Items implements AutoCloseable {
  /** As {@link Shards}: files that are few, tasks that are quick. */
  private static final long NUMBERS_PER_FILE = 1 << 20;

  private final SparkSession spark;
  private final JavaRDD<Item> items;
  private final long seed;
  private final Settings.Split split;
  private final List<Listed> good = new ArrayList<>();
  private final Map<String, Long> setAside = new TreeMap<>();
  private final List<String> skipped = new ArrayList<>();

  /** What the driver knows of an item. */
  private record Listed(
      String group, String name, int sequences, long steps, String setAside, String damage)
      implements Serializable {
    static Listed of(Item item) {
      return new Listed(
          item.group(),
          item.name(),
          item.sequences().size(),
          item.steps(),
          item.setAside(),
          item.damage());
    }
  }

  /**
   * Reads all items.
   *
   * @throws UserError if one cannot be read and {@code data.damaged} is not to skip those, or if a
   *     part gets none
   */
  Items(SparkSession spark, Settings settings, JavaRDD<Item> items) {
    this.spark = spark;
    this.items = items.persist(StorageLevel.MEMORY_AND_DISK());
    this.seed = settings.training().seed();
    this.split = settings.data().split();
    List<Listed> all = new ArrayList<>(this.items.map(Listed::of).collect());
    all.sort(Comparator.comparing(Listed::name));
    boolean refuse = settings.data().damaged() == Settings.Damaged.REFUSE;
    for (Listed item : all) {
      if (item.damage() != null && refuse) {
        throw new UserError(item.damage());
      }
      keep(item);
    }
    checkParts(all.size());
  }

  private void keep(Listed item) {
    if (item.damage() != null) {
      skipped.add(item.damage());
      setAside.merge("damaged", 1L, Long::sum);
    } else if (item.setAside() != null) {
      setAside.merge(item.setAside(), 1L, Long::sum);
    } else if (item.sequences() > 0) {
      good.add(item);
    }
  }

  private void checkParts(int all) {
    for (Part part : Part.values()) {
      if (good.stream().noneMatch(item -> part(item.group()) == part)) {
        throw new UserError(
            "data.input: the %s part got none of the %d usable items (of %d in all): give more data or a larger data.split.%s"
                .formatted(part.key(), good.size(), all, part.key()));
      }
    }
  }

  /** The part of a group, by a number from [0, 1) that its name and the seed give. */
  private Part part(String group) {
    return part(group, seed, split);
  }

  static Part part(String group, long seed, Settings.Split split) {
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
    Settings.Split ownSplit = split;
    return items.filter(
        item -> !item.sequences().isEmpty() && part(item.group(), ownSeed, ownSplit) == part);
  }

  /** How many items were set aside or skipped, by the reason. */
  Map<String, Long> setAside() {
    return setAside;
  }

  /** A line for each item that could not be read. */
  List<String> skipped() {
    return skipped;
  }

  /** What each part holds. */
  Map<Part, CorpusDescriptor.Contents> contents(CorpusDescriptor.Source source) {
    Map<Part, CorpusDescriptor.Contents> contents = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      contents.put(
          part,
          new CorpusDescriptor.Contents(
              listed(part).stream().mapToLong(Listed::steps).sum(),
              listed(part).stream().mapToLong(Listed::sequences).sum(),
              Optional.of(source)));
    }
    return contents;
  }

  private List<Listed> listed(Part part) {
    return good.stream().filter(item -> part(item.group()) == part).toList();
  }

  /** Makes what is stored of what was read. */
  interface Finish extends UnaryOperator<Sequence>, Serializable {}

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
    int files = (int) Math.max(1, Math.min(next, numbers / NUMBERS_PER_FILE));
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
    items.unpersist();
  }
}
