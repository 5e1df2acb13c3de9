/**
 * A real Prometheus with the rules and dashboards of {@code router-config/ops}, over real workers.
 */
@NullMarked
package io.gitalyrouter.prometheus;

import org.jspecify.annotations.NullMarked;
