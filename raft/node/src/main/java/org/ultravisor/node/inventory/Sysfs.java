package org.ultravisor.node.inventory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Small reads of the kernel's files. What is absent is empty; what is unreadable is an error. */
final class Sysfs {
  private final Path root;

  Sysfs(Path root) {
    this.root = root;
  }

  Path path(String relative) {
    return root.resolve(relative);
  }

  /** The file's text without surrounding blanks. */
  Optional<String> text(String relative) throws IOException {
    Path file = path(relative);
    return Files.isRegularFile(file)
        ? Optional.of(Files.readString(file).strip())
        : Optional.empty();
  }

  /** Names in a directory, sorted; none if there is no such directory. */
  List<String> names(String relative) throws IOException {
    Path directory = path(relative);
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        entries.forEach(entry -> names.add(entry.getFileName().toString()));
      }
    }
    names.sort(null);
    return names;
  }

  /** The numbers at the end of the entries' names that are this prefix and a number, ascending. */
  List<Long> numbered(String relative, String prefix) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (String name : names(relative)) {
      if (name.matches(prefix + "[0-9]{1,18}")) {
        numbers.add(Long.parseLong(name.substring(prefix.length())));
      }
    }
    numbers.sort(null);
    return numbers;
  }

  /** The last name of what a symbolic link points to. */
  Optional<String> linkedName(String relative) throws IOException {
    Path link = path(relative);
    if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS) || !Files.isSymbolicLink(link)) {
      return Optional.empty();
    }
    return Optional.of(Files.readSymbolicLink(link).getFileName().toString());
  }
}
