/** Makes certificates for development: {@link org.ultravisor.node.certs.CertificateSet}. */
@NullMarked
package org.ultravisor.node.certs;

import org.jspecify.annotations.NullMarked;
