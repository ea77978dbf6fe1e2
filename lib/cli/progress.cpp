#include "lib/cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "lib/report/text.h"
#include "lib/report/writers.h"

namespace actlab {
namespace {

constexpr long bar_width = 20;

/// The first characters of a UTF-8 text that fit into `width` columns.
std::string cut(const std::string& text, long width) {
  if (display_width(text) <= width) return text;
  std::string kept;
  for (size_t i = 0; i < text.size();) {
    size_t next = i + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    if (display_width(kept + text.substr(i, next - i)) > width) break;
    kept += text.substr(i, next - i);
    i = next;
  }
  return kept;
}

}  // namespace

bool wants_colour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool forbidden =
      (no_colour != nullptr && *no_colour != '\0') || (term != nullptr && std::string(term) == "dumb");
  return !forbidden && isatty(descriptor) == 1;
}

long terminal_width(int descriptor, long otherwise) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : otherwise;
}

StatusLine::StatusLine(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

StatusLine::~StatusLine() {
  if (!quiet_ && terminal_) std::cerr << "\r\033[K" << std::flush;
}

void StatusLine::show(const std::string& line) const {
  if (quiet_) return;
  if (terminal_) {
    std::cerr << "\r\033[K" << cut(line, terminal_width(STDERR_FILENO, 80) - 1) << std::flush;
  } else {
    std::cerr << line << std::endl;
  }
}

Progress::Progress(long runs, long epochs, std::string primary, bool quiet)
    : runs_(runs),
      epochs_(epochs),
      primary_(std::move(primary)),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (!quiet_ && terminal_) std::cerr << "\r\033[K" << std::flush;
}

void Progress::say(const std::string& line) {
  clear();
  std::cerr << line << std::endl;
}

void Progress::on_event(const RunEvent& event) {
  const auto& spec = event.spec;
  const std::string run = fmt::format("{} {} seed {}", spec.model.text(), spec.activation, spec.seed);
  auto& done = in_flight_[spec.run_id()];
  std::string line = run;
  if (event.kind == RunEvent::Kind::epoch) {
    ++epochs_seen_;
    ++epochs_done_;
    done = event.epoch.epoch;
    line += fmt::format(" epoch {}/{} loss {:.4f}", done, epochs_, event.epoch.train_loss);
    const auto metric = event.epoch.validation.find(primary_);
    if (metric != event.epoch.validation.end())
      line += fmt::format(" validation {} {:.4f}", primary_, metric->second);
    if (!quiet_ && !terminal_) std::cerr << line << std::endl;
  } else if (event.kind == RunEvent::Kind::finished) {
    epochs_done_ += epochs_ - done;
    ++runs_done_;
    in_flight_.erase(spec.run_id());
    if (event.status != RunStatus::ok)
      say(fmt::format("{}: {}: {}", run, status_name(event.status), event.error));
  }
  draw(line);
}

void Progress::draw(const std::string& doing) {
  if (quiet_ || !terminal_) return;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const long total = runs_ * epochs_;
  const double rate = seconds > 0 ? static_cast<double>(epochs_seen_) / seconds : 0;
  const long filled = bar_width * epochs_done_ / std::max(total, 1L);
  std::string bar;
  for (long i = 0; i < bar_width; ++i) bar += i < filled ? "█" : "░";
  const std::string left =
      rate > 0 ? duration(static_cast<double>(total - epochs_done_) / rate) + " left" : "starting";
  const std::string line =
      fmt::format("{} {}/{} runs · {:.2f} epochs/s · {} · {}", bar, runs_done_, runs_, rate, left, doing);
  std::cerr << "\r\033[K" << cut(line, terminal_width(STDERR_FILENO, 80) - 1) << std::flush;
}

}  // namespace actlab
