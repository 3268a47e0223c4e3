import com.google.googlejavaformat.java.Formatter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks or rewrites the format of every Java source below a directory: {@code Format check|write
 * DIRECTORY}. Run by the build as a source file on JDK 25, with google-java-format on the class path.
 */
public final class Format {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Path root = Path.of(args[1]);
    if (!Files.isDirectory(root)) {
      return;
    }
    List<Path> sources;
    try (var walk = Files.walk(root)) {
      sources = walk.filter(p -> p.toString().endsWith(".java")).sorted().toList();
    }
    Formatter formatter = new Formatter();
    List<Path> wrong = new ArrayList<>();
    for (Path source : sources) {
      if (!isFormatted(formatter, source, write)) {
        wrong.add(source);
      }
    }
    if (!wrong.isEmpty()) {
      wrong.forEach(p -> System.err.println((write ? "formatted " : "not formatted: ") + p));
      if (!write) {
        System.err.println("To format them: mvn -q compile -Pformat");
        System.exit(1);
      }
    }
  }

  private static boolean isFormatted(Formatter formatter, Path source, boolean write) throws IOException {
    String before = Files.readString(source);
    String after;
    try {
      after = formatter.formatSourceAndFixImports(before);
    } catch (com.google.googlejavaformat.java.FormatterException e) {
      throw new IOException("cannot parse " + source + ": " + e.getMessage(), e);
    }
    if (before.equals(after)) {
      return true;
    }
    if (write) {
      Files.writeString(source, after);
    }
    return false;
  }
}
