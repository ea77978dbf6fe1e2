#include "lib/experiment/run.h"

#include <cmath>

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

TEST(RunRecord, DamageAndOtherSchemasAreNamed) {
  auto json = to_json(RunRecord{});
  json["status"] = "fine";
  EXPECT_THROW(record_from_json(json, "place"), Error);
  json = to_json(RunRecord{});
  json.erase("probes");
  EXPECT_THAT(message_of(ExitCode::data, [&] { record_from_json(json, "place"); }), HasSubstr("place"));
  json["schema"] = 2;
  EXPECT_THAT(message_of(ExitCode::data, [&] { record_from_json(json, "place"); }), HasSubstr("schema"));
  EXPECT_THROW(record_from_json(nlohmann::json::array(), "place"), Error);
}

}  // namespace
}  // namespace actlab::test
