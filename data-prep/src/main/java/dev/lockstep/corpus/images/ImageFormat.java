package dev.lockstep.corpus.images;

import dev.lockstep.config.Choice;
import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How files of many images are laid out; a file's name tells which. */
public enum ImageFormat implements Choice {
  /** {@link IdxImages}. */
  IDX {
    @Override
    boolean names(String file) {
      return file.contains("idx3-ubyte");
    }

    @Override
    ImageStream open(SourceFile file, InputStream in) throws IOException, Damage {
      return new IdxImages(in);
    }
  },
  /** {@link CifarImages}. */
  CIFAR_10 {
    @Override
    boolean names(String file) {
      return file.toLowerCase(Locale.ROOT).endsWith(".bin");
    }

    @Override
    ImageStream open(SourceFile file, InputStream in) throws Damage {
      return new CifarImages(in, file.bytes());
    }
  },
  /** {@link MatImages}. */
  SVHN {
    @Override
    boolean names(String file) {
      return file.toLowerCase(Locale.ROOT).endsWith(".mat");
    }

    @Override
    ImageStream open(SourceFile file, InputStream in) throws Damage {
      return new MatImages(in);
    }
  };

  /** Whether a file's name says that it is of this format. */
  abstract boolean names(String file);

  /**
   * Reads on to the first image.
   *
   * @throws Damage if the file is not of this format
   */
  abstract ImageStream open(SourceFile file, InputStream in) throws IOException, Damage;

  /** The format that a file's name tells. */
  static Optional<ImageFormat> of(String file) {
    return Arrays.stream(values()).filter(format -> format.names(file)).findFirst();
  }
}
