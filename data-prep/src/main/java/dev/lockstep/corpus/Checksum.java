package dev.lockstep.corpus;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in hexadecimal. */
final class Checksum {
  private Checksum() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String of(byte[] bytes) {
    return text(digest().digest(bytes));
  }

  static String text(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  static boolean isOne(String text) {
    return text.matches("[0-9a-f]{64}");
  }
}
