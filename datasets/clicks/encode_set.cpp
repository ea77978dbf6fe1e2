#include "datasets/clicks/encode_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/torch.h>

#include <algorithm>

#include "datasets/clicks/best_possible.h"
#include "datasets/clicks/fit.h"
#include "datasets/clicks/histories.h"
#include "datasets/clicks/passes.h"
#include "datasets/clicks/row_cache.h"
#include "datasets/clicks/source_identity.h"
#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/random.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// Rows of one part in memory, written one by one.
class MemoryRows {
 public:
  MemoryRows(long rows, const ClickEncoder& encoder)
      : rows_{torch::empty({rows, encoder.columns()}, torch::kInt), torch::empty({rows, encoder.numbers()}),
              torch::empty({rows, 2}, torch::kInt)} {}

  RowPlace next() {
    const long row = next_++;
    return {rows_.tokens.data_ptr<int32_t>() + row * rows_.tokens.size(1),
            rows_.numbers.data_ptr<float>() + row * rows_.numbers.size(1),
            rows_.targets.data_ptr<int32_t>() + row * 2};
  }
  const ClickRows& rows() const { return rows_; }

 private:
  ClickRows rows_;
  long next_ = 0;
};

using Counts = std::array<long, 3>;

/// Counts the rows of each part and, where no trained model brings it, learns the encoder from the training
/// rows.
ClickEncoder learn(Passes& passes, const ClickSchema& schema, const nlohmann::json& facts, Counts& counts,
                   std::vector<std::string>& notes) {
  EncoderFit fit(schema);
  const bool learn = facts.empty();
  passes.each([&](const Event& event, ClickPart part) {
    ++counts[static_cast<size_t>(part)];
    if (learn && part == ClickPart::train) fit.add(event);
  });
  return learn ? fit.finish(notes) : ClickEncoder(facts);
}

void check_counts(const Counts& counts, const std::string& name, bool trained) {
  if ((counts[0] > 0 || trained) && counts[2] > 0) return;
  throw data_error("a data set needs training and test rows",
                   fmt::format("{} training and {} test rows in {}", counts[0], counts[2], name),
                   "rows of both", "add rows, or choose another --split");
}

/// Encodes every event to where `place` says; `more` sees it afterwards.
template <typename Place>
void encode_rows(Passes& passes, const ClickEncoder& encoder, Place&& place) {
  Histories histories(encoder);
  ValueMap users;
  const bool grouped = !encoder.schema().user.empty();
  passes.each([&](const Event& event, ClickPart part) {
    const RowPlace row = place(event, part);
    const long user = grouped && !event.user.empty() ? users.insert(event.user) : -1;
    encoder.encode(event, row.tokens, row.numbers);
    histories.fill(event, user, part, row.tokens);
    row.targets[0] = event.label;
    row.targets[1] = static_cast<int32_t>(user);
  });
}

uint64_t hash_rows(const ClickRows& rows, uint64_t hash) {
  for (const auto& tensor : {rows.tokens, rows.numbers, rows.targets}) {
    hash = fnv1a(fmt::format("{}", fmt::join(tensor.sizes(), "x")), hash);
    hash = fnv1a_bytes(tensor.data_ptr(), static_cast<size_t>(tensor.numel()) * sizeof(int32_t), hash);
  }
  return hash;
}

/// What the first two passes find out.
struct Plan {
  Passes passes;
  Counts counts{};
  std::vector<std::string> notes;
  ClickEncoder encoder;
  nlohmann::json facts;

  Plan(const EventSource& source, const ClickRequest& request)
      : passes(source, request),
        notes(source.notes),
        encoder(learn(passes, source.schema, request.facts, counts, notes)),
        facts(request.facts.empty() ? encoder.facts() : request.facts) {
    check_counts(counts, source.name, !request.facts.empty());
    for (const auto& note : passes.notes()) notes.push_back(note);
  }
};

