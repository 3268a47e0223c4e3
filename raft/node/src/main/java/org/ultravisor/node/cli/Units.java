package org.ultravisor.node.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory and frame numbers as people write and read them. */
public final class Units {
  private static final String[] NAMES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})(KiB|MiB|GiB|TiB|PiB)");
  private static final int FRAME_BITS = 12;
  private static final long FRAME_LIMIT = 1L << 60;

  private Units() {}

  /** Frames of 4 KiB as an amount: {@code 1.5 GiB}. */
  public static String pages(long frames) {
    double amount = frames * 4.0;
    int unit = 1;
    while (amount >= 1024 && unit < NAMES.length - 1) {
      amount /= 1024;
      unit++;
    }
    return amount == Math.rint(amount)
        ? "%d %s".formatted((long) amount, NAMES[unit])
        : String.format(Locale.ROOT, "%.1f %s", amount, NAMES[unit]);
  }

  /**
   * Parses what names a frame: a decimal number is the frame's number, {@code 0x…} is a byte
   * address, {@code 0x…p} a frame's number in hexadecimal, and an amount such as {@code 4GiB} a
   * byte address.
   */
  public static long frame(String text) {
    Matcher size = SIZE.matcher(text);
    try {
      if (size.matches()) {
        int unit = 1;
        while (!NAMES[unit].equals(size.group(2))) {
          unit++;
        }
        long address = Long.parseLong(size.group(1));
        return inBounds(shiftedExactly(address, 10 * unit - FRAME_BITS), text);
      }
      if (text.startsWith("0x") && text.endsWith("p")) {
        return inBounds(Long.parseLong(text, 2, text.length() - 1, 16), text);
      }
      if (text.startsWith("0x")) {
        return Long.parseUnsignedLong(text, 2, text.length(), 16) >>> FRAME_BITS;
      }
      return inBounds(Long.parseLong(text), text);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is neither a frame (4660, 0x1234p) nor a byte address (0x1234000, 4GiB)",
          e);
    }
  }

  /** A frame's byte address, in hexadecimal. */
  public static String address(long frame) {
    return frame < 1L << 52 ? "0x%x".formatted(frame << FRAME_BITS) : "0x%xp".formatted(frame);
  }

  private static long shiftedExactly(long value, int bits) {
    return bits >= 0 ? Math.multiplyExact(value, 1L << bits) : value >> -bits;
  }

  private static long inBounds(long frame, String text) {
    if (frame < 0 || frame >= FRAME_LIMIT) {
      throw new IllegalArgumentException("frame is not in 0..2^60-1: " + text);
    }
    return frame;
  }
}
