package org.ultravisor.bench;

/** Where a case says what it is doing; people see the latest line. */
@FunctionalInterface
interface Progress {
  void say(String what);
}
