#pragma once

namespace actlab {

/// From now on SIGINT and SIGTERM are counted instead of ending the program; blocking calls return with
/// EINTR.
void count_interrupts();

/// How many have come: 1 = stop in good order, 2 = stop at once.
int interrupts();

}  // namespace actlab
