package dev.lockstep.corpus.images;

import dev.lockstep.corpus.input.Damage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.utils.BoundedInputStream;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.format.Mat5Tag;
import us.hebi.matlab.mat.format.Mat5Type;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;

/**
 * An array in a MATLAB 5 file (MathWorks, MAT-File Format, chapter 1), open where its numbers
 * begin. The library's own reader of files would hold all of the array, and allocate what tags
 * claim; so only its tags are used, and those that claim more than such an array has are passed
 * over.
 *
 * @param in that gives its numbers
 * @param type its class in MATLAB
 * @param dimensions two or more; the first runs fastest
 * @param data how many numbers there are, in which form
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record MatArray(InputStream in, MatlabType type, int[] dimensions, Mat5Tag data) {
  private static final int FLAG_BYTES = 8;
  private static final int CLASS_BITS = 0xFF;
  private static final int MOST_DIMENSIONS = 32;

  /** MATLAB's longest name. */
  private static final int MOST_NAME_BYTES = 63;

  /**
   * The array of a name among a file's variables.
   *
   * @throws Damage if there is none, or the file is none of MATLAB's
   */
  static MatArray find(InputStream file, String name) throws Damage {
    InputStream in = new BufferedInputStream(file, 1 << 16);
    try {
      Source root = Sources.wrapInputStream(in).order(ByteOrder.nativeOrder());
      root.order(Mat5File.readFileHeader(root).getByteOrder());
      while (true) {
        Mat5Tag tag = tag(root);
        BoundedInputStream variable = new BoundedInputStream(in, tag.getNumBytes());
        MatArray array = read(variable, tag, root.order(), name);
        if (array != null) {
          return array;
        }
        variable.skipNBytes(variable.getBytesRemaining());
      }
    } catch (EOFException e) {
      throw new Damage("ends without a variable %s".formatted(name));
    } catch (IOException | IllegalArgumentException e) {
      throw new Damage("is no MATLAB file of version 5 to 7.2: " + e.getMessage());
    }
  }

  private static Mat5Tag tag(Source source) throws IOException, Damage {
    Mat5Tag tag = Mat5Tag.readTag(source);
    if (tag.getNumBytes() < 0) {
      throw new Damage(
          "claims an element of %d bytes".formatted(Integer.toUnsignedLong(tag.getNumBytes())));
    }
    return tag;
  }

  /** The array that a variable is, or null if it is no array or has another name. */
  private static MatArray read(InputStream variable, Mat5Tag tag, ByteOrder order, String name)
      throws IOException, Damage {
    boolean compressed = tag.getType() == Mat5Type.Compressed;
    InputStream in = compressed ? new InflaterInputStream(variable) : variable;
    Source source = Sources.wrapInputStream(in).order(order);
    Mat5Tag matrix = compressed ? tag(source) : tag;
    long begin = source.getPosition();
    Mat5Tag flags = tag(source);
    if (matrix.getType() != Mat5Type.Matrix || !fits(flags, Mat5Type.UInt32, FLAG_BYTES)) {
      return null;
    }
    MatlabType type = MatlabType.fromId(source.readInt() & CLASS_BITS);
    source.skip(Integer.BYTES);
    Mat5Tag sizes = tag(source);
    if (!fits(sizes, Mat5Type.Int32, MOST_DIMENSIONS * Integer.BYTES)) {
      return null;
    }
    int[] dimensions = new int[sizes.getNumElements()];
    source.readInts(dimensions, 0, dimensions.length);
    source.skip(sizes.getPadding());
    Mat5Tag letters = tag(source);
    if (!fits(letters, Mat5Type.Int8, MOST_NAME_BYTES) || !name.equals(text(source, letters))) {
      return null;
    }
    Mat5Tag data = tag(source);
    long bytes = source.getPosition() - begin + data.getNumBytes() + data.getPadding();
    if (matrix.getNumBytes() != bytes) {
      throw new Damage(
          "its variable %s claims %d bytes, but its parts %d"
              .formatted(name, matrix.getNumBytes(), bytes));
    }
    return new MatArray(in, type, dimensions, data);
  }

  private static boolean fits(Mat5Tag tag, Mat5Type type, int mostBytes) {
    return tag.getType() == type && tag.getNumBytes() <= mostBytes;
  }

  private static String text(Source source, Mat5Tag letters) throws IOException {
    byte[] text = new byte[letters.getNumBytes()];
    source.readBytes(text, 0, text.length);
    source.skip(letters.getPadding());
    return new String(text, StandardCharsets.US_ASCII);
  }
}
