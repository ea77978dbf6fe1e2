#include "apps/common/request_flags.h"

#include "lib/core/spec.h"

namespace actlab {
namespace {

constexpr auto data_group = "Data";

}  // namespace

void RequestFlags::add_text(const std::string& flag, const std::string& key, const std::string& meaning) {
  command_
      .add_option_function<std::string>(
          flag, [&request = request_, key](const std::string& value) { request[key] = value; }, meaning)
      ->group(data_group);
}

void RequestFlags::add_list(const std::string& flag, const std::string& key, const std::string& meaning) {
  command_
      .add_option_function<std::vector<std::string>>(
          flag, [&request = request_, key](const std::vector<std::string>& values) { request[key] = values; },
          meaning)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(data_group);
}

void RequestFlags::add_number(const std::string& flag, const std::string& key, long low, long high,
                              const std::string& meaning) {
  command_
      .add_option_function<long>(
          flag, [&request = request_, key](long value) { request[key] = value; }, meaning)
      ->check(CLI::Range(low, high))
      ->group(data_group);
}

void RequestFlags::add_real(const std::string& flag, const std::string& key, double low, double high,
                            const std::string& meaning) {
  command_
      .add_option_function<std::string>(
          flag,
          [&request = request_, flag, key, low, high](const std::string& text) {
            request[key] = parse_number(flag, text, low, high);
          },
          meaning)
      ->type_name("FLOAT")
      ->group(data_group);
}

void RequestFlags::add_switch(const std::string& flag, const std::string& key, const std::string& meaning) {
  command_
      .add_flag_callback(
          flag, [&request = request_, key] { request[key] = true; }, meaning)
      ->group(data_group);
}

}  // namespace actlab
