package org.ultravisor.ledger.core;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ultravisor.mapping.MemoryMap;
import org.ultravisor.mapping.MemoryMapSnapshot;
import org.ultravisor.mapping.MemoryMapView;
import org.ultravisor.mapping.OwnerMapView;

/** Queries on an image. */
final class Reader extends Queries implements LedgerReader {
  private static final MemoryMapView NOTHING = new MemoryMap(Memory.SCALE).snapshot();

  private final Image image;

  /** Built when a name is first asked for. */
  private @Nullable Map<String, Integer> byName;

  Reader(Image image) {
    super(image.views());
    this.image = image;
  }

  @Override
  OwnerMapView owner() {
    return image.owner();
  }

  @Override
  int numberOf(String partition) {
    Map<String, Integer> names = byName;
    if (names == null) {
      names = new HashMap<>();
      Map<String, Integer> filled = names;
      image.views().partitions().forEach((id, found) -> filled.put(found.name(), found.id()));
      byName = names;
    }
    return names.getOrDefault(partition, 0);
  }

  @Override
  public MemoryMapView memoryMap(int partition) {
    MemoryMapSnapshot map = image.maps().get(partition);
    return map == null ? NOTHING : map;
  }

  @Override
  public long sequence() {
    return image.sequence();
  }

  @Override
  public long ledgerTime() {
    return image.ledgerTime();
  }

  @Override
  public StateHash hash() {
    return image.hash();
  }

  @Override
  public void close() {
    image.close();
  }
}
