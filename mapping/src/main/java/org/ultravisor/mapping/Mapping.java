package org.ultravisor.mapping;

/**
 * What a partition sees at one guest page.
 *
 * @param hostFrame number of the host frame behind it
 * @param rights what the partition may do there
 */
public record Mapping(long hostFrame, Rights rights) {}
