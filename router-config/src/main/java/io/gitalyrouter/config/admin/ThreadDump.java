package io.gitalyrouter.config.admin;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Comparator;

/** All threads of this process as text, by name. <em>Thread-safe.</em> */
final class ThreadDump {
  private ThreadDump() {}

  static String take() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    StringBuilder text = new StringBuilder();
    long[] deadlocked = threads.findDeadlockedThreads();
    if (deadlocked != null) {
      text.append("DEADLOCK of threads ").append(Arrays.toString(deadlocked)).append("\n\n");
    }
    Arrays.stream(
            threads.dumpAllThreads(
                threads.isObjectMonitorUsageSupported(), threads.isSynchronizerUsageSupported()))
        .sorted(Comparator.comparing(ThreadInfo::getThreadName))
        .forEach(thread -> write(thread, text));
    return text.toString();
  }

  private static void write(ThreadInfo thread, StringBuilder text) {
    text.append('"').append(thread.getThreadName()).append("\" id=").append(thread.getThreadId());
    text.append(' ').append(thread.getThreadState());
    if (thread.getLockName() != null) {
      text.append(" on ").append(thread.getLockName());
    }
    if (thread.getLockOwnerName() != null) {
      text.append(" held by \"").append(thread.getLockOwnerName()).append('"');
    }
    text.append('\n');
    StackTraceElement[] stack = thread.getStackTrace();
    for (int i = 0; i < stack.length; i++) {
      text.append("    at ").append(stack[i]).append('\n');
      for (MonitorInfo monitor : thread.getLockedMonitors()) {
        if (monitor.getLockedStackDepth() == i) {
          text.append("    holds ").append(monitor).append('\n');
        }
      }
    }
    for (LockInfo lock : thread.getLockedSynchronizers()) {
      text.append("    holds ").append(lock).append('\n');
    }
    text.append('\n');
  }
}
