/** The rules and dashboards that operators take from here. */
@NullMarked
package io.gitalyrouter.config.ops;

import org.jspecify.annotations.NullMarked;
