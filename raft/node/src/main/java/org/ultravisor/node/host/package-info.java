/**
 * One host's side of the ledger: what its monitors and its agent are shown (views and the host
 * view, written on the apply thread) and what they answer (attachments, acknowledgements, scrubs
 * and deaths, watched on a thread of its own and submitted as transactions). Start with {@link
 * org.ultravisor.node.host.HostProjector} and {@link org.ultravisor.node.host.AnswerWatcher}.
 */
@NullMarked
package org.ultravisor.node.host;

import org.jspecify.annotations.NullMarked;
