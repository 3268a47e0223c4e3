package org.ultravisor.node.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "ultravisor " + (version == null ? "(not built as a jar)" : version),
      "Java " + Runtime.version()
    };
  }
}
