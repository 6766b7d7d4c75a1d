package dev.lockstep.tensorboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.tensorflow.framework.Summary;

/**
 * An event file of TensorBoard in the making: TFRecords, each of which is TensorFlow's protocol
 * buffer {@code Event}. A record is its length (8 bytes), the checksum of these, the data, their
 * checksum; all little-endian. A checksum is a CRC-32C, rotated and moved, so that one of bytes
 * that hold one is no special case.
 */
public final class EventFile {
  private static final String VERSION = "brain.Event:2";
  private static final int MASK_ROTATION = 15;
  private static final int MASK_SUMMAND = 0xa282ead8;

  /** Fields of {@code Event}, of which ND4J has the summary alone. */
  private static final int WALL_TIME = 1;

  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  /** The fields of an event that are its own. */
  private interface Content {
    void write(CodedOutputStream event) throws IOException;
  }

  /**
   * Begins a file.
   *
   * @param seconds of Unix time
   */
  public EventFile(double seconds) {
    event(seconds, event -> event.writeString(FILE_VERSION, VERSION));
  }

  /**
   * Adds numbers of a step, at most one step after another.
   *
   * @param seconds of Unix time
   * @param scalars by tag; TensorBoard groups them by what stands before a slash
   */
  public void add(double seconds, long step, Map<String, Double> scalars) {
    Summary.Builder summary = Summary.newBuilder();
    scalars.forEach(
        (tag, value) -> summary.addValueBuilder().setTag(tag).setSimpleValue(value.floatValue()));
    event(
        seconds,
        event -> {
          event.writeInt64(STEP, step);
          event.writeMessage(SUMMARY, summary.build());
        });
  }

  private void event(double seconds, Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream event = CodedOutputStream.newInstance(bytes);
      event.writeDouble(WALL_TIME, seconds);
      content.write(event);
      event.flush();
    } catch (IOException e) {
      throw new IllegalStateException("memory takes all that is written", e);
    }
    record(bytes.toByteArray());
  }

  private void record(byte[] data) {
    byte[] length = littleEndian(Long.BYTES).putLong(data.length).array();
    file.writeBytes(length);
    file.writeBytes(checksum(length));
    file.writeBytes(data);
    file.writeBytes(checksum(data));
  }

  private static byte[] checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int masked = Integer.rotateRight((int) crc.getValue(), MASK_ROTATION) + MASK_SUMMAND;
    return littleEndian(Integer.BYTES).putInt(masked).array();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The file so far. */
  public byte[] bytes() {
    return file.toByteArray();
  }
}
