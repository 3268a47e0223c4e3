package org.ultravisor.mapping;

/**
 * What becomes of runs when the positions [from, to) get a value: runs {@code low} to {@code high}
 * go, and in their place come what is left of the first, the new run, and what is left of the last.
 *
 * @param left whether the first keeps its beginning
 * @param joined whether it goes on into the new run, which then is no run of its own
 * @param right whether something is left behind the new run that does not go on from it
 * @param rightValue what that begins with
 */
record Splice(int low, int high, boolean left, boolean joined, boolean right, long rightValue) {

  static Splice of(RunList list, long from, long to, long value) {
    int low = list.indexOf(from);
    int high = to - from == 1 ? low : list.indexOf(to - 1);
    boolean right = list.end(high) > to;
    long rightValue = right ? list.along(list.value(high), to - list.start(high)) : 0;
    long after = value < 0 ? Page.SUBDIVIDED - 1 : list.along(value, to - from);
    if (right && rightValue == after) {
      right = false;
    } else if (!right && high + 1 < list.runs() && list.value(high + 1) == after) {
      high++;
    }
    boolean left = list.start(low) < from;
    boolean joined = left && goesOn(list, low, from, value);
    if (!left && low > 0 && goesOn(list, low - 1, from, value)) {
      low--;
      left = true;
      joined = true;
    }
    return new Splice(low, high, left, joined, right, rightValue);
  }

  private static boolean goesOn(RunList list, int run, long position, long value) {
    long first = list.value(run);
    return first >= 0 && list.along(first, position - list.start(run)) == value;
  }

  /** By how many runs there are more. */
  int growth() {
    return (left ? 1 : 0) + (joined ? 0 : 1) + (right ? 1 : 0) - (high - low + 1);
  }
}
