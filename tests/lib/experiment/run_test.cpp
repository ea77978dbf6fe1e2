#include "lib/experiment/run.h"

#include <cmath>

#include "lib/experiment/record_reader.h"
#include "lib/experiment/run_one.h"
#include "tests/lib/experiment/tiny_task.h"

namespace actlab::test {
namespace {

using testing::HasSubstr;

TEST(RunSpec, TheIdChangesWithEverythingThatDecidesTheResult) {
  const auto base = tiny_spec("relu");
  std::set<std::string> ids = {base.run_id()};
  const auto expect_new = [&](auto change) {
    auto spec = base;
    change(spec);
    EXPECT_TRUE(ids.insert(spec.run_id()).second) << to_json(spec);
  };
  expect_new([](RunSpec& s) { s.task = "other"; });
  expect_new([](RunSpec& s) { s.dataset["fingerprint"] = "beef"; });
  expect_new([](RunSpec& s) { s.model = parse_spec("tiny:depth=2"); });
  expect_new([](RunSpec& s) { s.activation = "tanh"; });
  expect_new([](RunSpec& s) { s.seed = 1; });
  expect_new([](RunSpec& s) { s.hyper.lr = 0.002; });
  expect_new([](RunSpec& s) { s.hyper.init = "he"; });
  expect_new([](RunSpec& s) { s.hyper.epochs = 4; });
  EXPECT_EQ(base.run_id().size(), 16U);
}

TEST(RunSpec, TheIdDoesNotDependOnTheMachine) {
  const auto base = tiny_spec("relu");
  auto elsewhere = base;
  elsewhere.request["data_directory"] = "/somewhere/else";
  elsewhere.device = "cuda:0";
  elsewhere.probes = false;
  EXPECT_EQ(base.run_id(), elsewhere.run_id());
}

TEST(RunSpec, SurvivesTheWayToAWorker) {
  auto spec = tiny_spec("leaky_relu:slope=0.1", 4);
  spec.hyper.lr = 0.1;  // no exact binary fraction
  const auto again = run_spec_from_json(nlohmann::json::parse(to_json(spec).dump()));
  EXPECT_EQ(to_json(again), to_json(spec));
  EXPECT_EQ(again.run_id(), spec.run_id());
}

TEST(RunRecord, SurvivesTheWayToTheDiskAlsoWithNaN) {
  RunRecord record;
  record.run_id = "0123456789abcdef";
  record.status = RunStatus::diverged;
  record.validation = {{"accuracy", 0.1}, {"log_loss", std::nan("")}};
  record.probes = {{"hidden.0", 2, std::nan(""), 0.25, 0.5, 0.125, -1, 3}};
  record.samples_per_second = 12.5;
  const auto text = to_json(record).dump();
  const auto again = record_from_json(nlohmann::json::parse(text), "place");
  EXPECT_EQ(to_json(again).dump(), text);
  EXPECT_TRUE(std::isnan(again.validation.at("log_loss")));
  EXPECT_EQ(again.probes.at(0).dead_fraction, 0.25);
}

/// One with everything that a record can hold.
RunRecord rich_record() {
  auto record = start_record(tiny_spec("prelu", 3));
  record.status = RunStatus::diverged;
  record.error = "epoch 2: \"loss\" is not finite\n\tα ≤ 0 \\";
  record.dataset["ceiling"] = {{"accuracy", 0.875}};
  record.learned["hidden.0.activation.init"] = {{"mean", 0.25}, {"min", -1e-300}, {"max", 3}};
  record.tuning = {{"rates", {0.001, 0.01}}, {"seeds", {0}}};
  record.validation = {{"accuracy", 0.1}, {"log_loss", std::nan("")}};
  record.history.add({{"epoch", 1}, {"train_loss", 1.8910563330591461}});
  record.history.add({{"epoch", 2}, {"train_loss", std::nan("")}, {"validation_accuracy", 0.1}});
  for (long epoch = 0; epoch < 3; ++epoch)
    record.probes.push_back({"hidden.0.activation", epoch, 1.6e-9, 0.25, 0.5, 0.125, -1, std::nan("")});
  return record;
}

TEST(RunRecordReader, ReadsWhatTheGeneralParserReads) {
  auto plain = rich_record();
  plain.error = "no escapes, so the quick way";
  for (const auto& record : {rich_record(), plain}) {
    for (const int indent : {-1, 1, 4}) {
      auto json = to_json(record);
      json["unknown"] = {{"to", {1, "this version"}}};
      const auto text = json.dump(indent);
      // As texts, because NaN is not equal to itself.
      EXPECT_EQ(to_json(RunRecordReader().read(text, "place")).dump(), to_json(record).dump());
      EXPECT_EQ(to_json(record_from_json(json, "place")).dump(), to_json(record).dump());
    }
  }
}

TEST(RunRecordReader, SharesWhatRecordsHaveAlike) {
  auto first = start_record(tiny_spec("relu", 0)), second = start_record(tiny_spec("relu", 1));
  first.started_at = "earlier";
  second.learned["slope"] = 0.25;
  RunRecordReader reader;
  const auto a = reader.read(to_json(first).dump(), ""), b = reader.read(to_json(second).dump(), "");
  EXPECT_EQ(&*a.environment, &*b.environment);
  EXPECT_EQ(&*a.hyperparameters, &*b.hyperparameters);
  EXPECT_EQ(&*a.activation, &*b.activation);
  auto changed = b;
  changed.environment["threads"] = 99;
  EXPECT_NE(*b.environment, *changed.environment) << "a change is one's own";
}

TEST(RunRecordReader, ATextThatBreaksOffAnywhereIsDamaged) {
  auto record = rich_record();
  record.error.clear();
  const auto text = to_json(record).dump(1);
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_THAT(
        message_of(ExitCode::data, [&] { RunRecordReader().read(text.substr(0, size), "the place"); }),
        HasSubstr("the place"))
        << size;
  }
  EXPECT_THROW(RunRecordReader().read(text + "}", "place"), Error);
}

TEST(RunRecordReader, BracketsWithoutEndAreDamageAndNoCrash) {
  const auto text = "{\"schema\": 1, \"unknown\": " + std::string(1'000'000, '[');
  EXPECT_THAT(message_of(ExitCode::data, [&] { RunRecordReader().read(text, "the place"); }),
              HasSubstr("the place"));
}

TEST(RunRecord, DamageAndOtherSchemasAreNamed) {
  auto json = to_json(RunRecord{});
  json["status"] = "fine";
  EXPECT_THROW(record_from_json(json, "place"), Error);
  json = to_json(RunRecord{});
  json.erase("probes");
  EXPECT_THAT(message_of(ExitCode::data, [&] { record_from_json(json, "place"); }), HasSubstr("place"));
  json["schema"] = 2;
  EXPECT_THAT(message_of(ExitCode::data, [&] { record_from_json(json, "place"); }), HasSubstr("schema"));
  EXPECT_THAT(message_of(ExitCode::data, [&] { RunRecordReader().read(json.dump(), "place"); }),
              HasSubstr("schema"));
  EXPECT_THROW(record_from_json(nlohmann::json::array(), "place"), Error);
}

}  // namespace
}  // namespace actlab::test
