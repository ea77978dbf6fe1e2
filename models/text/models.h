#pragma once

// One builder a model, each in a file of its own; text.cpp lists them.

#include "models/text/text.h"

namespace actlab {

std::shared_ptr<TextNetwork> build_dan(const Spec& model, const ActivationChoice& activation,
                                       const TextShape& shape);
std::shared_ptr<TextNetwork> build_text_cnn(const Spec& model, const ActivationChoice& activation,
                                            const TextShape& shape);
std::shared_ptr<TextNetwork> build_recurrent(const Spec& model, const ActivationChoice& activation,
                                             const TextShape& shape);
std::shared_ptr<TextNetwork> build_transformer(const Spec& model, const ActivationChoice& activation,
                                               const TextShape& shape);

/// The width of the token vectors: the model's argument `key` (128 by default), or that of the word vectors
/// that are given. Throws a usage error where both are given and differ.
long vector_width(const Spec& model, const std::string& key, const TextShape& shape);

}  // namespace actlab
