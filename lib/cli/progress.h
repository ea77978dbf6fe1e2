#pragma once

#include <chrono>
#include <string>

#include "lib/experiment/pool.h"

namespace actlab {

/// Tells a person how a grid gets on, on standard error: one updated line with a bar, rate and time left on a
/// terminal, one plain line an epoch elsewhere, nothing when quiet.
class Progress {
 public:
  /// `runs` × `epochs` is all the work; `primary` names the metric to show.
  Progress(long runs, long epochs, std::string primary, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void on_event(const RunEvent& event);
  /// A line of its own that the bar does not overwrite.
  void say(const std::string& line);

 private:
  void draw(const std::string& doing);
  void clear();

  long runs_, epochs_;
  std::string primary_;
  bool quiet_, terminal_;
  long epochs_done_ = 0;  // of all runs; a run that stopped early counts whole
  long epochs_seen_ = 0;  // really trained, for the rate
  long runs_done_ = 0;
  std::map<std::string, long> in_flight_;  // run-id → epochs done
  std::chrono::steady_clock::time_point start_;
};

/// A line on standard error that says how far a program is: updated in place on a terminal, a line each time
/// elsewhere, nothing when quiet. It is gone when this ends.
class StatusLine {
 public:
  explicit StatusLine(bool quiet);
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  void show(const std::string& line) const;

 private:
  bool quiet_, terminal_;
};

/// Whether standard output (1) or standard error (2) is a terminal that should get colour: NO_COLOR and
/// TERM=dumb are obeyed.
bool wants_colour(int descriptor);

/// Columns of the terminal behind that descriptor; `otherwise` when there is none.
long terminal_width(int descriptor, long otherwise);

}  // namespace actlab
