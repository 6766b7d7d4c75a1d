package dev.lockstep.corpus.images;

/** Builds files of CIFAR-10's binary version. */
final class CifarFiles {
  static final int RECORD = 3073;

  private CifarFiles() {}

  /**
   * So many images: the label is the image's number's last digit; red is its number, green a
   * pixel's row, blue its column.
   */
  static byte[] numbered(int count) {
    byte[] file = new byte[count * RECORD];
    for (int image = 0; image < count; image++) {
      int at = image * RECORD;
      file[at] = (byte) (image % 10);
      for (int i = 0; i < 1024; i++) {
        file[at + 1 + i] = (byte) image;
        file[at + 1025 + i] = (byte) (i / 32);
        file[at + 2049 + i] = (byte) (i % 32);
      }
    }
    return file;
  }
}
