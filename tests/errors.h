#pragma once

#include <gtest/gtest.h>

#include <string>

#include "lib/core/error.h"

namespace actlab::test {

/// The message of the Error with this code that `action` throws; the test fails when there is none.
template <typename Action>
std::string message_of(ExitCode code, Action action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  } catch (const std::exception& other) {
    ADD_FAILURE() << "not an Error: " << other.what();
    return "";
  }
  ADD_FAILURE() << "no error was thrown";
  return "";
}

}  // namespace actlab::test
