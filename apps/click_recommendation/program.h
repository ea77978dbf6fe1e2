#pragma once

namespace actlab {

/// The whole program `click_recommendation`; returns its exit code.
int run_click_recommendation(int argc, char** argv);

}  // namespace actlab
