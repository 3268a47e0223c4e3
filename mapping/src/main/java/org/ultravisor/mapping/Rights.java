package org.ultravisor.mapping;

/**
 * What a partition may do with a page that it maps. The bits are those of a view's leaf entry,
 * shifted down by two.
 *
 * @param bits bit 0 read, bit 1 write, bit 2 execute; read is always set
 */
public record Rights(int bits) {
  public static final Rights READ = new Rights(1);
  public static final Rights READ_WRITE = new Rights(3);
  public static final Rights READ_EXECUTE = new Rights(5);
  public static final Rights ALL = new Rights(7);

  public Rights {
    if (bits < 1 || bits > 7 || (bits & 1) == 0) {
      throw new IllegalArgumentException("rights are not a set of r, w, x with r: " + bits);
    }
  }

  /** Parses "r", "rw", "rx" or "rwx". */
  public static Rights parse(String text) {
    return switch (text) {
      case "r" -> READ;
      case "rw" -> READ_WRITE;
      case "rx" -> READ_EXECUTE;
      case "rwx" -> ALL;
      default ->
          throw new IllegalArgumentException(
              "rights must be one of r, rw, rx, rwx: '" + text + "'");
    };
  }

  public boolean write() {
    return (bits & 2) != 0;
  }

  public boolean execute() {
    return (bits & 4) != 0;
  }

  /** Whether everything that {@code other} allows is allowed here too. */
  public boolean includes(Rights other) {
    return (bits & other.bits) == other.bits;
  }

  @Override
  public String toString() {
    return "r" + (write() ? "w" : "") + (execute() ? "x" : "");
  }
}
