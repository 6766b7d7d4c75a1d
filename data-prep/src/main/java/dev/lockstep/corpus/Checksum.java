package dev.lockstep.corpus;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/** SHA-256 in hexadecimal. */
public final class Checksum {
  private Checksum() {}

  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public static String of(byte[] bytes) {
    return text(digest().digest(bytes));
  }

  /** Of a directory: that of the list of its files' names and checksums. */
  public static String ofFiles(SortedMap<String, String> checksums) {
    StringBuilder list = new StringBuilder();
    checksums.forEach(
        (name, checksum) -> list.append(checksum).append("  ").append(name).append('\n'));
    return of(list.toString().getBytes(StandardCharsets.UTF_8));
  }

  public static String text(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  static boolean isOne(String text) {
    return text.matches("[0-9a-f]{64}");
  }
}
