#include "datasets/clicks/passes.h"

#include <fmt/format.h>

#include "lib/core/error.h"
#include "lib/core/text.h"

namespace actlab {
namespace {

constexpr long tolerated = 1000;  // one row in so many may be damaged
constexpr long first_check = 1'000'000;

void check_damage(const DamagedRows& damaged, long rows) {
  const long all = rows + damaged.count;
  if (damaged.count * tolerated <= all) return;
  throw data_error(
      "too many rows of a table cannot be read",
      fmt::format("{} of {}; the first is {}", thousands(damaged.count), thousands(all), damaged.first),
      fmt::format("at most 1 in {}", thousands(tolerated)), "repair the rows, or the schema");
}

std::string rule_note(SplitRule rule) {
  switch (rule) {
    case SplitRule::time:
      return "split by time";
    case SplitRule::user:
      return "split by user";
    case SplitRule::random:
      return "split at random";
    case SplitRule::given:
      return "split as given";
    case SplitRule::all_test:
      break;
  }
  return "";
}

}  // namespace

Passes::Passes(const EventSource& source, const ClickRequest& request)
    : reader_(source, EventReader::Needs::everything, request.in_memory_bytes),
      rule_(choose_rule(request.split, source.schema, request.unseen)),
      splitter_(rule_, {request.train_limit, request.test_limit}) {
  reader_.rewind();
  long rows = 0;
  for (Event event; reader_.next(event);) {
    splitter_.count(event);
    // A table that does not fit its schema is found out before all of it is read.
    if (++rows % first_check == 0) check_damage(reader_.damaged(), rows);
  }
  check_damage(reader_.damaged(), rows);
  splitter_.finish_count();
}

std::vector<std::string> Passes::notes() const {
  std::vector<std::string> notes;
  if (const std::string how = rule_note(rule_); !how.empty()) notes.push_back(how);
  if (!reader_.encoding().empty()) notes.push_back("read as " + reader_.encoding());
  const DamagedRows& damaged = reader_.damaged();
  if (damaged.count > 0) {
    notes.push_back(
        fmt::format("damaged rows left out: {}, the first {}", thousands(damaged.count), damaged.first));
  }
  return notes;
}

}  // namespace actlab
