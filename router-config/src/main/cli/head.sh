#!/bin/sh
# A jar follows this script. The command lives for a moment: less to compile and one collector start
# it sooner.
terminal=false
if [ -t 1 ]; then terminal=true; fi
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto \
  "-Dgitaly-router.terminal=$terminal" ${GITALY_ROUTER_JAVA_OPTS:-} -jar "$0" "$@"
