#include "lib/core/interrupt.h"

#include <csignal>

namespace actlab {
namespace {
volatile std::sig_atomic_t count = 0;
void on_signal(int) { count = count + 1; }
}  // namespace

void count_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;  // no SA_RESTART: poll() must return
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int interrupts() { return count; }

}  // namespace actlab
