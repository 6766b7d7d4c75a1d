package dev.lockstep.corpus.images;

import dev.lockstep.corpus.input.Damage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import us.hebi.matlab.mat.format.Mat5Type;
import us.hebi.matlab.mat.types.MatlabType;

/**
 * SVHN's cropped digits: the variable X of a MATLAB 5 file, unsigned bytes [height, width, planes,
 * images], the first index running fastest, so that each plane comes column by column.
 */
final class MatImages implements ImageStream {
  private static final int DIMENSIONS = 4;

  private final MatArray array;
  private final ImageHeader header;

  /**
   * Reads on to the first image.
   *
   * @throws Damage if there is no such variable
   */
  MatImages(InputStream file) throws Damage {
    this.array = MatArray.find(file, "X");
    this.header = header(array);
  }

  private static ImageHeader header(MatArray array) throws Damage {
    int[] sizes = array.dimensions();
    if (array.type() != MatlabType.UInt8 || array.data().getType() != Mat5Type.UInt8) {
      throw new Damage("its variable X is of class %s, not uint8".formatted(array.type()));
    }
    if (sizes.length != DIMENSIONS || (sizes[2] != 1 && sizes[2] != 3)) {
      throw new Damage(
          "its variable X has the size %s, not [height, width, 1 or 3, images]"
              .formatted(Arrays.toString(sizes)));
    }
    ImageHeader header = ImageHeader.checked(sizes[3], sizes[2], sizes[0], sizes[1]);
    if (header.images() * header.numbers() != array.data().getNumBytes()) {
      throw new Damage(
          "its variable X has %d bytes for %d images of %s"
              .formatted(array.data().getNumBytes(), header.images(), header.size()));
    }
    return header;
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public byte[] next() throws IOException {
    byte[] columns = array.in().readNBytes(header.numbers());
    return columns.length == header.numbers() ? byRows(columns) : columns;
  }

  private byte[] byRows(byte... columns) {
    int height = header.height();
    int width = header.width();
    byte[] rows = new byte[columns.length];
    for (int i = 0; i < rows.length; i++) {
      int plane = i / (height * width);
      int row = i / width % height;
      rows[i] = columns[(plane * width + i % width) * height + row];
    }
    return rows;
  }

  @Override
  public boolean ended() throws IOException {
    array.in().readNBytes(array.data().getPadding());
    return array.in().read() < 0;
  }
}
