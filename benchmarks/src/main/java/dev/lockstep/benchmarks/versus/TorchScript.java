package dev.lockstep.benchmarks.versus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs the source of a TorchScript module without attributes as {@code torch.jit.save} would, so
 * that libtorch loads it and no Python is needed.
 */
final class TorchScript {
  /** The newest one that libtorch 2.7 reads. */
  private static final String FORMAT = "10\n";

  private TorchScript() {}

  /**
   * Writes the archive of a module.
   *
   * @param module the name of the class in the source, which is the resource of that name
   */
  static void write(Path archive, String module) throws IOException {
    try (InputStream source = TorchScript.class.getResourceAsStream(module + ".py");
        ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      // Pickles: an object of the class without state; an empty tuple.
      add(zip, module + "/data.pkl", latin("\u0080\u0002c__torch__\n" + module + "\n)\u0081}b."));
      add(zip, module + "/constants.pkl", latin("\u0080\u0002)."));
      add(zip, module + "/code/__torch__.py", source.readAllBytes());
      add(zip, module + "/version", latin(FORMAT));
    }
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
