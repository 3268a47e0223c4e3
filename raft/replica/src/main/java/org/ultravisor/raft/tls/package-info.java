/**
 * Who is who, by certificate: keys and trust from PEM files that may be replaced while the process
 * runs, names and roles in certificates, and the connections that need both. Start with {@link
 * org.ultravisor.raft.tls.TlsFiles}.
 */
@NullMarked
package org.ultravisor.raft.tls;

import org.jspecify.annotations.NullMarked;
