#pragma once

namespace actlab {

/// The whole program `activations`; returns its exit code.
int run_activations(int argc, char** argv);

}  // namespace actlab