ClickSet encode_in_memory(const EventSource& source, const ClickRequest& request) {
  Plan plan(source, request);
  std::vector<MemoryRows> parts;
  for (const long rows : plan.counts) parts.emplace_back(rows, plan.encoder);
  std::vector<double> probabilities;
  encode_rows(plan.passes, plan.encoder, [&](const Event& event, ClickPart part) {
    if (part == ClickPart::test && !source.probabilities.empty())
      probabilities.push_back(source.probabilities[static_cast<size_t>(event.row)]);
    return parts[static_cast<size_t>(part)].next();
  });
  ClickSet set{source.name,     join(plan.notes, "; "), "", parts[0].rows(),
               parts[1].rows(), parts[2].rows(),        0,  plan.facts};
  if (!probabilities.empty()) set.ceiling = best_possible(probabilities);
  uint64_t hash = fnv1a(set.facts.dump(), fnv1a(set.name));
  for (const auto* rows : {&set.train, &set.validation, &set.test}) hash = hash_rows(*rows, hash);
  set.fingerprint = hex(hash);
  return set;
}

/// Converts a source into the cache `file`.
void convert(const EventSource& source, const ClickRequest& request, const std::string& changed,
             const fs::path& file) {
  Plan plan(source, request);
  const std::string fingerprint =
      hex(fnv1a(plan.facts.dump(), fnv1a(settings(source, request), plan.passes.content())));
  CacheWriter writer(file, {plan.counts, plan.encoder.columns(), plan.encoder.numbers()},
                     {{"changed", changed},
                      {"note", join(plan.notes, "; ")},
                      {"fingerprint", fingerprint},
                      {"facts", plan.facts}});
  encode_rows(plan.passes, plan.encoder,
              [&](const Event& /*event*/, ClickPart part) { return writer.next(part); });
  writer.finish();
}

/// The cache as it is, if it is good and the source has not been changed since; else what is to be said of
/// it.
std::optional<CachedRows> usable_cache(const fs::path& file, const std::string& changed,
                                       std::string& reason) {
  auto cached = open_cache(file, reason);
  if (!cached || cached->about.at("changed") == changed) return cached;
  reason = "is older than the data";
  return {};
}

ClickSet encode_cached(const EventSource& source, const ClickRequest& request) {
  const auto say = [&](const std::string& text) {
    if (request.say) request.say(text);
  };
  const fs::path file = cache_file(source, request);
  make_writable_folder(file.parent_path());
  const FolderLock lock(file.parent_path());  // processes side by side: one converts, the others wait
  const std::string changed = change_times(source);
  std::string reason;
  auto cached = usable_cache(file, changed, reason);
  if (!cached) {
    if (!reason.empty()) say(fmt::format("{} {}: it is made again", file.string(), reason));
    say(fmt::format("converting {} into {}", source.name, file.string()));
    convert(source, request, changed, file);
    cached = usable_cache(file, changed, reason);
    if (!cached) throw data_error("the cache of a data set cannot be used", file.string(), "", reason);
  }
  auto& [parts, about] = *cached;
  return {source.name, about.at("note"), about.at("fingerprint"), parts[0], parts[1],
          parts[2],    cache_block,      about.at("facts")};
}

}  // namespace

ClickSchema requested_schema(const ClickSchema& given, const ClickRequest& request) {
  ClickSchema schema = given;
  if (!request.facts.empty()) {
    // What is a field is the model's business, how the table is written the table's.
    schema = schema_of(request.facts.at("schema"));
    schema.separator = given.separator;
    schema.quotes = given.quotes;
    schema.columns = given.columns;
    schema.time_format = given.time_format;
    schema.in_order = given.in_order;
    return schema;
  }
  auto& fields = schema.fields;
  const auto history = [](const ClickField& field) { return field.kind == ClickKind::history; };
  if (request.history == 0) fields.erase(std::remove_if(fields.begin(), fields.end(), history), fields.end());
  for (auto& field : fields) {
    if (request.min_count >= 0) field.min_count = std::max(1L, request.min_count);
    if (request.hash_buckets > 0 && field.kind != ClickKind::numerical && !history(field))
      field.buckets = request.hash_buckets;
    if (request.history > 0 && history(field)) field.longest = request.history;
  }
  return schema;
}

ClickSet encode_set(EventSource source, const ClickRequest& request) {
  source.schema = requested_schema(source.schema, request);
  const bool large = !source.files.empty() && bytes_of(source) > request.in_memory_bytes;
  return large ? encode_cached(source, request) : encode_in_memory(source, request);
}

}  // namespace actlab
