#pragma once

namespace actlab {

/// The whole program `speech_recognition`; returns its exit code.
int run_speech_recognition(int argc, char** argv);

}  // namespace actlab
