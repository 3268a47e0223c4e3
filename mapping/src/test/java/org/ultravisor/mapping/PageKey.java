package org.ultravisor.mapping;

/** Names an index page. */
record PageKey(int level, long prefix) {}
