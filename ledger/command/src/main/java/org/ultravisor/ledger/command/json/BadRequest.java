package org.ultravisor.ledger.command.json;

/** What was sent is not understood. Nothing was changed by it. */
public final class BadRequest extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String pointer;
  private final String found;
  private final String expected;

  /**
   * @param pointer JSON pointer to the place; empty for the whole document
   * @param found what stands there
   * @param expected what should
   */
  public BadRequest(String pointer, String found, String expected) {
    super(
        "%s: found %s; expected %s"
            .formatted(pointer.isEmpty() ? "the document" : pointer, found, expected));
    this.pointer = pointer;
    this.found = found;
    this.expected = expected;
  }

  public String pointer() {
    return pointer;
  }

  public String found() {
    return found;
  }

  public String expected() {
    return expected;
  }
}
