#pragma once

namespace actlab {

/// The program `reproduce`; returns its exit code.
int run_reproduce(int argc, char** argv);

}  // namespace actlab
