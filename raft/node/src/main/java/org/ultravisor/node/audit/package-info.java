/**
 * Checks and replays the audit log, of a live cluster or of a stopped replica's directory. Start
 * with {@link org.ultravisor.node.audit.Auditor}.
 */
@NullMarked
package org.ultravisor.node.audit;

import org.jspecify.annotations.NullMarked;
