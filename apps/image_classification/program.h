#pragma once

namespace actlab {

/// The whole program `image_classification`; returns its exit code.
int run_image_classification(int argc, char** argv);

}  // namespace actlab
