//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#include <time.h>

/// Sets a timer of the kernel, past libfaketime: that moves the timers of the steady clock too, by as much as it moves the
/// wall clock, even if it is told to leave the steady clock alone. Processes load this in front of it.
int timerfd_settime(int timer, int flags, const struct itimerspec *value, struct itimerspec *old);
