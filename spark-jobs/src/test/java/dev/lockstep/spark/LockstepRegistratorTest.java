package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LockstepRegistratorTest {
  @Test
  void registeringStartsNoBackend() throws Exception {
    try (Classes fresh = new Classes()) {
      Class<?> registrator = fresh.loadClass(LockstepRegistrator.class.getName());
      Class<?> kryo = fresh.loadClass(Kryo.class.getName());
      registrator
          .getMethod("registerClasses", kryo)
          .invoke(registrator.getConstructor().newInstance(), kryo.getConstructor().newInstance());

      assertThat(fresh.hasLoaded("org.nd4j.kryo.Nd4jSerializer")).isTrue();
      assertThat(fresh.hasLoaded("org.nd4j.linalg.factory.Nd4jBackend")).isFalse();
    }
  }

  /** The class path once more, with nothing loaded yet. */
  private static final class Classes extends URLClassLoader {
    Classes() {
      super(
          Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
              .map(Classes::url)
              .toArray(URL[]::new),
          ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String path) {
      try {
        return new File(path).toURI().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException(path, e);
      }
    }

    boolean hasLoaded(String name) {
      return findLoadedClass(name) != null;
    }
  }
}
