#pragma once

namespace actlab {

/// The whole program `text_sentiment`; returns its exit code.
int run_text_sentiment(int argc, char** argv);

}  // namespace actlab
