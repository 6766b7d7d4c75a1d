package dev.lockstep.corpus.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Deflater;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sinks;

/** Builds MATLAB files as SVHN's, by the library's own writer. */
final class MatFiles {
  private MatFiles() {}

  /** A matrix [height, width, planes, images] of the bytes that a function gives. */
  static Matrix images(int height, int width, int planes, int images, Pixel pixel) {
    Matrix matrix = Mat5.newMatrix(new int[] {height, width, planes, images}, MatlabType.UInt8);
    for (int image = 0; image < images; image++) {
      for (int plane = 0; plane < planes; plane++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            matrix.setByte(new int[] {y, x, plane, image}, (byte) pixel.at(image, plane, y, x));
          }
        }
      }
    }
    return matrix;
  }

  /** A pixel's brightness. */
  interface Pixel {
    int at(int image, int plane, int y, int x);
  }

  /** SVHN's file: X, then the labels y. */
  static byte[] svhn(Matrix images) {
    Matrix labels = Mat5.newMatrix(3, 1, MatlabType.UInt8);
    MatFile file = Mat5.newMatFile().addArray("X", images).addArray("y", labels);
    return bytes(file, ByteOrder.LITTLE_ENDIAN, Deflater.BEST_SPEED);
  }

  /** The bytes of a file; level 0 leaves it uncompressed. */
  static byte[] bytes(MatFile file, ByteOrder order, int level) {
    ByteBuffer buffer = ByteBuffer.allocate((int) file.getUncompressedSerializedSize() + 1024);
    try {
      Mat5.newWriter(Sinks.wrap(buffer).order(order)).setDeflateLevel(level).writeMat(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
